"""What routes share: ids in paths, and the link to the next page."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic import BeforeValidator

from api.core.errors import NOT_FOUND, Problem


def _known_form(value: object) -> object:
    # What is no UUID names nothing: the same answer as for an id that does not exist.
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError as error:
        raise Problem(NOT_FOUND) from error


KnownId = Annotated[UUID, BeforeValidator(_known_form), Path()]


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Add `Link: rel="next"` (RFC 8288) when another page follows."""
    if cursor is not None:
        following = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
