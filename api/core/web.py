"""What routes share: ids in paths, and the link to the next page."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic import BeforeValidator
from starlette.convertors import Convertor, register_url_convertor

from api.core.errors import NOT_FOUND, Problem


class _Slashed(Convertor[str]):
    """What others number as they like: a customer number such as `2026/17`, sent as `2026%2F17`."""

    regex = ".+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("slashed", _Slashed())


def known_id(value: object) -> UUID:
    """An id from a path; what is no UUID names nothing, like an id that does not exist (404)."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError as error:
        raise Problem(NOT_FOUND) from error


KnownId = Annotated[UUID, BeforeValidator(known_id), Path()]


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Add `Link: rel="next"` (RFC 8288) when another page follows."""
    if cursor is not None:
        asked = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        following = urlencode([*asked, ("cursor", cursor)])
        response.headers["Link"] = f'<{request.scope["path"]}?{following}>; rel="next"'
