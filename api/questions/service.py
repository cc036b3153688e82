"""A question goes to the administration's mailbox; the answer goes to whoever asked."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts.questions import find_subject, put_question
from api.audit import record


async def ask(session: AsyncSession, principal: Principal, document_id: UUID, message: str) -> None:
    """Mail a question; the document's history tells that somebody asked, not what.

    Raises `NOT_FOUND`, and `TOO_MANY_REQUESTS` after twenty within an hour.
    """
    subject = await find_subject(session, document_id)
    await put_question(session, principal, subject, message)
    await record(
        session,
        "question_asked",
        actor=principal,
        customer_id=subject.customer_id,
        document_id=document_id,
    )
