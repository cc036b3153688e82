"""`/me/mfa`: the wizard that enables two-factor authentication, and disabling it."""

from fastapi import APIRouter, Request, Response

from api.access import Permission
from api.accounts.devices import origin_of
from api.core import errors
from api.core.problems import problems
from api.deps import (
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
)
from api.marks import require
from api.me import mfa
from api.me.schemas import CodeSent, EnrolmentStart, MailedCode, MfaDisabling, Seed

router = APIRouter(prefix="/mfa", route_class=GuardedRoute)

WIZARD = (
    errors.UNAUTHENTICATED,
    errors.FORBIDDEN,
    errors.STEP_UP_REQUIRED,
    errors.CSRF,
    errors.CONFLICT,
    errors.INVALID,
    errors.TOO_MANY_REQUESTS,
)


@router.post(
    "/enrolment",
    status_code=202,
    operation_id="start_mfa_enrolment",
    responses=problems(*WIZARD),
)
@require(Permission.MFA_ENROLMENT)
async def start_enrolment(
    body: EnrolmentStart,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> CodeSent:
    """First step: give a recovery address, which gets a code."""
    return await mfa.start_enrolment(session, settings, principal, body.recovery_email)


@router.post(
    "/enrolment/recovery-code",
    operation_id="confirm_mfa_recovery_code",
    responses=problems(*WIZARD, errors.INVALID_CODE),
)
@require(Permission.MFA_ENROLMENT)
async def confirm_recovery_code(
    body: MailedCode,
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> Seed:
    """Second step: the mailed code; the answer is the secret for the app, shown this once."""
    response.headers["Cache-Control"] = "no-store"
    origin = origin_of(request)
    return await mfa.confirm_recovery_code(session, settings, principal, origin, body.code)


@router.post(
    "/enrolment/confirm",
    status_code=204,
    operation_id="confirm_mfa_enrolment",
    responses=problems(*WIZARD, errors.INVALID_CODE),
)
@require(Permission.MFA_ENROLMENT)
async def confirm_enrolment(
    body: MailedCode,
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> None:
    """Third step: the app's code enables two-factor authentication."""
    await mfa.confirm_app(session, request, response, principal, body.code)


@router.post(
    "/disable",
    status_code=204,
    operation_id="disable_mfa",
    responses=problems(
        *WIZARD,
        errors.MFA_ENROLMENT_REQUIRED,
        errors.WRONG_PASSWORD,
        errors.INVALID_CODE,
    ),
)
@require(Permission.OWN_CREDENTIALS)
async def disable(
    body: MfaDisabling,
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> None:
    """Sign in with the password alone from now on."""
    await mfa.disable(session, request, response, principal, body)


@router.post(
    "/postpone",
    status_code=204,
    operation_id="postpone_mfa",
    responses=problems(
        errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED, errors.CSRF
    ),
)
@require(Permission.OWN_ACCOUNT)
async def postpone(principal: CurrentPrincipal, session: CurrentSession) -> None:
    """Be asked again later; refused where the policy asks for it."""
    await mfa.postpone(session, principal)
