"""Throttling of wrong passwords and codes, counted in PostgreSQL (P5, P6, M7).

A try takes the account's lock in its transaction before anything is decided, so that parallel tries
are counted one after the other. A wrong one is written down and committed although the request
fails (`Problem(keep=True)`); a right one clears the account's count.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.addresses import address_key
from api.core import errors
from api.core.database import new_id
from api.core.errors import ErrorCode, Problem
from api.models import FailedAttempt


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within the window; the next try has to wait."""

    tries: int
    window: timedelta


class Kind(StrEnum):
    """What was tried."""

    PASSWORD = "password"  # noqa: S105
    CODE = "code"
    MAILED_CODE = "mailed_code"


# A mailed code dies after five tries of its own (R1); these stop those who ask for ever new ones.
MAILED_LIMITS = (Limit(20, timedelta(hours=1)), Limit(50, timedelta(days=1)))
LIMITS: dict[Kind, tuple[Limit, ...]] = {
    Kind.PASSWORD: (Limit(10, timedelta(minutes=5)),),
    Kind.CODE: (Limit(5, timedelta(minutes=5)), *MAILED_LIMITS),
    Kind.MAILED_CODE: MAILED_LIMITS,
}
# Far above the limit of one account, since offices share one address.
NETWORK_LIMIT = Limit(100, timedelta(minutes=5))
IPV6_SITE = 64


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: the client's network, and the device cookie it carries."""

    network: str
    device: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to be counted. `device` is set when the account knows the browser."""

    kind: Kind
    account: bytes
    network: str
    device: bytes | None

    @property
    def lock(self) -> int:
        """The number of the advisory lock, a signed 64-bit integer."""
        text = f"{self.kind}:{self.account.hex()}:{(self.device or b'').hex()}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)

    def same_account(self) -> ColumnElement[bool]:
        """The failures that count together with this try."""
        return and_(
            FailedAttempt.account == self.account,
            FailedAttempt.kind == self.kind.value,
            FailedAttempt.device.is_not_distinct_from(self.device),
        )


def account_of(subject: str | UUID) -> bytes:
    """The hash by which an address, known or not, or a user is counted."""
    text = address_key(subject) if isinstance(subject, str) else str(subject)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def network_of(host: str | None) -> str:
    """The client's address; of IPv6 the first 64 bits, since a site has all the rest."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> IPV6_SITE << IPV6_SITE))
    return str(address)


async def refuse_throttled(session: AsyncSession, attempt: Attempt) -> None:
    """Raise `TOO_MANY_REQUESTS` with the seconds to wait when a limit is reached.

    A known device is not held up by what happens elsewhere, its network included (P6).
    """
    limits = LIMITS[attempt.kind]
    seconds_ago = func.extract("epoch", func.now() - FailedAttempt.at)
    ages = [
        float(age)
        for age in await session.scalars(
            select(seconds_ago)
            .where(attempt.same_account())
            .order_by(FailedAttempt.at.desc())
            .limit(max(limit.tries for limit in limits))
        )
    ]
    waits = [_wait(ages[limit.tries - 1], limit) for limit in limits if len(ages) >= limit.tries]
    crowded = await session.scalar(
        select(seconds_ago)
        .where(FailedAttempt.network == attempt.network)
        .order_by(FailedAttempt.at.desc())
        .offset(NETWORK_LIMIT.tries - 1)
        .limit(1)
    )
    if crowded is not None and attempt.device is None:
        waits.append(_wait(float(crowded), NETWORK_LIMIT))
    wait = max(waits, default=0.0)
    if wait > 0:
        raise Problem(
            errors.TOO_MANY_REQUESTS, headers={"Retry-After": str(max(1, math.ceil(wait)))}
        )


def _wait(age: float, limit: Limit) -> float:
    return limit.window.total_seconds() - age


async def enter(session: AsyncSession, attempt: Attempt) -> None:
    """Take the account's turn until the transaction ends; raises `TOO_MANY_REQUESTS`."""
    await session.execute(select(func.pg_advisory_xact_lock(attempt.lock)))
    await refuse_throttled(session, attempt)


async def failure(
    session: AsyncSession,
    attempt: Attempt,
    error: ErrorCode,
    *,
    minutes_off: int | None = None,
) -> Problem:
    """Write a wrong try down and return the refusal to raise; it stays counted.

    `minutes_off` tells that the code would fit a clock that is off by so much (F16).
    """
    await session.execute(
        insert(FailedAttempt).values(
            id=new_id(),
            kind=attempt.kind.value,
            account=attempt.account,
            device=attempt.device,
            network=attempt.network,
            at=func.clock_timestamp(),
        )
    )
    if minutes_off is None:
        return Problem(error, keep=True)
    return Problem(
        error,
        keep=True,
        sentence="clock",
        parameters={"minutes": minutes_off},
        members={"hint": "clock"},
    )


async def clear(session: AsyncSession, attempt: Attempt) -> None:
    """A right try clears the account's count, of this device or of all unknown ones."""
    await session.execute(delete(FailedAttempt).where(attempt.same_account()))
