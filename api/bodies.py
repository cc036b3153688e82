"""What comes in with a request: how much of it is read, and which parts it may have."""

import re
from collections import Counter

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message, Receive

from api.core import errors
from api.core.errors import FieldError, Problem
from api.core.settings import Settings

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
JSON = re.compile(r"application/(?:[^/]+\+)?json")


def capped(request: Request, limit: int) -> Receive:
    """Count what comes in, whatever Content-Length said."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise Problem(errors.TOO_LARGE)
        return message

    return receive


async def parse_form(request: Request) -> bool:
    """Take a multipart body apart, unless that was done before; False for any other body."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return False
    settings: Settings = request.app.state.settings
    await request.form(max_files=4, max_fields=20, max_part_size=settings.max_json_bytes)
    return True


def is_other_format(request: Request, *, form: bool) -> bool:
    """Whether a body says that it is something else than the route reads: a form, or JSON.

    One that says nothing is left to whoever reads it, and so is a form without files, which clients
    send as `application/x-www-form-urlencoded`.
    """
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return bool(told) and not (told in FORMS if form else JSON.fullmatch(told))


def text_of_part(value: object) -> object:
    """The text of a part, also of one that was sent as a file: browsers send JSON blobs so."""
    if not isinstance(value, UploadFile):
        return value
    try:
        return value.file.read().decode()
    except UnicodeDecodeError as error:
        raise ValueError("must be UTF-8") from error


async def refuse_unknown_parts(request: Request, known: set[str]) -> None:
    """Refuse a multipart body with other parts than the known ones, as unknown fields are.

    A part that comes twice is refused too: one of the two would be lost without a word.
    """
    names = [name for name, _ in (await request.form()).multi_items()]
    wrong = {name: ("extra_forbidden", "unknown part") for name in names if name not in known}
    wrong |= {
        name: ("duplicate", "sent more than once")
        for name, count in Counter(names).items()
        if count > 1 and name in known
    }
    if wrong:
        raise Problem(
            errors.INVALID,
            errors=[FieldError(f"/{name[:100]}", *why) for name, why in sorted(wrong.items())],
        )
