"""Announcing a published document: one delivery for everyone who may see it (E1, E5)."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.accounts.invitations import create_invitation
from api.core.crypto import token_hash
from api.core.database import new_id
from api.core.settings import Settings
from api.models import Delivery, Document, Membership, User
from api.notifications.digests import appoint_digests
from api.notifications.links import link_token
from api.outbox import Job

HOLD_OFF = text(
    "SELECT pg_advisory_xact_lock_shared(iportal.digest_lock(u.id)) FROM users u"
    " WHERE u.id = ANY (:user_ids)"
)
DIGESTS = ("daily", "weekly")


async def announce_document(session: AsyncSession, settings: Settings, document_id: UUID) -> None:
    """Make one delivery per person who may see the document; asked twice, it makes none twice."""
    document = await session.get(Document, document_id)
    if document is None or document.state != "published":
        return
    people = {person.id: person for person in await _people(session, document)}
    if not people:
        return
    patient = [p.id for p in people.values() if p.notification_frequency in DIGESTS]
    if patient:
        # Until this is committed nobody cuts the digest that these deliveries belong to.
        await session.execute(HOLD_OFF, {"user_ids": patient})
    created = await session.execute(
        upsert(Delivery)
        .values([_delivery(settings, document, person) for person in people.values()])
        .on_conflict_do_nothing(index_elements=["document_id", "user_id", "kind"])
        .returning(Delivery.id, Delivery.user_id, Delivery.state)
    )
    made = created.all()
    for row in made:
        if people[row.user_id].state == "invited":
            await _invite(session, settings, document, row.id, row.user_id)
    waiting = [row.id for row in made if row.state == "waiting"]
    await outbox.put_all(session, Job.SEND_DELIVERY, waiting, customer_id=document.customer_id)
    held = {row.user_id for row in made if row.state == "held"}
    await appoint_digests(
        session, settings, {user: people[user].notification_frequency for user in held}
    )


async def _people(session: AsyncSession, document: Document) -> Any:
    return (
        await session.execute(
            select(User.id, User.state, User.notification_frequency)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.customer_id == document.customer_id,
                (Membership.expires_on.is_(None)) | (Membership.expires_on >= func.current_date()),
                User.state != "disabled",
                User.notification_frequency != "none",
            )
            .order_by(User.id)
        )
    ).all()


def _delivery(settings: Settings, document: Document, person: Any) -> dict[str, Any]:
    delivery_id = new_id()
    opens = settings.link_access != "off"
    return {
        "id": delivery_id,
        "kind": "notification",
        "user_id": person.id,
        "customer_id": document.customer_id,
        "document_id": document.id,
        "state": "held" if person.notification_frequency in DIGESTS else "waiting",
        "link_hash": token_hash(link_token(settings, delivery_id)) if opens else None,
        "link_expires_at": func.now() + func.make_interval(0, 0, 0, settings.link_days),
    }


async def _invite(
    session: AsyncSession, settings: Settings, document: Document, delivery_id: UUID, user_id: UUID
) -> None:
    """Whoever has no account yet gets an invitation with every document (A1, A5)."""
    invitation_id = await create_invitation(
        session,
        settings,
        user_id,
        customer_id=document.customer_id,
        document_id=document.id,
    )
    await session.execute(
        update(Delivery).where(Delivery.id == delivery_id).values(invitation_id=invitation_id)
    )
