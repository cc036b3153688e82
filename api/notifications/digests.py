"""Digests: one mail a day or a week instead of one per document (E4).

Deliveries of a person who wants a digest are held. An appointment in the outbox, one per person,
cuts the digest: whatever is held by then goes into one mail. Whoever adds to it and whoever cuts it
take the same lock, so that nothing is left behind between two digests.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.accounts.people import note_unreachable
from api.audit import Event, record_on_documents
from api.core.database import new_id
from api.core.i18n import translate
from api.core.settings import Settings
from api.mailer import Mail
from api.models import Customer, Delivery, Digest, Document, User
from api.notifications.wording import figure_of, link_of, written_day
from api.outbox import Job

MOST_LISTED = 100
# The next time the hour strikes in the issuer's place; weeks begin on Monday (ISO 8601).
NEXT = text(
    "SELECT (date_trunc(:unit, (now() AT TIME ZONE :zone) - make_interval(hours => :hour))"
    " + CAST('1 ' || :unit AS interval) + make_interval(hours => :hour)) AT TIME ZONE :zone"
)
UNITS = {"daily": "day", "weekly": "week"}
LOCK = text("SELECT pg_advisory_xact_lock(iportal.digest_lock(:user_id))")


async def appoint_digests(
    session: AsyncSession, settings: Settings, wanted: dict[UUID, str]
) -> None:
    """See to it that each of these people has an appointment for their next digest."""
    for frequency, unit in UNITS.items():
        people = [user_id for user_id, chosen in wanted.items() if chosen == frequency]
        if not people:
            continue
        place = {"unit": unit, "zone": settings.timezone, "hour": settings.digest_hour}
        due_at = await session.scalar(NEXT, place)
        await outbox.appoint(session, Job.CUT_DIGEST, people, due_at)


async def cut_digest(session: AsyncSession, user_id: UUID) -> None:
    """Put all that is held for a person, who is this transaction's principal, into one mail."""
    await session.execute(LOCK, {"user_id": user_id})
    held = select(Delivery.id).where(Delivery.user_id == user_id, Delivery.state == "held")
    if await session.scalar(held.limit(1)) is None:
        return
    digest_id = new_id()
    await session.execute(insert(Digest).values(id=digest_id, user_id=user_id))
    await session.execute(
        update(Delivery)
        .where(Delivery.user_id == user_id, Delivery.state == "held")
        .values(digest_id=digest_id, state="waiting")
    )
    await outbox.put(session, Job.SEND_DIGEST, digest_id, user_id=user_id)


async def prepare_digest(session: AsyncSession, settings: Settings, digest_id: UUID) -> Mail | None:
    """The digest as it is to be sent now, by the rights its reader has now (X5).

    None, and it is dropped, when nothing is left to tell; None as well when it was sent.
    """
    row = (
        await session.execute(
            select(Digest, User)
            .join(User, User.id == Digest.user_id)
            .where(Digest.id == digest_id, Digest.state == "waiting")
        )
    ).one_or_none()
    if row is None:
        return None
    digest, user = row
    wanted = user.state == "active" and user.notification_frequency != "none"
    documents = await _documents(session, digest_id) if wanted else []
    shown = [document.delivery_id for document in documents]
    await session.execute(
        update(Delivery)
        .where(Delivery.digest_id == digest_id, Delivery.id.not_in(shown))
        .values(state="dropped")
    )
    values = {"state": "waiting" if documents else "dropped", "attempts": Digest.attempts + 1}
    await session.execute(
        update(Digest).where(Digest.id == digest_id).values(recipient=user.email, **values)
    )
    if not documents:
        return None
    language = user.language
    listed = [
        {
            "kind_name": translate(language, f"kind.{document.kind}"),
            "number": document.number,
            "issue_date": written_day(language, document.issue_date),
            "customer": f"{document.customer_name} · {document.customer_number}",
            "amount": figure_of(language, document) or "",
            "link": link_of(settings, document.delivery_id, document.id),
        }
        for document in documents[:MOST_LISTED]
    ]
    return Mail(
        id=digest_id,
        template="digest",
        language=language,
        recipient=user.email,
        parameters={
            "count": len(documents),
            "documents": listed,
            "more": len(documents) - len(listed),
            "list_link": f"{settings.public_url}/documents?unread=true",
        },
        sent_at=digest.created_at,
        settings_page=f"{settings.public_url}/profile",
    )


async def _documents(session: AsyncSession, digest_id: UUID) -> list[Any]:
    rows = await session.execute(
        select(
            Delivery.id.label("delivery_id"),
            Document.id,
            Document.kind,
            Document.number,
            Document.issue_date,
            Document.currency,
            Document.amount_incl_vat,
            Customer.name.label("customer_name"),
            Customer.number.label("customer_number"),
        )
        .select_from(Customer)
        .join(Document, Document.customer_id == Customer.id)
        .join(Delivery, Delivery.document_id == Document.id)
        .where(Delivery.digest_id == digest_id, Document.state == "published")
        .order_by(Document.issue_date.desc(), Document.id.desc())
    )
    return list(rows)


async def settle_digest(
    session: AsyncSession, digest_id: UUID, state: str, error: str | None = None
) -> None:
    """Write down how the sending ended, for the digest and for every document in it."""
    digest = await session.get_one(Digest, digest_id)
    digest.state, digest.last_error = state, error
    sent = {"sent_at": func.now()} if state == "sent" else {}
    told = await session.scalars(
        update(Delivery)
        .where(Delivery.digest_id == digest_id, Delivery.state == "waiting")
        .values(
            state=state,
            form="digest",
            recipient=digest.recipient,
            last_error=error,
            attempts=digest.attempts,
            **sent,
        )
        .returning(Delivery.document_id)
    )
    document_ids = [document_id for document_id in told if document_id is not None]
    if state == "sent":
        digest.sent_at = func.now()
        event: Event = "notified"
        about = {"to": digest.recipient or "", "form": "digest"}
        await record_on_documents(
            session, event, actor=None, document_ids=document_ids, detail=about
        )
    else:
        await note_unreachable(session, digest.user_id, digest.recipient, error)
    await session.flush()
