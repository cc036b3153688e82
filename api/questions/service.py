"""A question goes to the administration's mailbox; the answer goes to whoever asked."""

import math
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.models import AccountMail, Customer, Document

MOST_QUESTIONS = 20
PERIOD = timedelta(hours=1)


async def ask(session: AsyncSession, principal: Principal, document_id: UUID, message: str) -> None:
    """Mail a question with the document's number and the customer's reference in it.

    The document's history tells that somebody asked, not what. Raises `NOT_FOUND`, and
    `TOO_MANY_REQUESTS` after twenty within an hour.
    """
    row = (
        await session.execute(
            select(
                Document.customer_id,
                Document.kind,
                Document.number,
                Customer.number.label("customer_number"),
                Customer.name.label("customer_name"),
            )
            .join(Customer, Customer.id == Document.customer_id)
            .where(Document.id == document_id)
        )
    ).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    await _refuse_too_many(session, principal)
    await mails.put_mail(
        session,
        await mails.find_user(session, principal.user_id),
        "question",
        # Nobody's own address: it goes where questions are answered when it leaves.
        "",
        subject_id=document_id,
        parameters={
            "asker": principal.display_name,
            "number": row.number,
            "kind": row.kind,
            "customer_number": row.customer_number,
            "customer_name": row.customer_name,
            "message": message,
        },
    )
    await record(
        session,
        "question_asked",
        actor=principal,
        customer_id=row.customer_id,
        document_id=document_id,
    )


async def _refuse_too_many(session: AsyncSession, principal: Principal) -> None:
    # One question of a person after the other, so that they are counted.
    await mails.find_user(session, principal.user_id, lock=True)
    asked, first, now = (
        await session.execute(
            select(func.count(), func.min(AccountMail.created_at), func.now()).where(
                AccountMail.user_id == principal.user_id,
                AccountMail.kind == "question",
                AccountMail.created_at > func.now() - PERIOD,
            )
        )
    ).one()
    if asked >= MOST_QUESTIONS:
        raise Problem(errors.TOO_MANY_REQUESTS, headers={"Retry-After": _seconds(first, now)})


def _seconds(first: datetime, now: datetime) -> str:
    return str(max(1, math.ceil((first + PERIOD - now).total_seconds())))
