"""`/documents/changes`: what is new since."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import Response as AnyResponse

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import link_next
from api.deps import CurrentConnection, CurrentPrincipal, GuardedRoute
from api.feed import queries
from api.feed.schemas import ChangePage, ChangeQuery
from api.marks import direct, require

router = APIRouter(prefix="/documents", tags=["documents"], route_class=GuardedRoute)


@router.get(
    "/changes",
    operation_id="list_changes",
    response_model=ChangePage,
    responses=problems(
        errors.UNAUTHENTICATED,
        errors.SCOPE,
        errors.MFA_ENROLMENT_REQUIRED,
        errors.INVALID,
        errors.INVALID_CURSOR,
    ),
)
@require(Permission.DOCUMENTS_READ)
@direct
async def list_changes(
    query: Annotated[ChangeQuery, Query()],
    request: Request,
    principal: CurrentPrincipal,
    connection: CurrentConnection,
) -> Response:
    """What happened to the documents that the caller may see, and to their access, in order.

    Ask again with `next_cursor` as often as you like: no change is ever skipped.
    """
    page = await queries.list_changes(connection, principal, query, request.app.state.cursors)
    answer = AnyResponse(
        page.body, headers={"Cache-Control": "private, no-cache"}, media_type="application/json"
    )
    link_next(request, answer, page.next_cursor if page.more else None)
    return answer
