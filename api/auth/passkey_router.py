"""`/auth/passkeys`: signing in with a passkey."""

from fastapi import APIRouter, Request, Response

from api.auth import passkeys, signing_in
from api.auth.schemas import PasskeyOptions, PasskeyProof, PasskeyStart, SignedIn
from api.core import errors
from api.core.problems import problems
from api.deps import CurrentSession, CurrentSettings, GuardedRoute
from api.marks import public

router = APIRouter(prefix="/passkeys", route_class=GuardedRoute)


@router.post(
    "/options",
    operation_id="offer_passkey_sign_in",
    responses=problems(errors.INVALID_CHALLENGE, errors.CSRF, errors.INVALID),
)
@public
async def offer_passkey_sign_in(
    body: PasskeyStart, response: Response, session: CurrentSession, settings: CurrentSettings
) -> PasskeyOptions:
    """What `navigator.credentials.get` needs to sign in."""
    response.headers["Cache-Control"] = "no-store"
    return await passkeys.offer_sign_in(session, settings, body.challenge)


@router.post(
    "/verify",
    operation_id="sign_in_with_passkey",
    responses=problems(
        errors.INVALID_PASSKEY, errors.INVALID_CHALLENGE, errors.CSRF, errors.INVALID
    ),
)
@public
async def sign_in_with_passkey(
    body: PasskeyProof,
    request: Request,
    response: Response,
    session: CurrentSession,
    settings: CurrentSettings,
) -> SignedIn:
    """Sign in with what the passkey has signed."""
    user = await passkeys.accept_passkey(session, settings, body.challenge, body.credential)
    return await signing_in.complete(session, request, response, user, "passkey")
