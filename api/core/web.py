"""What routes share: ids in paths, and the link to the next page."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic import BeforeValidator

from api.core.errors import NOT_FOUND, Problem


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
