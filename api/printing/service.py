"""Writes: collecting documents for post, building their ZIP again, telling that it is printed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import Principal
from api.audit import is_recorded, record, record_on_documents
from api.core import errors
from api.core.database import new_id
from api.core.errors import Problem
from api.models import Customer, Document, PrintBatch, PrintBatchDocument
from api.outbox import Job
from api.printing.queries import load_batch
from api.printing.schemas import NewPrintBatch

BY_POST = ("post", "portal_and_post")
DAY = timedelta(days=1)


async def create_batch(session: AsyncSession, actor: Principal, wanted: NewPrintBatch) -> UUID:
    """Collect what goes by post and is in no batch yet; raises `NOTHING_TO_PRINT` without any.

    A document is in one batch at most, whoever collects at the same time: its key there is its id,
    and of two collections the later one gets what the earlier has left.
    """
    batch_id = new_id()
    until = wanted.published_until
    await session.execute(insert(PrintBatch).values(id=batch_id, published_until=until))
    taking = (
        upsert(PrintBatchDocument)
        .from_select(["document_id", "batch_id", "position"], _waiting(batch_id, until))
        .on_conflict_do_nothing()
    )
    taken = cast("CursorResult[Any]", await session.execute(taking)).rowcount
    if not taken:
        raise Problem(errors.NOTHING_TO_PRINT)
    await session.execute(update(PrintBatch).where(PrintBatch.id == batch_id).values(total=taken))
    await outbox.put(session, Job.BUILD_PRINT_BATCH, batch_id)
    await record(session, "print_batch_created", actor=actor, detail=_detail(batch_id, taken))
    return batch_id


def _waiting(batch_id: UUID, until: date | None) -> Any:
    """Published documents of customers set to post, since they were, in printing order.

    All of a customer's follow each other, so that they fit into one envelope.
    """
    order = (Customer.number, Document.issue_date, Document.id)
    already = select(PrintBatchDocument.document_id).where(
        PrintBatchDocument.document_id == Document.id
    )
    statement = (
        select(Document.id, literal(batch_id), func.row_number().over(order_by=order))
        .select_from(Document)
        .join(Customer, Customer.id == Document.customer_id)
        .where(
            Customer.channel.in_(BY_POST),
            Document.state == "published",
            Document.has_pdf,
            # Sessions speak UTC, so a day begins at its midnight there.
            Document.published_at >= Customer.post_since,
            ~already.exists(),
        )
        # Two collections take them in the same order, so that neither waits for the other.
        .order_by(*order)
    )
    if until is None or until == date.max:
        return statement
    return statement.where(Document.published_at < datetime.combine(until, time.min, UTC) + DAY)


def _detail(batch_id: UUID, documents: int) -> dict[str, Any]:
    return {"batch": str(batch_id), "documents": documents}


async def build_again(session: AsyncSession, batch_id: UUID) -> None:
    """Build the ZIP of a batch again: it failed, has gone, or holds what was withdrawn since.

    Raises `CONFLICT` while it is being built, or when it is there and as it should be.
    """
    await _lock(session, batch_id)
    batch = await load_batch(session, batch_id)
    is_good = batch.expires_at is not None and not batch.withdrawn
    if batch.state in ("queued", "running") or (batch.state != "failed" and is_good):
        raise Problem(errors.CONFLICT)
    await session.execute(
        update(PrintBatch)
        .where(PrintBatch.id == batch_id)
        .values(
            state="queued",
            done=0,
            error=None,
            object_key=None,
            size_bytes=None,
            sha256=None,
            finished_at=None,
            expires_at=None,
            fetched_at=None,
        )
    )
    await outbox.put(session, Job.BUILD_PRINT_BATCH, batch_id)


async def mark_printed(session: AsyncSession, actor: Principal, batch_id: UUID) -> None:
    """Write down that a batch was sent to print, in the history of each document in it too.

    Told twice, it is written once. Raises `NOT_FINISHED` before its ZIP is there.
    """
    row = await _lock(session, batch_id)
    if row.printed_at is not None:
        return
    if row.state != "finished":
        raise Problem(errors.NOT_FINISHED)
    await session.execute(
        update(PrintBatch).where(PrintBatch.id == batch_id).values(printed_at=func.now())
    )
    mine = select(PrintBatchDocument.document_id).where(PrintBatchDocument.batch_id == batch_id)
    documents = list(await session.scalars(mine))
    detail = _detail(batch_id, len(documents))
    await record(session, "print_batch_printed", actor=actor, detail=detail)
    await record_on_documents(
        session, "printed", actor=actor, document_ids=documents, detail={"batch": str(batch_id)}
    )


async def _lock(session: AsyncSession, batch_id: UUID) -> PrintBatch:
    row = await session.scalar(
        select(PrintBatch).where(PrintBatch.id == batch_id).with_for_update()
    )
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return row


async def record_fetch(
    session: AsyncSession,
    actor: Principal,
    batch_id: UUID,
    built_at: datetime | None,
    *,
    is_later_part: bool,
) -> None:
    """Show the others that somebody fetched the ZIP; the audit tells who.

    A later part is recorded only if no fetch of this ZIP is, since it was last built.
    """
    detail = {"batch": str(batch_id), "file": "zip"}
    if is_later_part and await is_recorded(
        session, "print_batch_fetched", actor=actor, detail=detail, since=built_at
    ):
        return
    await session.execute(
        update(PrintBatch).where(PrintBatch.id == batch_id).values(fetched_at=func.now())
    )
    await record(session, "print_batch_fetched", actor=actor, detail=detail)
