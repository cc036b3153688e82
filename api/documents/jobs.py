"""Announcing a published document to everyone who may see it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_currency
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.accounts.invitations import create_invitation, invitation_token
from api.audit import record
from api.core.database import new_id
from api.core.i18n import LOCALES, translate
from api.core.settings import Language, Settings
from api.mailer import Mail
from api.models import Customer, Delivery, Document, Membership, User


async def announce_document(session: AsyncSession, settings: Settings, document_id: UUID) -> None:
    """Make one delivery per person who may see the document; asked twice, it makes none twice."""
    document = await session.get(Document, document_id)
    if document is None or document.state != "published":
        return
    people = await session.execute(
        select(User.id, User.state)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.customer_id == document.customer_id,
            (Membership.expires_on.is_(None)) | (Membership.expires_on >= func.current_date()),
            User.state != "disabled",
        )
        .order_by(User.id)
    )
    for user_id, state in people.all():
        delivery_id = await _delivery(session, document, user_id)
        if delivery_id is None:
            continue
        if state == "invited":
            invitation_id = await create_invitation(
                session,
                settings,
                user_id,
                customer_id=document.customer_id,
                document_id=document.id,
            )
            await session.execute(
                update(Delivery)
                .where(Delivery.id == delivery_id)
                .values(invitation_id=invitation_id)
            )
        await outbox.put(
            session, outbox.Job.SEND_DELIVERY, delivery_id, customer_id=document.customer_id
        )


async def _delivery(session: AsyncSession, document: Document, user_id: UUID) -> UUID | None:
    created: UUID | None = await session.scalar(
        upsert(Delivery)
        .values(
            id=new_id(),
            kind="notification",
            user_id=user_id,
            customer_id=document.customer_id,
            document_id=document.id,
        )
        .on_conflict_do_nothing(index_elements=["document_id", "user_id", "kind"])
        .returning(Delivery.id)
    )
    return created


async def prepare_mail(session: AsyncSession, settings: Settings, delivery_id: UUID) -> Mail | None:
    """The mail of a delivery, with the recipient and their rights as they are now (X5).

    None, and the delivery is dropped, when the person may no longer see the document or it has
    been withdrawn meanwhile; None as well when the mail has been sent.
    """
    row = (
        await session.execute(
            select(Delivery, User, Document, Customer)
            .join(User, User.id == Delivery.user_id)
            .join(Document, Document.id == Delivery.document_id)
            .join(Customer, Customer.id == Document.customer_id)
            .where(Delivery.id == delivery_id, Delivery.state == "waiting")
        )
    ).one_or_none()
    if row is None:
        return None
    delivery, user, document, customer = row
    if not await _may_still_see(session, user, document):
        await session.execute(
            update(Delivery).where(Delivery.id == delivery_id).values(state="dropped")
        )
        return None
    await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(recipient=user.email, attempts=Delivery.attempts + 1)
    )
    invited = user.state == "invited" and delivery.invitation_id is not None
    return Mail(
        id=delivery.id,
        template="notification",
        language=user.language,
        recipient=user.email,
        parameters=_parameters(
            settings, user.language, document, customer, delivery.invitation_id if invited else None
        ),
        sent_at=delivery.created_at.astimezone(UTC),
    )


async def _may_still_see(session: AsyncSession, user: User, document: Document) -> bool:
    membership = await session.get(Membership, (user.id, document.customer_id))
    if membership is None or user.state == "disabled" or document.state != "published":
        return False
    today = datetime.now(UTC).date()
    return membership.expires_on is None or membership.expires_on >= today


def _parameters(
    settings: Settings,
    language: Language,
    document: Document,
    customer: Customer,
    invitation_id: UUID | None,
) -> dict[str, Any]:
    activation = None
    if invitation_id is not None:
        activation = (
            f"{settings.public_url}/invitations/{invitation_token(settings, invitation_id)}"
        )
    return {
        "kind": document.kind,
        "kind_name": translate(language, f"kind.{document.kind}"),
        "number": document.number,
        "customer_name": customer.name,
        "customer_number": customer.number,
        "figure_rows": _figures(language, document),
        "document_link": f"{settings.public_url}/documents/{document.id}",
        "activation_link": activation,
        "retention_years": settings.retention_years,
        "invitation_days": settings.invitation_days,
    }


def _figures(language: Language, document: Document) -> list[tuple[str, str]]:
    locale = LOCALES[language]
    rows = [
        (translate(language, "mail.notification.number"), document.number),
        (
            translate(language, "mail.notification.issue_date"),
            format_date(document.issue_date, "long", locale=locale),
        ),
    ]
    if document.amount_incl_vat is not None and document.currency:
        amount = document.amount_incl_vat
        shown = -amount if document.kind == "credit_note" else amount
        text = format_currency(shown, document.currency, locale=locale)
        rows.append((translate(language, "mail.notification.amount"), text))
    return rows


async def settle(
    session: AsyncSession, delivery_id: UUID, state: str, error: str | None = None
) -> None:
    """Write down how the sending ended, and add it to the document's history when it went out."""
    delivery = await session.get_one(Delivery, delivery_id)
    delivery.state = state
    delivery.last_error = error
    if state == "sent":
        delivery.sent_at = datetime.now(UTC)
        await record(
            session,
            "notified",
            actor=None,
            customer_id=delivery.customer_id,
            document_id=delivery.document_id,
            detail={"to": delivery.recipient or ""},
        )
    await session.flush()
