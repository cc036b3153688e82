"""Writes: what a reader leaves behind."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CTE, Uuid, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert

from api.access import Principal
from api.audit import Event, record
from api.documents.selection import MOST_IDS, ChangedIds, ReadMark, chosen
from api.models import DocumentRead


async def record_on(
    session: AsyncSession,
    event: Event,
    principal: Principal,
    document_id: UUID,
    customer_id: UUID,
    **detail: str,
) -> None:
    """Add a line to a document's history."""
    await record(
        session,
        event,
        actor=principal,
        customer_id=customer_id,
        document_id=document_id,
        detail=detail,
    )


def _mark_read(principal: Principal, documents: CTE) -> ReturningInsert[Any]:
    rows = select(literal(principal.user_id, Uuid), documents.c.id, documents.c.customer_id)
    names = ("user_id", "document_id", "customer_id")
    marks = insert(DocumentRead).from_select(names, rows).on_conflict_do_nothing()
    return marks.returning(DocumentRead.document_id)


def _mark_unread(principal: Principal, documents: CTE) -> ReturningDelete[Any]:
    marks = delete(DocumentRead).where(
        DocumentRead.user_id == principal.user_id,
        DocumentRead.document_id.in_(select(documents.c.id)),
    )
    return marks.returning(DocumentRead.document_id)


async def set_read(session: AsyncSession, principal: Principal, mark: ReadMark) -> ChangedIds:
    """Mark documents as read or unread for this user, in PostgreSQL, however many they are.

    One invisible id and nothing happens.
    """
    statement, values = await chosen(session, principal, mark)
    documents = statement.cte("chosen").prefix_with("MATERIALIZED")
    change = _mark_read if mark.read else _mark_unread
    marked = change(principal, documents).cte("marked")
    few = select(marked.c.document_id).limit(MOST_IDS + 1).scalar_subquery()
    told = select(
        select(func.count()).select_from(marked).scalar_subquery(),
        func.array(few, type_=ARRAY(Uuid)),
    )
    changed = ChangedIds()
    count, ids = (await session.execute(told, values)).one()
    changed.add(ids, count)
    return changed
