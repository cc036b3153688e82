"""Writes: what a reader leaves behind."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import Event, record
from api.documents.selection import ReadMark, Selected, select_documents
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


async def _mark_read(
    session: AsyncSession, principal: Principal, documents: Sequence[Selected]
) -> Sequence[UUID]:
    rows = [
        {"user_id": principal.user_id, "document_id": one.id, "customer_id": one.customer_id}
        for one in documents
    ]
    statement = insert(DocumentRead).on_conflict_do_nothing().returning(DocumentRead.document_id)
    return (await session.scalars(statement, rows)).all()


async def _mark_unread(
    session: AsyncSession, principal: Principal, documents: Sequence[Selected]
) -> Sequence[UUID]:
    ids = [document.id for document in documents]
    statement = delete(DocumentRead).where(
        DocumentRead.user_id == principal.user_id,
        DocumentRead.document_id == any_(literal(ids, ARRAY(Uuid))),
    )
    return (await session.scalars(statement.returning(DocumentRead.document_id))).all()


async def set_read(session: AsyncSession, principal: Principal, mark: ReadMark) -> Sequence[UUID]:
    """Mark documents as read or unread for this user; returns the ids of those that changed.

    One invisible id and nothing happens.
    """
    documents = await select_documents(session, principal, mark)
    if not documents:
        return []
    change = _mark_read if mark.read else _mark_unread
    return await change(session, principal, documents)
