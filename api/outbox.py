"""Jobs that must not be lost: written with the change that needs them, handed out from here.

The table is the truth. The queue in Redis carries only ids; when it is flushed or its worker dies,
the lease passes and the row is handed out again. All times are the database's (F16).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.database import new_id
from api.models import URGENT_JOBS, OutboxEntry

# Shorter than the minute in which a flushed queue must be full again (F4).
LEASE = timedelta(seconds=45)
# Long work extends its lease while it lives, so that it may be short: a killed worker is soon
# followed by another (F1).
SHORT_LEASE = timedelta(seconds=20)
FIRST_RETRY = timedelta(seconds=20)
LONGEST_RETRY = timedelta(hours=4)

PUT = insert(OutboxEntry.__table__)  # type: ignore[arg-type]


class Job(StrEnum):
    """What the worker can do; each takes the id of one row."""

    ANNOUNCE_DOCUMENT = "announce_document"
    SEND_DELIVERY = "send_delivery"
    SEND_ACCOUNT_MAIL = "send_account_mail"
    ANSWER_MAIL_REQUEST = "answer_mail_request"
    CUT_DIGEST = "cut_digest"
    SEND_DIGEST = "send_digest"
    BUILD_ARCHIVE = "build_archive"
    BUILD_PRINT_BATCH = "build_print_batch"
    DISCARD_ARCHIVE = "discard_archive"
    ERASE_PERSON = "erase_person"
    SEND_WEBHOOK = "send_webhook"


# Row-level security: the relay sees all jobs, whoever works on one sees that one.
ACT_AS_RELAY = text("SELECT set_config('role', 'iportal_relay', true)")
HOLD = text("SELECT set_config('iportal.claim_id', :id, true)")

LONG_JOBS = frozenset({Job.BUILD_ARCHIVE, Job.BUILD_PRINT_BATCH, Job.DISCARD_ARCHIVE})
"""Jobs that take long: the worker takes them from the table itself, past the queue."""
BULK_JOBS = frozenset({Job.ANNOUNCE_DOCUMENT, Job.SEND_DELIVERY})
"""Jobs that come by the thousand after a run of invoices: the queue carries several at a time."""
LONG = OutboxEntry.job.in_([job.value for job in LONG_JOBS])
BULK = OutboxEntry.job.in_([job.value for job in BULK_JOBS])
# As the index says it, so that the few are found among very many.
URGENT = literal_column(URGENT_JOBS, Boolean)
# The columns of a claim.
CLAIMED = (
    OutboxEntry.id,
    OutboxEntry.job,
    OutboxEntry.subject_id,
    OutboxEntry.customer_id,
    OutboxEntry.user_id,
    OutboxEntry.attempts,
    OutboxEntry.fence,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job handed to one worker. Only the newest fence of a row may finish it."""

    id: UUID
    job: Job
    subject_id: UUID
    customer_id: UUID | None
    user_id: UUID | None
    attempts: int
    fence: int


async def put(
    session: AsyncSession,
    job: Job,
    subject_id: UUID,
    *,
    customer_id: UUID | None = None,
    user_id: UUID | None = None,
) -> None:
    """Ask for a job in this transaction."""
    await session.execute(PUT, row(job, subject_id, customer_id=customer_id, user_id=user_id))


def row(
    job: Job, subject_id: UUID, *, customer_id: UUID | None = None, user_id: UUID | None = None
) -> dict[str, Any]:
    """A job as it is asked for.

    It sees the rows of `customer_id` and no others, or what `user_id` may see by then.
    """
    return {
        "id": new_id(),
        "job": job.value,
        "subject_id": subject_id,
        "customer_id": customer_id,
        "user_id": user_id,
    }


async def put_all(
    session: AsyncSession, job: Job, subject_ids: list[UUID], *, customer_id: UUID
) -> None:
    """Ask for the same job about several rows of one customer."""
    rows = [row(job, subject_id, customer_id=customer_id) for subject_id in subject_ids]
    if rows:
        await session.execute(PUT, rows)


async def appoint(session: AsyncSession, job: Job, user_ids: list[UUID], due_at: datetime) -> None:
    """Ask for a job about each of these users at a time to come, unless they wait for it already.

    Only for jobs of which a unique index allows one per subject.
    """
    rows = [
        {
            "id": new_id(),
            "job": job.value,
            "subject_id": user_id,
            "user_id": user_id,
            "due_at": due_at,
        }
        for user_id in user_ids
    ]
    await session.execute(upsert(OutboxEntry).on_conflict_do_nothing(), rows)


async def claim_due(session: AsyncSession, limit: int, *, long: bool = False) -> list[Claim]:
    """Lease up to `limit` due jobs, leaving alone what another relay holds.

    Either the `long` ones, or those for the queue: the oldest, but a run of thousands of invoices
    holds up nobody who waits for a code.
    """
    await session.execute(ACT_AS_RELAY)
    if long:
        return await lease(session, LONG, limit, SHORT_LEASE)
    urgent = await lease(session, URGENT, limit)
    return urgent + await lease(session, BULK, limit - len(urgent))


