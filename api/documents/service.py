"""Writes: what a reader leaves behind."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import Event, record
from api.documents.selection import ReadMark, select_documents
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


async def mark_read(
    session: AsyncSession, principal: Principal, documents: Sequence[tuple[UUID, UUID]]
) -> None:
    """Mark documents, given with their customers, as read by this user."""
    rows = [
        {"user_id": principal.user_id, "document_id": document, "customer_id": customer}
        for document, customer in documents
    ]
    await session.execute(insert(DocumentRead).on_conflict_do_nothing(), rows)


async def set_read(session: AsyncSession, principal: Principal, mark: ReadMark) -> None:
    """Mark documents as read or unread for this user; one invisible id and nothing happens."""
    documents = await select_documents(session, principal, mark)
    if mark.read and documents:
        await mark_read(session, principal, [(d.id, d.customer_id) for d in documents])
    elif documents:
        ids = [document.id for document in documents]
        await session.execute(
            delete(DocumentRead).where(
                DocumentRead.user_id == principal.user_id,
                DocumentRead.document_id == any_(literal(ids, ARRAY(Uuid))),
            )
        )
