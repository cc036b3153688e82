"""Proving again who one is: the password, and the app's code, of a user who is known already."""

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import throttle
from api.accounts.devices import attempt_of, find_device
from api.accounts.people import secrets_of
from api.accounts.throttle import Attempt, Kind, Origin, account_of
from api.accounts.totp import check_code
from api.core.errors import ErrorCode
from api.core.passwords import verify_password
from api.core.settings import Settings
from api.models import User


async def prove_password(
    session: AsyncSession, origin: Origin, user: User, password: str, error: ErrorCode
) -> None:
    """Check a user's own password, or raise `error`, which is counted like a failed sign-in."""
    device = await find_device(session, origin, user.id)
    attempt = Attempt(Kind.PASSWORD, account_of(user.email), origin.network, device)
    await throttle.refuse_throttled(session, attempt)
    stored = (await secrets_of(session, user.id)).password_hash
    fits, _ = await verify_password(password, stored)
    await throttle.enter(session, attempt)
    if not fits:
        raise await throttle.failure(session, attempt, error)
    await throttle.clear(session, attempt)


async def prove_code(
    session: AsyncSession,
    settings: Settings,
    origin: Origin,
    user: User,
    code: str,
    error: ErrorCode,
) -> None:
    """Check and use up a code of a user's app, or raise `error`, which is counted (M7)."""
    attempt = await attempt_of(session, origin, user.id, Kind.CODE)
    await throttle.enter(session, attempt)
    await check_code(session, settings, user, code, attempt, error)
    await throttle.clear(session, attempt)


def has_mfa(user: User) -> bool:
    """Whether signing in needs more than the password."""
    return user.totp_confirmed_at is not None


def own_words(user: User) -> list[str]:
    """What a user's password must not be made of: the address and the name."""
    return [user.email, f"{user.first_name} {user.last_name}"]
