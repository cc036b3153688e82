"""Reads of print batches and of what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.http import safe_filename
from api.core.paging import CursorCodec
from api.downloads.schemas import Progress
from api.models import Customer, Document, DocumentFile, PrintBatchDocument
from api.models import PrintBatch as PrintBatchRow
from api.printing.schemas import PrintBatch, PrintBatchListQuery, PrintBatchPage
from api.storage import StoredObject

IS_PRINTED = PrintBatchRow.printed_at.is_not(None)
STATE = case(
    (and_(PrintBatchRow.state == "finished", IS_PRINTED), "printed"), else_=PrintBatchRow.state
)
HAS_FILE = and_(PrintBatchRow.object_key.is_not(None), PrintBatchRow.expires_at > func.now())
# Looked for only where it matters: most batches are printed.
WITHDRAWN = case(
    (STATE != "finished", 0),
    else_=select(func.count())
    .select_from(PrintBatchDocument)
    .join(Document, Document.id == PrintBatchDocument.document_id)
    .where(PrintBatchDocument.batch_id == PrintBatchRow.id, Document.state != "published")
    .scalar_subquery(),
)
LETTERS = (
    select(
        Document.id,
        Document.kind,
        Document.number,
        Document.issue_date,
        Document.state,
        Customer.number.label("customer_number"),
        Customer.name.label("customer_name"),
        DocumentFile.object_key,
        DocumentFile.size,
        DocumentFile.sha256,
        PrintBatchDocument.position,
    )
    .select_from(PrintBatchDocument)
    .join(Document, Document.id == PrintBatchDocument.document_id)
    .join(Customer, Customer.id == Document.customer_id)
    .join(DocumentFile, and_(DocumentFile.document_id == Document.id, DocumentFile.kind == "pdf"))
    .order_by(PrintBatchDocument.position)
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A document of a batch: to whom it goes, and its PDF; `state` is as it is now."""

    document_id: UUID
    position: int
    customer_number: str
    customer_name: str
    kind: str
    number: str
    issue_date: date
    state: str
    pdf: StoredObject


def _statement() -> Select[Any]:
    return select(
        PrintBatchRow.id,
        STATE.label("state"),
        PrintBatchRow.done,
        PrintBatchRow.total,
        PrintBatchRow.published_until,
        WITHDRAWN.label("withdrawn"),
        case((HAS_FILE, PrintBatchRow.size_bytes)).label("size_bytes"),
        PrintBatchRow.created_at,
        PrintBatchRow.finished_at,
        PrintBatchRow.fetched_at,
        PrintBatchRow.printed_at,
        case((HAS_FILE, PrintBatchRow.expires_at)).label("expires_at"),
        PrintBatchRow.error,
    )


def _batch(row: Row[Any]) -> PrintBatch:
    return PrintBatch(
        id=row.id,
        state=row.state,
        progress=Progress(done=row.done, total=row.total),
        published_until=row.published_until,
        withdrawn=row.withdrawn,
        size_bytes=row.size_bytes,
        created_at=row.created_at,
        finished_at=row.finished_at,
        fetched_at=row.fetched_at,
        printed_at=row.printed_at,
        expires_at=row.expires_at,
        error=row.error,
    )


async def load_batch(session: AsyncSession, batch_id: UUID) -> PrintBatch:
    """One print batch; `NOT_FOUND` when there is none."""
    row = (await session.execute(_statement().where(PrintBatchRow.id == batch_id))).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return _batch(row)


async def list_batches(
    session: AsyncSession, principal: Principal, query: PrintBatchListQuery, codec: CursorCodec
) -> PrintBatchPage:
    """All print batches, newest first."""
    context = f"print batches {principal.user_id}"
    statement = _statement().order_by(PrintBatchRow.id.desc())
    if query.cursor is not None:
        last = UUID(codec.decode(context, query.cursor)[0])
        statement = statement.where(PrintBatchRow.id < last)
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    items = [_batch(row) for row in rows[: query.limit]]
    total = None
    if query.count:
        total = await session.scalar(select(func.count()).select_from(PrintBatchRow))
    following = None
    if len(rows) > query.limit:
        following = codec.encode(context, [str(items[-1].id)])
    return PrintBatchPage(items=items, next_cursor=following, total=total)


async def find_file(
    session: AsyncSession, batch_id: UUID
) -> tuple[StoredObject, str, datetime | None]:
    """The ZIP, the name to save it under, and when it was built.

    Raises `NOT_FINISHED` before it is built, `PRINT_BATCH_OUTDATED` when something in it was
    withdrawn before it was printed, and `GONE` after its time.
    """
    batch = await load_batch(session, batch_id)
    if batch.state not in ("finished", "printed"):
        raise Problem(errors.NOT_FINISHED)
    if batch.withdrawn:
        raise Problem(errors.PRINT_BATCH_OUTDATED, parameters={"count": batch.withdrawn})
    if batch.expires_at is None:
        raise Problem(errors.GONE, sentence="print_batch")
    row = await session.get_one(PrintBatchRow, batch_id)
    if row.object_key is None or row.size_bytes is None or row.sha256 is None:
        raise Problem(errors.NOT_FINISHED)
    name = safe_filename(f"print-{row.created_at:%Y-%m-%d-%H%M}", "zip")
    return StoredObject(row.object_key, row.size_bytes, row.sha256), name, row.finished_at


async def load_letters(
    session: AsyncSession, batch_id: UUID, after: int, most: int
) -> Sequence[Letter]:
    """The next documents of a batch behind a position, in printing order."""
    here = LETTERS.where(
        PrintBatchDocument.batch_id == batch_id, PrintBatchDocument.position > after
    )
    rows = await session.execute(here.limit(most))
    return [
        Letter(
            document_id=row.id,
            position=row.position,
            customer_number=row.customer_number,
            customer_name=row.customer_name,
            kind=row.kind,
            number=row.number,
            issue_date=row.issue_date,
            state=row.state,
            pdf=StoredObject(row.object_key, row.size, row.sha256),
        )
        for row in rows
    ]


async def expected_size(session: AsyncSession, batch_id: UUID) -> int:
    """About how many bytes the PDFs of a batch take."""
    size = await session.scalar(
        select(func.coalesce(func.sum(DocumentFile.size), literal(0)))
        .join(PrintBatchDocument, PrintBatchDocument.document_id == DocumentFile.document_id)
        .where(PrintBatchDocument.batch_id == batch_id, DocumentFile.kind == "pdf")
    )
    return int(size or 0)
