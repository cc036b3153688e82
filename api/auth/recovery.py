"""A lost phone: the password, then a code from the recovery mailbox, then a new QR code (B4)."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import mails, throttle
from api.accounts.addresses import masked
from api.accounts.challenges import (
    consume,
    extend_for_recovery,
    find_challenge,
    open_challenge,
)
from api.accounts.codes import CodePurpose, check_mailed_code, send_code
from api.accounts.devices import attempt_of
from api.accounts.sessions import end_sessions
from api.accounts.throttle import Kind, Origin
from api.accounts.totp import check_new_seed, new_seed
from api.audit import Person, record
from api.auth.schemas import RecoverySeed, RecoverySent
from api.auth.signing_in import active_user
from api.core import errors
from api.core.errors import Problem
from api.core.settings import Settings
from api.models import User


async def send_recovery_code(session: AsyncSession, settings: Settings, token: str) -> RecoverySent:
    """Mail a code to the recovery mailbox; raises `CONFLICT` when there is none.

    While that mailbox is blocked (R4), the main one is asked whether it is really the user.
    """
    challenge = await find_challenge(session, settings, "mfa", token, in_recovery=True)
    user = await active_user(session, challenge.user_id)
    if user.recovery_email is None or user.recovery_email_verified_at is None:
        raise Problem(errors.CONFLICT)
    blocked = await _is_blocked(session, user)
    address = user.email if blocked else user.recovery_email
    purpose: CodePurpose = "confirm_origin" if blocked else "mfa_recovery"
    await send_code(session, settings, user, purpose, binding=str(challenge.id), address=address)
    await extend_for_recovery(session, challenge)
    return RecoverySent(sent_to=masked(address), confirm_origin=blocked)


async def _is_blocked(session: AsyncSession, user: User) -> bool:
    blocked = await session.scalar(
        select(User.recovery_blocked_until > func.now()).where(User.id == user.id)
    )
    return bool(blocked)


async def confirm_origin(
    session: AsyncSession, settings: Settings, origin: Origin, token: str, code: str
) -> None:
    """The main mailbox confirms that it is the user; the recovery mailbox works again (R4)."""
    challenge = await find_challenge(session, settings, "mfa", token, in_recovery=True)
    user = await active_user(session, challenge.user_id)
    attempt = await attempt_of(session, origin, user.id, Kind.MAILED_CODE)
    await check_mailed_code(
        session,
        settings,
        user.id,
        "confirm_origin",
        code,
        attempt,
        errors.WRONG_CODE,
        binding=str(challenge.id),
    )
    await session.execute(
        update(User).where(User.id == user.id).values(recovery_blocked_until=None)
    )
    # There is as much time again for the code that now goes to the recovery mailbox.
    await extend_for_recovery(session, challenge)
    await record(session, "recovery_block_lifted", actor=Person(user.id, user.email))


async def verify_recovery_code(
    session: AsyncSession, settings: Settings, origin: Origin, token: str, code: str
) -> RecoverySeed:
    """Exchange the mailed code for a new secret, which only `confirm_new_seed` takes (R5)."""
    challenge = await find_challenge(session, settings, "mfa", token, in_recovery=True)
    user = await active_user(session, challenge.user_id)
    attempt = await attempt_of(session, origin, user.id, Kind.MAILED_CODE)
    await check_mailed_code(
        session,
        settings,
        user.id,
        "mfa_recovery",
        code,
        attempt,
        errors.WRONG_CODE,
        binding=str(challenge.id),
    )
    await consume(session, challenge)
    seed = new_seed(settings, user.id, user.email)
    following = await open_challenge(session, settings, "recover", user.id, totp_secret=seed.sealed)
    return RecoverySeed(
        challenge=following,
        secret=seed.secret,
        otpauth_uri=seed.otpauth_uri,
        qr_svg=seed.qr_svg,
    )


async def confirm_new_seed(
    session: AsyncSession, settings: Settings, origin: Origin, token: str, code: str
) -> User:
    """Take the new app into use; the old one is dead, and so is every session it opened."""
    challenge = await find_challenge(session, settings, "recover", token)
    user = await active_user(session, challenge.user_id)
    attempt = await attempt_of(session, origin, user.id, Kind.CODE)
    await throttle.enter(session, attempt)
    step = await check_new_seed(
        session, settings, user.id, challenge.totp_secret, code, attempt, errors.WRONG_CODE
    )
    await consume(session, challenge)
    await session.execute(
        update(User)
        .where(User.id == user.id)
        .values(
            totp_secret=challenge.totp_secret,
            totp_confirmed_at=func.now(),
            totp_last_step=step,
            totp_refused_steps=[],
        )
    )
    await throttle.clear(session, attempt)
    await end_sessions(session, user.id)
    await mails.announce(session, user, "mfa_recovered")
    await record(session, "mfa_recovered", actor=Person(user.id, user.email))
    return user
