"""What people did with the demo's documents: notified, read, downloaded, tagged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import SYSTEM
from api.core.database import id_at, new_id
from api.demo.cast import Person
from api.models import (
    AuditEvent,
    Base,
    Customer,
    Delivery,
    Document,
    DocumentRead,
    DocumentTag,
    Membership,
    OutboxEntry,
    Tag,
    User,
)

Row = dict[str, Any]
VIEWED, DOWNLOADED = 0.7, 0.35
TAGS = (
    ("À vérifier", "#c2410c"),
    ("Comptabilisé", "#15803d"),
    ("Flotte", "#1d4ed8"),
    ("Refacturer", "#7c3aed"),
)
TAGGED = 48


@dataclass(frozen=True, slots=True)
class Habit:
    """How a person reads: what stays unread at the end, and how much of the rest."""

    newest_unread: int
    share: float = 1.0


async def write_notifications(session: AsyncSession, customers: Sequence[UUID]) -> None:
    """The mails of the past, as staff see them and as each document's history tells."""
    announced = select(OutboxEntry.subject_id)
    rows = await session.execute(
        select(Document.id, Document.customer_id, Document.published_at, User.id, User.email)
        .join(Membership, Membership.customer_id == Document.customer_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Document.customer_id.in_(customers),
            Document.published_at >= Membership.created_at,
            Document.id.not_in(announced),
        )
        .order_by(Document.published_at, User.email)
    )
    deliveries: list[Row] = []
    events: list[Row] = []
    for document_id, customer_id, published_at, user_id, email in rows:
        wait = 30 + Random(f"{published_at}{email}").randrange(150)  # noqa: S311
        sent_at = published_at + timedelta(seconds=wait)
        about = {"document_id": document_id, "customer_id": customer_id}
        deliveries.append(
            {
                **about,
                "id": id_at(published_at),
                "kind": "notification",
                "user_id": user_id,
                "state": "sent",
                "recipient": email,
                "attempts": 1,
                "created_at": published_at,
                "sent_at": sent_at,
            }
        )
        events.append(_event("notified", sent_at, about, SYSTEM, None, to=email))
    await _insert(session, Delivery, deliveries)
    await _insert(session, AuditEvent, events)


async def _insert(session: AsyncSession, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows; on some days of a month there are none, which SQLAlchemy does not take."""
    if rows:
        await session.execute(insert(model), rows)


def _event(
    event: str, at: datetime, about: Row, actor: str, user_id: UUID | None, **detail: str
) -> Row:
    return {
        **about,
        "id": id_at(at),
        "at": at,
        "event": event,
        "actor": actor,
        "actor_user_id": user_id,
        "detail": detail,
    }


async def read_documents(
    session: AsyncSession, person: Person, user_id: UUID, habit: Habit
) -> None:
    """What a person read, in a transaction in which they are the principal."""
    rows = await session.execute(
        select(Document.id, Document.customer_id, Document.published_at, Document.has_ubl)
        .join(Membership, Membership.customer_id == Document.customer_id)
        .where(Membership.user_id == user_id, Document.published_at >= Membership.created_at)
        .order_by(Document.published_at.desc(), Document.number.desc())
    )
    dice = Random(person.email)  # noqa: S311
    reads: list[Row] = []
    events: list[Row] = []
    for document_id, customer_id, published_at, has_ubl in rows.all()[habit.newest_unread :]:
        if dice.random() > habit.share:
            continue
        about = {"document_id": document_id, "customer_id": customer_id}
        made = list(_reading(dice, published_at, about, person, user_id, has_ubl=has_ubl))
        events += made
        reads.append({**about, "user_id": user_id, "read_at": made[0]["at"]})
    await _insert(session, DocumentRead, reads)
    await _insert(session, AuditEvent, events)


def _reading(
    dice: Random,
    published_at: datetime,
    about: Row,
    person: Person,
    user_id: UUID,
    *,
    has_ubl: bool,
) -> Iterator[Row]:
    """Opened within days in office hours, often looked at, sometimes downloaded."""
    opened = published_at.replace(hour=7) + timedelta(
        days=int(dice.expovariate(0.5)), seconds=dice.randrange(9 * 3600)
    )
    opened = min(opened, datetime.now(UTC) - timedelta(minutes=5))
    yield _event("consulted", opened, about, person.name, user_id)
    if dice.random() < VIEWED:
        at = opened + timedelta(seconds=2)
        yield _event("viewed", at, about, person.name, user_id, file="pdf")
    if dice.random() < DOWNLOADED:
        file = "ubl" if has_ubl and dice.random() < 0.4 else "pdf"
        at = opened + timedelta(seconds=dice.randrange(20, 240))
        yield _event("downloaded", at, about, person.name, user_id, file=file)


async def tag_documents(session: AsyncSession, main_contact: UUID, unread: int) -> None:
    """A few tags in the account of a main contact, on the newest documents that were read."""
    theirs = select(Membership.customer_id).where(
        Membership.user_id == main_contact, Membership.role == "main_contact"
    )
    account_id = await session.scalar(
        select(Customer.account_id).where(Customer.id.in_(theirs)).limit(1)
    )
    tags = [
        {"id": new_id(), "account_id": account_id, "name": name, "color": color}
        for name, color in TAGS
    ]
    await _insert(session, Tag, tags)
    rows = await session.execute(
        select(Document.id, Document.customer_id)
        .where(Document.customer_id.in_(theirs))
        .order_by(Document.published_at.desc(), Document.number.desc())
        .offset(unread)
        .limit(TAGGED)
    )
    dice = Random("tags")  # noqa: S311
    made = [
        {"document_id": document_id, "customer_id": customer_id, "tag_id": tag["id"], "slot": slot}
        for document_id, customer_id in rows
        for slot, tag in enumerate(dice.sample(tags, dice.choice((0, 1, 1, 2))), 1)
    ]
    await _insert(session, DocumentTag, made)
