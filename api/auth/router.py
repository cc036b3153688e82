"""`/auth`: sign-in and sign-out, the password once more, forgotten passwords."""

from fastapi import APIRouter, Request, Response

from api.access import Permission
from api.accounts.credentials import has_mfa
from api.accounts.devices import origin_of
from api.accounts.sessions import end_session, forget_cookie
from api.audit import record
from api.auth import invitation_router, mfa_router, passkey_router, passwords, signing_in
from api.auth.schemas import ForAddress, MfaRequired, PasswordReset, SignedIn, SignIn, StepUp
from api.core import errors
from api.core.problems import problems
from api.deps import (
    CurrentDatabase,
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
)
from api.marks import public, require

router = APIRouter(prefix="/auth", tags=["auth"], route_class=GuardedRoute)


@router.post(
    "/login",
    operation_id="sign_in",
    responses=problems(
        errors.INVALID_CREDENTIALS, errors.CSRF, errors.INVALID, errors.TOO_MANY_REQUESTS
    ),
)
@public
async def login(
    body: SignIn,
    request: Request,
    response: Response,
    session: CurrentSession,
    database: CurrentDatabase,
    settings: CurrentSettings,
) -> SignedIn | MfaRequired:
    """Sign in with an address and a password; with MFA a code has to follow."""
    checked = await signing_in.check_password(
        database, origin_of(request), body.email, body.password
    )
    user = await signing_in.accept_password(session, checked)
    if has_mfa(user):
        response.headers["Cache-Control"] = "no-store"
        return await signing_in.ask_second_factor(session, settings, user)
    return await signing_in.complete(session, request, response, user, "password")


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


@router.post(
    "/step-up",
    status_code=204,
    operation_id="step_up",
    responses=problems(
        errors.UNAUTHENTICATED,
        errors.INVALID_CREDENTIALS,
        errors.WRONG_CODE,
        errors.FORBIDDEN,
        errors.CSRF,
        errors.INVALID,
        errors.TOO_MANY_REQUESTS,
    ),
)
@require(Permission.OWN_PROFILE)
async def step_up(
    body: StepUp,
    request: Request,
    response: Response,
    session: CurrentSession,
    principal: CurrentPrincipal,
) -> None:
    """Prove again who one is, for five minutes of sensitive changes."""
    await signing_in.step_up(session, request, response, principal, body)


@router.post(
    "/password/forgot",
    status_code=202,
    operation_id="forgot_password",
    responses=problems(errors.CSRF, errors.INVALID),
)
@public
async def forgot_password(body: ForAddress, request: Request, session: CurrentSession) -> None:
    """Ask for a link to choose a new password, by address or recovery address."""
    network = origin_of(request).network
    await passwords.request_mail(session, "password_reset", body.email, network)


@router.post(
    "/password/reset",
    status_code=204,
    operation_id="reset_password",
    responses=problems(
        errors.CSRF, errors.NOT_FOUND, errors.GONE, errors.INVALID, errors.WEAK_PASSWORD
    ),
)
@public
async def reset_password(
    body: PasswordReset, session: CurrentSession, settings: CurrentSettings
) -> None:
    """Choose a new password with a mailed link; all sessions end and none begins."""
    await passwords.reset_password(session, settings, body.token, body.password)


router.include_router(mfa_router.router)
router.include_router(invitation_router.router)
router.include_router(passkey_router.router)
