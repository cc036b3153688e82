"""`/me/api-tokens`: the credentials of one's programs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.marks import require
from api.me import queries, tokens
from api.me.schemas import CreatedToken, ListQuery, NewToken, TokenPage

router = APIRouter(prefix="/api-tokens", route_class=GuardedRoute)

READING = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)
CHANGING = (*READING, errors.STEP_UP_REQUIRED, errors.CSRF, errors.NOT_FOUND)


@router.get(
    "",
    operation_id="list_api_tokens",
    responses=problems(*READING, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.OWN_ACCOUNT)
async def list_api_tokens(
    query: Annotated[ListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> TokenPage:
    """One's tokens, newest first, without their secrets."""
    page = await queries.list_tokens(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "",
    status_code=201,
    operation_id="create_api_token",
    responses=problems(*CHANGING, errors.INVALID),
)
@require(Permission.OWN_CREDENTIALS)
async def create_api_token(
    body: NewToken, response: Response, principal: CurrentPrincipal, session: CurrentSession
) -> CreatedToken:
    """Make a token; its text is in this answer and never shown again."""
    response.headers["Cache-Control"] = "no-store"
    return await tokens.create_token(session, principal, body)


@router.delete(
    "/{token_id}",
    status_code=204,
    operation_id="revoke_api_token",
    responses=problems(*CHANGING),
)
@require(Permission.OWN_CREDENTIALS)
async def revoke_api_token(
    token_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """End a token at once."""
    await tokens.revoke_token(session, principal, token_id)
