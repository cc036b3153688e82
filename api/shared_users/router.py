"""`/shared-users`: with whom a main contact shares customer numbers."""

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
from api.me.schemas import ListQuery
from api.shared_users import queries, service
from api.shared_users.schemas import (
    NewSharedUser,
    SharedUser,
    SharedUserChange,
    SharedUserPage,
)

router = APIRouter(prefix="/shared-users", tags=["shared-users"], route_class=GuardedRoute)

READING = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)
CHANGING = (*READING, errors.CSRF, errors.NOT_FOUND)
PROVED = (*CHANGING, errors.STEP_UP_REQUIRED)


@router.get(
    "",
    operation_id="list_shared_users",
    responses=problems(*READING, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.MAIN_CONTACT)
async def list_shared_users(
    query: Annotated[ListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> SharedUserPage:
    """The people with whom the caller shares, newest first, with their grants."""
    page = await queries.list_shared_users(session, principal, request.app.state.cursors, query)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "",
    status_code=201,
    operation_id="add_shared_user",
    responses=problems(*PROVED, errors.SHARED_USER_EXISTS, errors.INVALID),
)
@require(Permission.MAIN_CONTACT_PROVED)
async def add_shared_user(
    body: NewSharedUser,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> SharedUser:
    """Share customer numbers with somebody, who is invited if they have no account yet."""
    shared_user_id = await service.add_shared_user(session, settings, principal, body)
    return await queries.load_shared_user(session, principal, shared_user_id)


@router.patch(
    "/{shared_user_id}",
    operation_id="change_shared_user",
    responses=problems(*PROVED, errors.INVALID, errors.EMAIL_IS_FIXED),
)
@require(Permission.MAIN_CONTACT_PROVED)
async def change_shared_user(
    shared_user_id: KnownId,
    body: SharedUserChange,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> SharedUser:
    """Change the name, or replace the grants; the address is never changed (C5)."""
    await service.change_shared_user(session, principal, shared_user_id, body)
    return await queries.load_shared_user(session, principal, shared_user_id)


@router.delete(
    "/{shared_user_id}",
    status_code=204,
    operation_id="delete_shared_user",
    responses=problems(*PROVED),
)
@require(Permission.MAIN_CONTACT_PROVED)
async def delete_shared_user(
    shared_user_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """End all access that was shared with this person."""
    await service.delete_shared_user(session, principal, shared_user_id)


@router.post(
    "/{shared_user_id}/invitation",
    status_code=202,
    operation_id="invite_shared_user_again",
    responses=problems(*CHANGING),
)
@require(Permission.MAIN_CONTACT)
async def invite_again(
    shared_user_id: KnownId,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> None:
    """Send the invitation again; those sent before stay valid."""
    await service.invite_again(session, settings, principal, shared_user_id)
