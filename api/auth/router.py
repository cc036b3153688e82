"""`/auth`: sign-in, sign-out, invitations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api.access import Permission
from api.audit import record
from api.auth import service
from api.auth.schemas import Invitation, NewPassword, SignedIn, SignIn
from api.auth.sessions import end_session, forget_cookie, start_session
from api.core import errors
from api.core.errors import Problem
from api.core.problems import problems
from api.deps import (
    CurrentDatabase,
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
    admit,
    public,
    require,
)
from api.me.queries import load_me

router = APIRouter(prefix="/auth", tags=["auth"], route_class=GuardedRoute)

MailedToken = Annotated[str, Path(max_length=200)]


@router.post(
    "/login",
    operation_id="sign_in",
    responses=problems(errors.INVALID_CREDENTIALS, errors.CSRF, errors.INVALID),
)
@public
async def login(
    body: SignIn,
    request: Request,
    response: Response,
    session: CurrentSession,
    database: CurrentDatabase,
    settings: CurrentSettings,
) -> SignedIn:
    """Sign in with an address and a password."""
    user_id = await service.check_credentials(database, body.email, body.password)
    return await _signed_in(session, request, response, settings, user_id)


async def _signed_in(
    session: CurrentSession,
    request: Request,
    response: Response,
    settings: CurrentSettings,
    user_id: UUID,
) -> SignedIn:
    await start_session(session, request, response, user_id)
    await service.become_user(session, user_id)
    return SignedIn(state="signed_in", user=await load_me(session, settings, user_id))


@router.post(
    "/logout",
    status_code=204,
    operation_id="sign_out",
    responses=problems(errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.CSRF),
)
@require(Permission.OWN_PROFILE)
async def logout(
    request: Request,
    response: Response,
    session: CurrentSession,
    settings: CurrentSettings,
    principal: CurrentPrincipal,
) -> None:
    """End this browser's session."""
    await end_session(session, request)
    await record(session, "signed_out", actor=principal)
    forget_cookie(response, settings)


@router.get(
    "/invitations/{token}",
    operation_id="read_invitation",
    responses=problems(errors.NOT_FOUND, errors.GONE),
)
@public
async def read_invitation(token: MailedToken, session: CurrentSession) -> Invitation:
    """What an invitation is for. Never uses it up, so mail scanners may follow the link."""
    return await service.describe_invitation(session, token)


@router.post(
    "/invitations/{token}/accept",
    operation_id="accept_invitation",
    responses=problems(
        errors.SIGN_IN_FIRST,
        errors.CSRF,
        errors.NOT_FOUND,
        errors.OTHER_ACCOUNT,
        errors.GONE,
        errors.INVALID,
        errors.WEAK_PASSWORD,
    ),
)
@public
async def accept_invitation(
    token: MailedToken,
    body: NewPassword,
    request: Request,
    response: Response,
    session: CurrentSession,
    database: CurrentDatabase,
    settings: CurrentSettings,
) -> SignedIn:
    """Activate the account by choosing its password, and sign in."""
    present = await _present_user(request, database)
    user_id = await service.accept_invitation(session, settings, token, body.password, present)
    return await _signed_in(session, request, response, settings, user_id)


async def _present_user(request: Request, database: CurrentDatabase) -> UUID | None:
    async with database.transaction() as own:
        try:
            return (await admit(request, own, Permission.OWN_PROFILE)).user_id
        except Problem:
            return None
