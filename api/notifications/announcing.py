"""Announcing a published document: one delivery for everyone who may see it (E1, E5)."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update
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

# Built once: put together anew for each document they would cost more than PostgreSQL's part.
PEOPLE = (
    select(Document.customer_id, User.id, User.state, User.notification_frequency)
    .join(Membership, Membership.customer_id == Document.customer_id)
    .join(User, User.id == Membership.user_id)
    .where(
        Document.id == bindparam("document_id"),
        Document.state == "published",
        (Membership.expires_on.is_(None)) | (Membership.expires_on >= func.current_date()),
        User.state != "disabled",
        User.notification_frequency != "none",
    )
    .order_by(User.id)
)
DELIVER = text(
    "INSERT INTO deliveries"
    " (id, kind, user_id, customer_id, document_id, state, link_hash, link_expires_at)"
    " SELECT made.id, 'notification', made.user_id, :customer_id, :document_id, made.state,"
    " made.link_hash, now() + make_interval(days => CAST(:link_days AS integer))"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:user_ids AS uuid[]), CAST(:states AS text[]),"
    " CAST(:link_hashes AS bytea[])) AS made (id, user_id, state, link_hash)"
    " ON CONFLICT (document_id, user_id, kind) DO NOTHING RETURNING id, user_id, state"
)
HOLD_OFF = text(
    "SELECT pg_advisory_xact_lock_shared(iportal.digest_lock(u.id)) FROM users u"
    " WHERE u.id = ANY (:user_ids)"
)
DIGESTS = ("daily", "weekly")


async def announce_document(session: AsyncSession, settings: Settings, document_id: UUID) -> None:
    """Make one delivery per person who may see the document; asked twice, it makes none twice."""
    found = (await session.execute(PEOPLE, {"document_id": document_id})).all()
    if not found:
        return
    people, customer_id = {person.id: person for person in found}, found[0].customer_id
    patient = [p.id for p in found if p.notification_frequency in DIGESTS]
    if patient:
        # Until this is committed nobody cuts the digest that these deliveries belong to.
        await session.execute(HOLD_OFF, {"user_ids": patient})
    about = {"customer_id": customer_id, "document_id": document_id}
    made = (await session.execute(DELIVER, {**about, **_deliveries(settings, people)})).all()
    for row in made:
        if people[row.user_id].state == "invited":
            await _invite(session, settings, row.id, row.user_id, **about)
    waiting = [row.id for row in made if row.state == "waiting"]
    await outbox.put_all(session, Job.SEND_DELIVERY, waiting, customer_id=customer_id)
    held = {row.user_id for row in made if row.state == "held"}
    await appoint_digests(
        session, settings, {user: people[user].notification_frequency for user in held}
    )


def _deliveries(settings: Settings, people: dict[UUID, Any]) -> dict[str, Any]:
    ids = [new_id() for _ in people]
    opens = settings.link_access != "off"
    return {
        "ids": ids,
        "user_ids": list(people),
        "states": [
            "held" if person.notification_frequency in DIGESTS else "waiting"
            for person in people.values()
        ],
        "link_hashes": [token_hash(link_token(settings, it)) if opens else None for it in ids],
        "link_days": settings.link_days,
    }


async def _invite(
    session: AsyncSession,
    settings: Settings,
    delivery_id: UUID,
    user_id: UUID,
    *,
    customer_id: UUID,
    document_id: UUID,
) -> None:
    """Whoever has no account yet gets an invitation with every document (A1, A5)."""
    invitation_id = await create_invitation(
        session, settings, user_id, customer_id=customer_id, document_id=document_id
    )
    await session.execute(
        update(Delivery).where(Delivery.id == delivery_id).values(invitation_id=invitation_id)
    )
