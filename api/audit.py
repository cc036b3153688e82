"""The history of documents and the audit trail: append-only (D7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, Protocol
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Insert, Uuid, any_, bindparam, insert, literal, select
from sqlalchemy import func as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.database import Connection, fetch_row, id_at, new_id
from api.models import AuditEvent, Document

Event = Literal[
    "published",
    "replaced",
    "withdrawn",
    "purged",
    "hold_placed",
    "hold_released",
    "notified",
    "bounced",
    "opened_by_link",
    "links_revoked",
    "delivery_retried",
    "question_asked",
    "printed",
    "paper_requested",
    "paper_priced",
    "paper_paid",
    "paper_completed",
    "paper_cancelled",
    "paper_declined",
    "consulted",
    "viewed",
    "downloaded",
    "fetched",
    "marked_read",
    "marked_unread",
    "signed_in",
    "signed_out",
    "invitation_sent",
    "invitation_accepted",
    "profile_changed",
    "customer_created",
    "customer_changed",
    "customers_imported",
    "print_batch_created",
    "print_batch_printed",
    "print_batch_fetched",
    "staff_created",
    "token_created",
    "token_revoked",
    "session_ended",
    "proved",
    "password_changed",
    "password_reset",
    "email_changed",
    "recovery_email_changed",
    "recovery_block_lifted",
    "mfa_enabled",
    "mfa_disabled",
    "mfa_postponed",
    "mfa_recovered",
    "passkey_added",
    "passkey_removed",
    "personal_data_exported",
    "erasure_asked",
    "person_erased",
    "shared_user_added",
    "shared_user_changed",
    "shared_user_deleted",
    "access_granted",
    "access_changed",
    "access_revoked",
    "main_contact_offered",
    "main_contact_offer_withdrawn",
    "main_contact_changed",
    "webhook_created",
    "webhook_changed",
    "webhook_deleted",
    "webhook_paused",
]
SYSTEM = "I-Portal"
# A viewer asks for the later parts of a file while somebody reads it.
CONTINUED_WITHIN = timedelta(days=1)
RECORD = insert(AuditEvent.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Person:
    """A user who acts before they are a principal: while signing in."""

    user_id: UUID
    display_name: str


class Actor(Protocol):
    """Whoever does something: the signed-in principal, or a user who is just signing in."""

    @property
    def user_id(self) -> UUID:
        """Their id."""
        ...

    @property
    def display_name(self) -> str:
        """How the history names them."""
        ...


async def record(
    session: AsyncSession,
    event: Event,
    *,
    actor: Actor | None,
    customer_id: UUID | None = None,
    document_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write down what happens in this transaction; it stays only if the transaction does."""
    values = row(
        event, actor=actor, customer_id=customer_id, document_id=document_id, detail=detail, at=at
    )
    await session.execute(RECORD, values)


def row(
    event: Event,
    *,
    actor: Actor | None,
    customer_id: UUID | None = None,
    document_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """What happens, as it is written down.

    `actor` is None for the portal itself and for commands on its machine. `at` is for history that
    is taken over from before; what happens now takes the database's time.
    """
    moment = {} if at is None else {"at": at}
    return {
        "id": new_id() if at is None else id_at(at),
        **moment,
        "event": event,
        "actor_user_id": actor.user_id if actor else None,
        "actor": actor.display_name if actor else SYSTEM,
        "customer_id": customer_id,
        "document_id": document_id,
        "detail": detail or {},
    }


async def record_bare(connection: Connection, event: Event, **what: Any) -> None:
    """The same as `record`, on a bare connection; `what` as `row` takes it."""
    values = row(event, **what)
    values["detail"] = orjson.dumps(values["detail"]).decode()
    await fetch_row(connection, _recording(tuple(values)), values)


@cache
def _recording(columns: tuple[str, ...]) -> Insert:
    table = AuditEvent.__table__
    return insert(table).values({n: bindparam(n, type_=table.c[n].type) for n in columns})  # type: ignore[arg-type]


async def is_recorded(
    session: AsyncSession,
    event: Event,
    *,
    actor: Actor,
    document_id: UUID | None = None,
    detail: dict[str, Any],
    since: datetime | None = None,
) -> bool:
    """Return whether the same was recorded of the same actor within the last day.

    The actor is a person and the name shown, which tells a person's API tokens apart. What was
    recorded before `since` does not count.
    """
    same = select(AuditEvent.id).where(
        AuditEvent.event == event,
        AuditEvent.actor_user_id == actor.user_id,
        AuditEvent.actor == actor.display_name,
        AuditEvent.detail == detail,
        AuditEvent.at > sql.now() - CONTINUED_WITHIN,
    )
    if document_id is not None:
        same = same.where(AuditEvent.document_id == document_id)
    if since is not None:
        same = same.where(AuditEvent.at > since)
    return bool(await session.scalar(select(same.exists())))


async def record_anonymously(
    session: AsyncSession,
    event: Event,
    *,
    customer_id: UUID,
    document_id: UUID,
    detail: dict[str, Any],
) -> None:
    """Write down what somebody did who has not signed in, such as opening a mail's link."""
    await session.execute(
        insert(AuditEvent).values(
            id=new_id(),
            event=event,
            actor="",
            customer_id=customer_id,
            document_id=document_id,
            detail=detail,
        )
    )


async def record_on_documents(
    session: AsyncSession,
    event: Event,
    *,
    actor: Actor | None,
    document_ids: list[UUID],
    detail: dict[str, Any],
) -> None:
    """Write the same down for many documents at once; those that are invisible are left out."""
    rows = select(
        sql.iportal.new_id(),
        literal(event),
        literal(actor.user_id if actor else None, Uuid),
        literal(actor.display_name if actor else SYSTEM),
        Document.customer_id,
        Document.id,
        literal(detail, JSONB),
    ).where(Document.id == any_(literal(document_ids, ARRAY(Uuid))))
    names = ("id", "event", "actor_user_id", "actor", "customer_id", "document_id", "detail")
    await session.execute(insert(AuditEvent).from_select(names, rows, include_defaults=False))


async def record_on_customers(
    session: AsyncSession,
    event: Event,
    actor: Actor | None,
    customer_ids: list[UUID],
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the same down for several customer numbers."""
    rows = [
        row(event, actor=actor, customer_id=customer_id, detail=detail)
        for customer_id in customer_ids
    ]
    if rows:
        await session.execute(RECORD, rows)
