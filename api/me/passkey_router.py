"""`/me/passkeys`: the user's passkeys."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import (
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
)
from api.marks import require
from api.me import passkeys, queries
from api.me.schemas import ListQuery, NewPasskey, Passkey, PasskeyCreation, PasskeyPage

router = APIRouter(prefix="/passkeys", route_class=GuardedRoute)

READING = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)
CHANGING = (*READING, errors.STEP_UP_REQUIRED, errors.CSRF)


@router.get(
    "",
    operation_id="list_passkeys",
    responses=problems(*READING, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.OWN_ACCOUNT)
async def list_passkeys(
    query: Annotated[ListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> PasskeyPage:
    """One's passkeys, newest first."""
    page = await queries.list_passkeys(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "/options",
    operation_id="offer_passkey",
    responses=problems(*CHANGING, errors.CONFLICT),
)
@require(Permission.OWN_CREDENTIALS)
async def offer_passkey(
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> PasskeyCreation:
    """What `navigator.credentials.create` needs to make a passkey."""
    response.headers["Cache-Control"] = "no-store"
    return await passkeys.offer_registration(session, settings, principal)


@router.post(
    "",
    status_code=201,
    operation_id="add_passkey",
    responses=problems(*CHANGING, errors.INVALID, errors.PASSKEY_REFUSED),
)
@require(Permission.OWN_CREDENTIALS)
async def add_passkey(
    body: NewPasskey,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> Passkey:
    """Keep a passkey that the browser has just made."""
    return await passkeys.register(session, settings, principal, body)


@router.delete(
    "/{passkey_id}",
    status_code=204,
    operation_id="remove_passkey",
    responses=problems(*CHANGING, errors.NOT_FOUND),
)
@require(Permission.OWN_CREDENTIALS)
async def remove_passkey(
    passkey_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """Forget a passkey; it no longer signs in."""
    await passkeys.remove(session, principal, passkey_id)
