"""What the demo has on paper: letters that wait to be printed, and a copy that was asked for."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.database import id_at
from api.demo.cast import COMPANIES, MAIN_CONTACT
from api.demo.occasions import add_months
from api.models import AuditEvent, Customer, Document, Membership, PaperRequest, User

POSTED_MONTHS = 3
ASKED_BEFORE = timedelta(hours=20)
# Long enough that the letter could be looked for in vain.
AFTER = timedelta(days=7)
MESSAGE = "Notre banque demande l’original sur papier."


async def begin_post(session: AsyncSession, today: date, customers: Mapping[str, UUID]) -> None:
    """Let the companies that are set to post be so for a while: their letters wait, as staff."""
    posted = [customers[company.number] for company in COMPANIES if company.by_post]
    since = add_months(today, -POSTED_MONTHS)
    await session.execute(update(Customer).where(Customer.id.in_(posted)).values(post_since=since))


async def request_copy(session: AsyncSession, now: datetime) -> None:
    """The main contact wants one of the invoices on paper, and waits for its price."""
    asked_at = now - ASKED_BEFORE
    found = await session.execute(
        select(Document.id, Document.customer_id, User.id.label("user_id"))
        .join(Membership, Membership.customer_id == Document.customer_id)
        .join(User, User.id == Membership.user_id)
        .where(
            User.email_key == MAIN_CONTACT.email,
            Document.kind == "invoice",
            Document.published_at < now - AFTER,
        )
        .order_by(Document.published_at.desc(), Document.number.desc())
        .limit(1)
    )
    document_id, customer_id, user_id = found.one()
    about = {"document_id": document_id, "customer_id": customer_id}
    await session.execute(
        insert(PaperRequest).values(
            **about,
            id=id_at(asked_at),
            user_id=user_id,
            message=MESSAGE,
            created_at=asked_at,
            changed_at=asked_at,
        )
    )
    await session.execute(
        insert(AuditEvent).values(
            **about,
            id=id_at(asked_at),
            at=asked_at,
            event="paper_requested",
            actor=MAIN_CONTACT.name,
            actor_user_id=user_id,
            detail={},
        )
    )
