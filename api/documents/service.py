"""Writes: what a reader leaves behind."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import Event, record
from api.core import errors
from api.core.errors import Problem
from api.models import Document, DocumentRead


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


async def set_read(
    session: AsyncSession, principal: Principal, document_ids: Sequence[UUID], *, read: bool
) -> None:
    """Mark documents as read or unread for this user; one invisible id and nothing happens."""
    wanted = set(document_ids)
    rows = await session.execute(
        select(Document.id, Document.customer_id).where(Document.id.in_(wanted))
    )
    visible = [(row.id, row.customer_id) for row in rows]
    if len(visible) != len(wanted):
        raise Problem(errors.NOT_FOUND)
    if read:
        await mark_read(session, principal, visible)
        return
    await session.execute(
        delete(DocumentRead).where(
            DocumentRead.user_id == principal.user_id, DocumentRead.document_id.in_(wanted)
        )
    )
