"""`/me`: the signed-in user, their addresses, password and sessions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.access import Permission
from api.accounts.devices import origin_of
from api.accounts.mails import find_user
from api.accounts.sessions import forget_cookie
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
from api.me import addresses, mfa_router, passkey_router, queries, service, token_router
from api.me.erasure import ask_erasure
from api.me.export import export_personal_data
from api.me.notices import dismiss_notice
from api.me.queries import load_me
from api.me.schemas import (
    CodeSent,
    ListQuery,
    MailedCode,
    Me,
    NewAddress,
    PasswordChange,
    PersonalData,
    ProfileChange,
    SessionPage,
)

router = APIRouter(prefix="/me", tags=["me"], route_class=GuardedRoute)

SIGNED_IN = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)
CHANGING = (*SIGNED_IN, errors.CSRF, errors.INVALID)
PROVED = (*CHANGING, errors.STEP_UP_REQUIRED, errors.TOO_MANY_REQUESTS)


@router.get("", operation_id="read_me", responses=problems(errors.UNAUTHENTICATED))
@require(Permission.OWN_PROFILE_READ)
async def read_me(
    principal: CurrentPrincipal, session: CurrentSession, settings: CurrentSettings
) -> Me:
    """Who is signed in, or for whom the token acts."""
    return await load_me(session, settings, principal.user_id)


@router.patch(
    "",
    operation_id="change_me",
    responses=problems(errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.CSRF, errors.INVALID),
)
@require(Permission.OWN_PROFILE)
async def change_me(
    body: ProfileChange,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> Me:
    """Change one's name or language."""
    await service.change_profile(session, principal, body)
    return await load_me(session, settings, principal.user_id)


@router.post(
    "/password",
    status_code=204,
    operation_id="change_password",
    responses=problems(
        *CHANGING, errors.WRONG_PASSWORD, errors.WEAK_PASSWORD, errors.TOO_MANY_REQUESTS
    ),
)
@require(Permission.OWN_ACCOUNT)
async def change_password(
    body: PasswordChange, request: Request, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """Change one's password; the other sessions end."""
    await service.change_password(session, request, principal, body)


@router.put(
    "/recovery-email",
    status_code=202,
    operation_id="request_recovery_email",
    responses=problems(*PROVED),
)
@require(Permission.OWN_CREDENTIALS)
async def request_recovery_email(
    body: NewAddress,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> CodeSent:
    """Mail a code to a new recovery address."""
    return await addresses.request_recovery_email(session, settings, principal, body.email)


@router.post(
    "/recovery-email/verify",
    status_code=204,
    operation_id="verify_recovery_email",
    responses=problems(*PROVED, errors.INVALID_CODE),
)
@require(Permission.OWN_CREDENTIALS)
async def verify_recovery_email(
    body: MailedCode,
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> None:
    """Prove the recovery address with the mailed code."""
    origin = origin_of(request)
    await addresses.verify_recovery_email(session, settings, principal, origin, body.code)


@router.post("/email", status_code=202, operation_id="request_email", responses=problems(*PROVED))
@require(Permission.OWN_CREDENTIALS)
async def request_email(
    body: NewAddress,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> CodeSent:
    """Mail a code to a new sign-in address."""
    return await addresses.request_email(session, settings, principal, body.email)


@router.post(
    "/email/verify",
    status_code=204,
    operation_id="verify_email",
    responses=problems(*PROVED, errors.INVALID_CODE, errors.CONFLICT),
)
@require(Permission.OWN_CREDENTIALS)
async def verify_email(
    body: MailedCode,
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> None:
    """Prove the new address with the mailed code; it is the sign-in name from now on."""
    origin = origin_of(request)
    await addresses.verify_email(session, settings, principal, origin, body.code)


@router.get(
    "/sessions",
    operation_id="list_sessions",
    responses=problems(*SIGNED_IN, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.OWN_ACCOUNT)
async def list_sessions(
    query: Annotated[ListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> SessionPage:
    """The browsers in which one is signed in, newest first."""
    codec = request.app.state.cursors
    page = await queries.list_sessions(session, settings, principal, query, codec)
    link_next(request, response, page.next_cursor)
    return page


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    operation_id="end_session",
    responses=problems(*SIGNED_IN, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.OWN_ACCOUNT)
async def end_session(
    session_id: KnownId,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> None:
    """Sign out another browser, or this one."""
    await service.end_own_session(session, principal, session_id)
    if session_id == principal.credential_id:
        forget_cookie(response, settings)


@router.delete(
    "/notices/{code}",
    status_code=204,
    operation_id="dismiss_notice",
    responses=problems(*SIGNED_IN, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.OWN_ACCOUNT)
async def put_notice_away(
    code: Annotated[str, Path(max_length=50)],
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> None:
    """Put a notice away; it comes back when there is something new to tell."""
    await dismiss_notice(session, await find_user(session, principal.user_id), code)


@router.get("/export", operation_id="export_me", responses=problems(*SIGNED_IN))
@require(Permission.OWN_ACCOUNT)
async def export_me(
    response: Response, principal: CurrentPrincipal, session: CurrentSession
) -> PersonalData:
    """One's personal data, as a file."""
    response.headers["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return await export_personal_data(session, principal)


@router.post(
    "/erasure",
    status_code=202,
    operation_id="erase_me",
    responses=problems(*PROVED, errors.STILL_MAIN_CONTACT),
)
@require(Permission.OWN_CREDENTIALS)
async def erase_me(
    request: Request, response: Response, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """End one's account at once, and have one's personal data deleted."""
    await ask_erasure(session, request, response, principal)


router.include_router(mfa_router.router)
router.include_router(token_router.router)
router.include_router(passkey_router.router)
