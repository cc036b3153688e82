"""Who may call a route: the caller is recognised and checked before anything else is looked at."""

from datetime import timedelta

from fastapi import Request

from api.access import (
    Credential,
    Permission,
    Principal,
    Rule,
    Transaction,
    authenticate,
    is_main_contact,
    parse_token,
    session_credential,
    token_credential,
)
from api.core import errors
from api.core.errors import Problem
from api.core.settings import Settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CSRF_HEADER = "x-requested-with"
CSRF_VALUE = "i-portal"
# How long a sign-in or a step-up allows sensitive changes.
PROOF_LASTS = timedelta(minutes=5)


async def admit(request: Request, transaction: Transaction, permission: Permission) -> Principal:
    """Authenticate the caller in this transaction and check that the route is theirs to call."""
    credential = credential_of(request, permission.value)
    principal = check(request, await authenticate(transaction, credential), permission.value)
    if permission.value.main_contact and not await is_main_contact(transaction):
        raise Problem(errors.FORBIDDEN)
    return principal


def credential_of(request: Request, rule: Rule) -> Credential:
    """What the request shows, a token before a cookie; raises `UNAUTHENTICATED` without either."""
    header = request.headers.get("authorization")
    if header is not None:
        kind, _, value = header.partition(" ")
        token = parse_token(value.strip()) if kind.lower() == "bearer" else None
        if token is not None:
            return token_credential(token, publishing=rule.publishing)
        raise unauthenticated()
    settings: Settings = request.app.state.settings
    cookie = request.cookies.get(settings.session_cookie)
    if not cookie:
        raise unauthenticated()
    return session_credential(cookie, timedelta(minutes=settings.session_idle_minutes))


def unauthenticated() -> Problem:
    """The refusal of a caller who is not known."""
    return Problem(errors.UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})


def check(request: Request, principal: Principal | None, rule: Rule) -> Principal:
    """The caller, if they are known and the route is theirs to call; raises 401 or 403."""
    if principal is None:
        raise unauthenticated()
    if principal.scopes is not None and not rule.any_token:
        if rule.scope is None:
            raise Problem(errors.FORBIDDEN)
        if rule.scope.value not in principal.scopes:
            raise Problem(errors.SCOPE, parameters={"scope": rule.scope.value})
    if rule.staff_only and principal.role != "staff":
        raise Problem(errors.FORBIDDEN)
    if principal.scopes is None:
        if request.method not in SAFE_METHODS:
            refuse_forged(request)
        _refuse_unproved(request.app.state.settings, principal, rule)
    return principal


def _refuse_unproved(settings: Settings, principal: Principal, rule: Rule) -> None:
    """Ask a session for what the policy or the change needs: MFA set up, a fresh proof (M9)."""
    wanted = settings.mfa_policy == "required" or principal.role == "staff"
    if wanted and not principal.mfa_enabled and not rule.before_mfa:
        raise Problem(errors.MFA_ENROLMENT_REQUIRED)
    if rule.fresh and (principal.proof_age is None or principal.proof_age > PROOF_LASTS):
        raise Problem(errors.STEP_UP_REQUIRED)


def refuse_forged(request: Request) -> None:
    """Refuse an unsafe request that another site may have caused a browser to send (S6).

    With a session cookie a header is needed that cannot be set across origins without a preflight,
    which we never allow. Fetch Metadata and Origin are looked at wherever the browser sends them.
    """
    settings: Settings = request.app.state.settings
    has_cookie = settings.session_cookie in request.cookies
    if has_cookie and request.headers.get(CSRF_HEADER) != CSRF_VALUE:
        raise Problem(errors.CSRF)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem(errors.CSRF)
    origin = request.headers.get("origin")
    own = {settings.public_url, f"{request.url.scheme}://{request.headers.get('host', '')}"}
    if origin is not None and origin not in own:
        raise Problem(errors.CSRF)
