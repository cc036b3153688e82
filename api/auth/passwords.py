"""Forgotten passwords: asked for by address, chosen anew with a mailed link."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.accounts import mails
from api.accounts.addresses import address_key
from api.accounts.challenges import drop_challenges
from api.accounts.codes import drop_codes
from api.accounts.credentials import own_words
from api.accounts.devices import forget_devices
from api.accounts.people import find_person, secrets_of
from api.accounts.sessions import end_sessions
from api.accounts.throttle import NETWORK_LIMIT, Kind, account_of
from api.audit import Person, record
from api.core import errors
from api.core.crypto import token_hash
from api.core.database import new_id
from api.core.errors import Problem
from api.core.password_policy import check_password, refused
from api.core.passwords import hash_password, verify_password
from api.core.settings import Settings
from api.models import FailedAttempt, MailRequest, PasswordReset, User
from api.outbox import Job

# After a reset through the recovery mailbox, that mailbox does not replace the app for (R4):
RECOVERY_BLOCK = timedelta(hours=72)
MAX_ADDRESS = 320


async def request_mail(
    session: AsyncSession,
    kind: Literal["password_reset", "invitation"],
    address: str,
    network: str,
) -> None:
    """Write down that somebody asks for a mail; who is meant, if anyone, a job finds out (P4).

    What a network asks for beyond the limit is dropped in silence, since the answer never tells.
    """
    recent = await session.scalar(
        select(func.count())
        .select_from(MailRequest)
        .where(
            MailRequest.network == network,
            MailRequest.created_at > func.now() - NETWORK_LIMIT.window,
        )
    )
    if (recent or 0) >= NETWORK_LIMIT.tries:
        return
    request_id = new_id()
    session.add(
        MailRequest(
            id=request_id, kind=kind, address=address_key(address)[:MAX_ADDRESS], network=network
        )
    )
    await session.flush()
    await outbox.put(session, Job.ANSWER_MAIL_REQUEST, request_id)


async def reset_password(
    session: AsyncSession, settings: Settings, token: str, password: str
) -> None:
    """Give the user of a mailed link a new password and end all their sessions (R10).

    Raises `NOT_FOUND` for a token we never made and `GONE` for one used, replaced or expired.
    """
    reset, user = await _find_reset(session, token)
    await check_password(password, settings, own_words(user))
    if (await verify_password(password, (await secrets_of(session, user.id)).password_hash))[0]:
        raise refused("/password", "same", "the present password")
    hashed = await hash_password(password)
    await _use_up(session, reset)
    await session.execute(update(User).where(User.id == user.id).values(password_hash=hashed))
    if reset.through_recovery:
        await session.execute(
            update(User)
            .where(User.id == user.id)
            .values(recovery_blocked_until=func.now() + RECOVERY_BLOCK)
        )
    await end_everything(session, user)
    await mails.announce(session, user, "password_reset")
    detail = {"through": "recovery_email" if reset.through_recovery else "email"}
    await record(session, "password_reset", actor=Person(user.id, user.email), detail=detail)


async def _find_reset(session: AsyncSession, token: str) -> tuple[PasswordReset, User]:
    row = (
        await session.execute(
            select(PasswordReset, (PasswordReset.expires_at > func.now()).label("in_time")).where(
                PasswordReset.token_hash == token_hash(token)
            )
        )
    ).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    reset, in_time = row
    user = await find_person(session, reset.user_id, active=True)
    over = reset.used_at is not None or reset.replaced_at is not None or not in_time
    if over or user is None:
        raise Problem(errors.GONE)
    return reset, user


async def _use_up(session: AsyncSession, reset: PasswordReset) -> None:
    # Of several at once, one succeeds: the others wait for the row and find it used.
    used = await session.scalar(
        update(PasswordReset)
        .where(
            PasswordReset.id == reset.id,
            PasswordReset.used_at.is_(None),
            PasswordReset.replaced_at.is_(None),
            PasswordReset.expires_at > func.now(),
        )
        .values(used_at=func.now())
        .returning(PasswordReset.id)
    )
    if used is None:
        raise Problem(errors.GONE)


async def end_everything(session: AsyncSession, user: User) -> None:
    """Sessions, half sign-ins, codes and known browsers end with the old password."""
    await end_sessions(session, user.id)
    await drop_challenges(session, user.id)
    await drop_codes(session, user.id)
    await forget_devices(session, user.id)
    await session.execute(
        delete(FailedAttempt).where(
            FailedAttempt.account == account_of(user.email),
            FailedAttempt.kind == Kind.PASSWORD.value,
        )
    )
