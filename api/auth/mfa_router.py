"""`/auth/mfa`: the second factor at sign-in, and the way back after a lost phone."""

from fastapi import APIRouter, Request, Response

from api.accounts.devices import origin_of
from api.auth import recovery, signing_in
from api.auth.schemas import (
    ChallengeCode,
    ChallengeOnly,
    RecoverySeed,
    RecoverySent,
    SignedIn,
)
from api.core import errors
from api.core.problems import problems
from api.deps import CurrentSession, CurrentSettings, GuardedRoute
from api.marks import public

router = APIRouter(prefix="/mfa", route_class=GuardedRoute)

CODE_PROBLEMS = problems(
    errors.WRONG_CODE,
    errors.INVALID_CHALLENGE,
    errors.CSRF,
    errors.INVALID,
    errors.TOO_MANY_REQUESTS,
)


@router.post("", operation_id="sign_in_with_code", responses=CODE_PROBLEMS)
@public
async def sign_in_with_code(
    body: ChallengeCode,
    request: Request,
    response: Response,
    session: CurrentSession,
    settings: CurrentSettings,
) -> SignedIn:
    """Complete a sign-in with the app's code."""
    origin = origin_of(request)
    user = await signing_in.accept_code(session, settings, origin, body.challenge, body.code)
    return await signing_in.complete(session, request, response, user, "totp")


@router.post(
    "/recovery",
    status_code=202,
    operation_id="start_mfa_recovery",
    responses=problems(
        errors.INVALID_CHALLENGE,
        errors.CSRF,
        errors.CONFLICT,
        errors.INVALID,
        errors.TOO_MANY_REQUESTS,
    ),
)
@public
async def start_mfa_recovery(
    body: ChallengeOnly, session: CurrentSession, settings: CurrentSettings
) -> RecoverySent:
    """Mail a code to the recovery address, instead of the app's code."""
    return await recovery.send_recovery_code(session, settings, body.challenge)


@router.post("/recovery/verify", operation_id="verify_mfa_recovery", responses=CODE_PROBLEMS)
@public
async def verify_mfa_recovery(
    body: ChallengeCode,
    request: Request,
    response: Response,
    session: CurrentSession,
    settings: CurrentSettings,
) -> RecoverySeed:
    """Exchange the mailed code for a new secret; it is shown this once."""
    response.headers["Cache-Control"] = "no-store"
    return await recovery.verify_recovery_code(
        session, settings, origin_of(request), body.challenge, body.code
    )


@router.post("/recovery/confirm", operation_id="confirm_mfa_recovery", responses=CODE_PROBLEMS)
@public
async def confirm_mfa_recovery(
    body: ChallengeCode,
    request: Request,
    response: Response,
    session: CurrentSession,
    settings: CurrentSettings,
) -> SignedIn:
    """Confirm the new app with its code, and sign in."""
    origin = origin_of(request)
    user = await recovery.confirm_new_seed(session, settings, origin, body.challenge, body.code)
    return await signing_in.complete(session, request, response, user, "recovery")


@router.post(
    "/recovery/confirm-origin",
    status_code=204,
    operation_id="confirm_recovery_origin",
    responses=CODE_PROBLEMS,
)
@public
async def confirm_recovery_origin(
    body: ChallengeCode, request: Request, session: CurrentSession, settings: CurrentSettings
) -> None:
    """Confirm from the main mailbox; recovery through the other one works again at once."""
    await recovery.confirm_origin(session, settings, origin_of(request), body.challenge, body.code)
