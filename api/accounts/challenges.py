"""Half sign-ins in the database: each serves several tries and is used up on success."""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.core import challenge_tokens, errors
from api.core.database import new_id
from api.core.errors import Problem
from api.core.settings import Settings
from api.models import SignInChallenge

HalfPurpose = Literal["mfa", "recover"]
LASTS = {"mfa": timedelta(minutes=5), "recover": timedelta(minutes=10)}
# A mail may take its time, so asking for the recovery code keeps the challenge for that longer.
RECOVERY_LASTS = timedelta(minutes=10)


async def open_challenge(
    session: AsyncSession,
    settings: Settings,
    purpose: HalfPurpose,
    user_id: UUID,
    *,
    totp_secret: bytes | None = None,
) -> str:
    """Start a half sign-in and return its token."""
    challenge_id = new_id()
    await session.execute(
        insert(SignInChallenge).values(
            id=challenge_id,
            user_id=user_id,
            purpose=purpose,
            expires_at=func.now() + LASTS[purpose],
            totp_secret=totp_secret,
        )
    )
    # A code may be mailed to the main and then to the recovery mailbox before this one is used.
    outer = LASTS[purpose] + (2 * RECOVERY_LASTS if purpose == "mfa" else timedelta())
    secret = settings.secret_key.get_secret_value()
    return challenge_tokens.issue(secret, purpose, challenge_id, user_id, outer)


async def find_challenge(
    session: AsyncSession,
    settings: Settings,
    purpose: HalfPurpose,
    token: str,
    *,
    in_recovery: bool = False,
) -> SignInChallenge:
    """The open challenge behind a token; raises `INVALID_CHALLENGE` for any other.

    With `in_recovery` the time that a mailed code has counts as well.
    """
    claims = challenge_tokens.read(settings.secret_key.get_secret_value(), purpose, token)
    row: SignInChallenge | None = None
    if claims is not None:
        ends: ColumnElement[Any] = SignInChallenge.expires_at.expression
        if in_recovery:
            ends = func.greatest(ends, SignInChallenge.recovery_until)
        row = await session.scalar(
            select(SignInChallenge).where(
                SignInChallenge.id == claims.id,
                SignInChallenge.purpose == purpose,
                SignInChallenge.consumed_at.is_(None),
                SignInChallenge.user_id.is_not_distinct_from(claims.user_id),
                ends > func.now(),
            )
        )
    if row is None:
        raise Problem(errors.INVALID_CHALLENGE)
    return row


async def consume(session: AsyncSession, challenge: SignInChallenge) -> None:
    """Use a challenge up; of several at once one succeeds, the others raise `INVALID_CHALLENGE`."""
    used = await session.scalar(
        update(SignInChallenge)
        .where(SignInChallenge.id == challenge.id, SignInChallenge.consumed_at.is_(None))
        .values(consumed_at=func.now())
        .returning(SignInChallenge.id)
    )
    if used is None:
        raise Problem(errors.INVALID_CHALLENGE)


async def extend_for_recovery(session: AsyncSession, challenge: SignInChallenge) -> None:
    """Leave as much time as the mailed code has."""
    await session.execute(
        update(SignInChallenge)
        .where(SignInChallenge.id == challenge.id)
        .values(recovery_until=func.now() + RECOVERY_LASTS)
    )


async def drop_challenges(session: AsyncSession, user_id: UUID) -> None:
    """End every half sign-in of a user, as a new password does."""
    await session.execute(delete(SignInChallenge).where(SignInChallenge.user_id == user_id))
