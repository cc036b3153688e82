"""Withdrawing a document: it leaves the lists, and stays with its history and its number."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.models import Document, DocumentRegister


async def withdraw(session: AsyncSession, actor: Principal, document_id: UUID, reason: str) -> None:
    """Withdraw a published document; one that is withdrawn already stays as it is.

    Raises `NOT_FOUND`, or `CONFLICT` for a document that another has replaced.
    """
    entry = await session.scalar(
        select(DocumentRegister)
        .where(DocumentRegister.document_id == document_id)
        .with_for_update()
    )
    if entry is None:
        # The register names the newest document of a number only.
        known = await session.scalar(select(Document.state).where(Document.id == document_id))
        raise Problem(errors.NOT_FOUND if known is None else errors.CONFLICT)
    if entry.state == "withdrawn":
        return
    entry.state = "withdrawn"
    await session.flush()
    await session.execute(
        update(Document).where(Document.id == document_id).values(state="withdrawn")
    )
    await record(
        session,
        "withdrawn",
        actor=actor,
        customer_id=entry.customer_id,
        document_id=document_id,
        detail={"reason": reason},
    )
