"""Reads: the list, the detail, the files and the history."""

from typing import Any, Literal, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.database import Connection, fetch_row
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.documents import listing
from api.documents.csv_file import document_csv
from api.documents.listing import count_statement, page_statement
from api.documents.matching import filter_values
from api.documents.order import order_of
from api.documents.schemas import (
    DocumentFilter,
    DocumentListQuery,
    History,
    HistoryEntry,
)
from api.models import AuditEvent, Document, DocumentContent, DocumentFile
from api.reader import Reader
from api.storage import StoredObject


class Counted(NamedTuple):
    """How many documents match; `capped` when there are more than are counted."""

    total: int
    capped: bool


class DocumentPageJson:
    """A page as the bytes to send."""

    def __init__(self, items: str, next_cursor: str | None, counted: Counted | None) -> None:
        self.next_cursor = next_cursor
        count = b"" if counted is None else b',"total":%d' % counted.total
        if counted is not None and counted.capped:
            count += b',"total_capped":true'
        self.body = (
            b'{"items":' + items.encode() + b',"next_cursor":' + orjson.dumps(next_cursor) + count
        ) + b"}"


def _cursor_context(principal: Principal, query: DocumentListQuery) -> str:
    wanted = query.model_dump_json(exclude={"cursor", "limit", "count"})
    return f"documents {principal.user_id} {wanted}"


async def list_documents(
    reader: Reader, query: DocumentListQuery, codec: CursorCodec
) -> DocumentPageJson:
    """One page, as JSON that PostgreSQL built. A cursor of another list is refused."""
    if query.cursor is None and not query.count:
        principal, row = await reader.read(*_page(query, {}, sees_all=False))
        if row is not None:
            return _page_json(principal, query, codec, row)
    async with reader.transaction() as (principal, connection):
        keys = _cursor_keys(principal, query, codec)
        sees_all = principal.sees_all
        row = await fetch_row(connection, *_page(query, keys, sees_all=sees_all))
        counted = None
        if query.count:
            counted = await _count_documents(connection, query, sees_all=sees_all)
    return _page_json(principal, query, codec, row, counted)


def _page(
    query: DocumentListQuery, keys: dict[str, Any], *, sees_all: bool
) -> tuple[Select[Any], dict[str, Any]]:
    values = filter_values(query, sees_all=sees_all)
    shape = frozenset(values)
    statement = page_statement(shape, query.sort, paged=bool(keys), sees_all=sees_all)
    return statement, {**values, **keys, "limit": query.limit + 1}


def _cursor_keys(
    principal: Principal, query: DocumentListQuery, codec: CursorCodec
) -> dict[str, Any]:
    if query.cursor is None:
        return {}
    last = codec.decode(_cursor_context(principal, query), query.cursor)
    pairs = enumerate(zip(order_of(query.sort).readers, last, strict=True))
    return {f"key_{i}": read(value) for i, (read, value) in pairs}


def _page_json(
    principal: Principal,
    query: DocumentListQuery,
    codec: CursorCodec,
    row: Any,
    counted: Counted | None = None,
) -> DocumentPageJson:
    last_key, next_cursor = row["last_key"], None
    if last_key is not None:
        next_cursor = codec.encode(_cursor_context(principal, query), orjson.loads(last_key))
    return DocumentPageJson(row["items"], next_cursor, counted)


async def _count_documents(
    connection: Connection, wanted: DocumentFilter, *, sees_all: bool
) -> Counted:
    values = filter_values(wanted, sees_all=sees_all)
    row = await fetch_row(connection, count_statement(frozenset(values), sees_all=sees_all), values)
    total: int = row[0]
    if sees_all and total > listing.MOST_COUNTED:
        return Counted(listing.MOST_COUNTED, capped=True)
    return Counted(total, capped=False)


FileName = Literal["pdf", "ubl"]


async def find_document(session: AsyncSession, document_id: UUID) -> Document:
    """The document's row; `NOT_FOUND` when absent or invisible."""
    document = await session.get(Document, document_id)
    if document is None:
        raise Problem(errors.NOT_FOUND)
    return document


async def find_file(session: AsyncSession, document_id: UUID, kind: str) -> StoredObject:
    """Where a document's file is; `NOT_FOUND` when the document has none of this kind."""
    file = await session.get(DocumentFile, (document_id, kind))
    if file is None:
        raise Problem(errors.NOT_FOUND)
    return StoredObject(file.object_key, file.size, file.sha256)


async def make_csv(session: AsyncSession, document: Document) -> bytes:
    """The CSV of a document's main data."""
    content = await session.get_one(DocumentContent, document.id)
    return document_csv(document, content.content)


async def load_history(session: AsyncSession, document_id: UUID) -> History:
    """What happened to a document, oldest first."""
    await find_document(session, document_id)
    rows = await session.execute(
        select(AuditEvent.at, AuditEvent.event, AuditEvent.actor, AuditEvent.detail)
        .where(AuditEvent.document_id == document_id)
        .order_by(AuditEvent.id)
    )
    return History(items=[HistoryEntry.model_validate(row) for row in rows])
