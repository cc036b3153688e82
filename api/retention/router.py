"""`/issuer/legal-holds`: what is kept although its time is over."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.marks import require
from api.retention import holds
from api.retention.schemas import LegalHold, LegalHoldListQuery, LegalHoldPage, NewLegalHold

router = APIRouter(prefix="/issuer/legal-holds", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)


@router.get(
    "",
    operation_id="list_legal_holds",
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def list_legal_holds(
    query: Annotated[LegalHoldListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> LegalHoldPage:
    """What is kept whatever its age, and what was."""
    page = await holds.list_holds(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "",
    status_code=201,
    operation_id="place_legal_hold",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.INVALID),
)
@require(Permission.STAFF)
async def place_legal_hold(
    body: NewLegalHold, principal: CurrentPrincipal, session: CurrentSession
) -> LegalHold:
    """Keep one document, or all documents of a customer number, until released."""
    return await holds.load_hold(session, await holds.place_hold(session, principal, body))


@router.delete(
    "/{hold_id}",
    status_code=204,
    operation_id="release_legal_hold",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.STAFF)
async def release_legal_hold(
    hold_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """End a hold: what is over its time is purged again."""
    await holds.release_hold(session, principal, hold_id)
