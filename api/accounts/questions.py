"""A person writes to the administration about a document; the answer goes to whoever asked."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.core import errors
from api.core.errors import Problem
from api.models import AccountMail, Customer, Document

MOST_QUESTIONS = 20
PERIOD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """The document that a person writes about, and whose it is."""

    id: UUID
    kind: str
    number: str
    state: str
    has_pdf: bool
    customer_id: UUID
    customer_number: str
    customer_name: str


async def find_subject(session: AsyncSession, document_id: UUID) -> Subject:
    """The document as its reader may name it; `NOT_FOUND` when absent or invisible."""
    found = await session.execute(
        select(
            Document.id,
            Document.kind,
            Document.number,
            Document.state,
            Document.has_pdf,
            Document.customer_id,
            Customer.number.label("customer_number"),
            Customer.name.label("customer_name"),
        )
        .join(Customer, Customer.id == Document.customer_id)
        .where(Document.id == document_id)
    )
    row = found.one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return Subject(*row)


async def put_question(
    session: AsyncSession, principal: Principal, subject: Subject, message: str
) -> None:
    """Mail a message with the document's number and the customer's reference in it.

    Raises `TOO_MANY_REQUESTS` after twenty of a person within an hour.
    """
    await _refuse_too_many(session, principal)
    await mails.put_mail(
        session,
        await mails.find_user(session, principal.user_id),
        "question",
        # Nobody's own address: it goes where questions are answered when it leaves.
        "",
        subject_id=subject.id,
        parameters={
            "asker": principal.display_name,
            "number": subject.number,
            "kind": subject.kind,
            "customer_number": subject.customer_number,
            "customer_name": subject.customer_name,
            "message": message,
        },
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