async def lease(
    session: AsyncSession, kind: ColumnElement[bool], limit: int, held: timedelta = LEASE
) -> list[Claim]:
    """Lease due jobs of a kind, as the relay, which has to be acted as."""
    due = (
        select(OutboxEntry.id)
        .where(OutboxEntry.state == "waiting", OutboxEntry.due_at <= func.now(), kind)
        .order_by(OutboxEntry.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await session.execute(
        update(OutboxEntry)
        # An array is found once; a join may look again, and would then lease more than the limit.
        .where(OutboxEntry.id == func.any(func.array(due.scalar_subquery())))
        .values(due_at=func.now() + held, fence=OutboxEntry.fence + 1)
        .returning(*CLAIMED)
    )
    claims = [Claim(row.id, Job(row.job), *row[2:]) for row in rows]
    # By their ids, which sort by time: in the order asked for, mails of one document together.
    return sorted(claims, key=lambda claim: claim.id)


async def find_claim(session: AsyncSession, entry_id: UUID, fence: int) -> Claim | None:
    """Lock a claimed job for this transaction; None when it is done or was handed on."""
    await _hold(session, entry_id)
    rows = await session.execute(
        select(*CLAIMED)
        .where(
            OutboxEntry.id == entry_id,
            OutboxEntry.fence == fence,
            OutboxEntry.state == "waiting",
        )
        .with_for_update()
    )
    row = rows.one_or_none()
    return Claim(row.id, Job(row.job), *row[2:]) if row else None


async def _hold(session: AsyncSession, entry_id: UUID) -> None:
    await session.execute(HOLD, {"id": str(entry_id)})


async def extend(session: AsyncSession, claim: Claim) -> bool:
    """Keep a long job's lease for another while; False when it was handed on."""
    await _hold(session, claim.id)
    held = await session.scalar(
        update(OutboxEntry)
        .where(
            OutboxEntry.id == claim.id,
            OutboxEntry.fence == claim.fence,
            OutboxEntry.state == "waiting",
        )
        .values(due_at=func.now() + SHORT_LEASE)
        .returning(OutboxEntry.id)
    )
    return held is not None


async def release(session: AsyncSession, held: list[tuple[UUID, int]]) -> None:
    """Give claims back that were not worked on, by id and fence: they are handed out anew at once.

    What was handed on meanwhile is left alone.
    """
    await session.execute(ACT_AS_RELAY)
    await session.execute(
        update(OutboxEntry)
        .where(tuple_(OutboxEntry.id, OutboxEntry.fence).in_(held))
        .values(due_at=func.now())
    )


async def finish(session: AsyncSession, claim: Claim) -> None:
    """The job is done, in the same transaction as its effect."""
    await _hold(session, claim.id)
    await session.execute(
        delete(OutboxEntry).where(OutboxEntry.id == claim.id, OutboxEntry.fence == claim.fence)
    )


def pause_after(claim: Claim) -> timedelta:
    """How long a job waits that has just failed: twice as long each time."""
    doubled: timedelta = FIRST_RETRY * 2**claim.attempts
    return min(doubled, LONGEST_RETRY)


async def postpone(session: AsyncSession, claim: Claim, error: str, most: int) -> bool:
    """Try again later, doubling the wait; after `most` attempts set it aside.

    True if it was set aside; a job that was handed on meanwhile is left alone.
    """
    await _hold(session, claim.id)
    attempts = claim.attempts + 1
    dead = attempts >= most
    postponed = await session.scalar(
        update(OutboxEntry)
        .where(OutboxEntry.id == claim.id, OutboxEntry.fence == claim.fence)
        .values(
            attempts=attempts,
            due_at=func.now() + pause_after(claim),
            last_error=error[:500],
            state="dead" if dead else "waiting",
        )
        .returning(OutboxEntry.id)
    )
    return dead and postponed is not None


async def begin_anew(session: AsyncSession, job: Job, subject_id: UUID) -> bool:
    """Let a job that waits start over at once, as the relay from here on; False without one."""
    await session.execute(ACT_AS_RELAY)
    of_kind = OutboxEntry.job == literal(job.value, literal_execute=True)  # as its index says it
    begun = await session.scalar(
        update(OutboxEntry)
        .where(of_kind, OutboxEntry.subject_id == subject_id, OutboxEntry.state == "waiting")
        .values(due_at=func.now(), attempts=0, fence=OutboxEntry.fence + 1)
        .returning(OutboxEntry.id)
    )
    return begun is not None


async def under_way(
    session: AsyncSession, job: Job, subjects: set[str]
) -> list[tuple[UUID, UUID, int]]:
    """The jobs of one kind about these subjects that wait or run: subject, id and fence."""
    await session.execute(ACT_AS_RELAY)
    rows = await session.execute(
        select(OutboxEntry.subject_id, OutboxEntry.id, OutboxEntry.fence).where(
            OutboxEntry.job == job.value,
            OutboxEntry.state == "waiting",
            cast(OutboxEntry.subject_id, String).in_(subjects),
        )
    )
    return [(row.subject_id, row.id, row.fence) for row in rows]
