"""Clearing up what sign-in has remembered long enough."""

from datetime import timedelta
from time import time

from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api.accounts.devices import KEPT
from api.accounts.totp import STEP_SECONDS
from api.core.database import Database
from api.models import (
    AccountMail,
    FailedAttempt,
    KnownDevice,
    MailedCode,
    MailRequest,
    MfaEnrolment,
    PasswordReset,
    PublicCalls,
    SignInChallenge,
)

# The longest window of throttling is a day.
DAY = timedelta(days=1)
# Long enough for support to see whether a link was used, and a mail refused.
WEEK = timedelta(days=7)
QUARTER = timedelta(days=90)
FORGET_STEPS = text("SELECT iportal.forget_refused_steps(:before)")


async def forget_what_is_over(database: Database) -> int:
    """Delete expired codes, challenges, links, requests and counts; returns how many rows."""
    rules: list[tuple[InstrumentedAttribute[object], timedelta]] = [
        (FailedAttempt.at, DAY),
        (SignInChallenge.expires_at, DAY),
        (MailedCode.expires_at, DAY),
        (MfaEnrolment.created_at, DAY),
        (MailRequest.created_at, DAY),
        (PasswordReset.expires_at, WEEK),
        (PublicCalls.since, DAY),
        (AccountMail.created_at, QUARTER),
        (KnownDevice.last_used_at, KEPT),
    ]
    forgotten = 0
    async with database.transaction() as session:
        for column, kept in rules:
            forgotten += await _forget(session, column, kept)
        await _forget_refused_steps(session)
    return forgotten


async def _forget(
    session: AsyncSession, column: InstrumentedAttribute[object], kept: timedelta
) -> int:
    table = column.class_
    gone = delete(table).where(column < func.now() - kept).returning(text("1"))
    return len((await session.execute(gone)).all())


async def _forget_refused_steps(session: AsyncSession) -> None:
    """Steps that are past cannot be used any more, so they need not be refused."""
    current = int(time()) // STEP_SECONDS
    await session.execute(FORGET_STEPS, {"before": current - 1})
