"""Reads of the audit trail, which nobody can change (D7)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core.database import lowest_id_at
from api.core.paging import CursorCodec
from api.issuer.audit_schemas import (
    AuditCustomer,
    AuditDocument,
    AuditEntry,
    AuditPage,
    AuditQuery,
)
from api.models import AuditEvent, Customer, Document, User

CONTEXT = "audit"
# Ids carry the time of the server, `at` that of the database; their clocks may differ a little.
SLACK = timedelta(hours=1)
DAY = timedelta(days=1)


def _statement() -> Any:
    return (
        select(
            AuditEvent,
            User.email,
            Customer.number.label("customer_number"),
            Customer.name,
            Document.kind,
            Document.number,
        )
        .outerjoin(User, User.id == AuditEvent.actor_user_id)
        .outerjoin(Customer, Customer.id == AuditEvent.customer_id)
        .outerjoin(Document, Document.id == AuditEvent.document_id)
    )


def _narrowed(statement: Select[Any], query: AuditQuery) -> Select[Any]:
    if query.event:
        statement = statement.where(AuditEvent.event.in_(query.event))
    if query.actor is not None:
        who = select(User.id).where(User.email_key == query.actor.strip().lower())
        statement = statement.where(AuditEvent.actor_user_id.in_(who))
    if query.customer_number is not None:
        which = select(Customer.id).where(Customer.number == query.customer_number.strip())
        statement = statement.where(AuditEvent.customer_id.in_(which))
    if query.document_id is not None:
        statement = statement.where(AuditEvent.document_id == query.document_id)
    if query.happened_from is not None:
        start = _midnight(query.happened_from)
        bound = lowest_id_at(start - SLACK)
        statement = statement.where(AuditEvent.at >= start, AuditEvent.id >= bound)
    if query.happened_to is not None and query.happened_to < date.max:
        end = _midnight(query.happened_to) + DAY
        bound = lowest_id_at(end + SLACK)
        statement = statement.where(AuditEvent.at < end, AuditEvent.id < bound)
    return statement


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


async def list_events(
    session: AsyncSession, principal: Principal, codec: CursorCodec, query: AuditQuery
) -> AuditPage:
    """What happened, newest first."""
    chosen = query.model_dump_json(exclude={"limit", "cursor", "count"})
    context = f"{CONTEXT} {principal.user_id} {chosen}"
    statement = _narrowed(_statement(), query)
    if query.cursor is not None:
        statement = statement.where(AuditEvent.id < UUID(codec.decode(context, query.cursor)[0]))
    rows = (
        await session.execute(statement.order_by(AuditEvent.id.desc()).limit(query.limit + 1))
    ).all()
    items = [_entry(row) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    total = None
    if query.count:
        counted = select(func.count()).select_from(AuditEvent)
        total = await session.scalar(_narrowed(counted, query))
    return AuditPage(
        items=items,
        next_cursor=codec.encode(context, [str(items[-1].id)]) if more else None,
        total=total,
    )


def _entry(row: Any) -> AuditEntry:
    event: AuditEvent = row.AuditEvent
    customer = document = None
    if row.customer_number is not None:
        customer = AuditCustomer(number=row.customer_number, name=row.name)
    if row.number is not None:
        document = AuditDocument(id=event.document_id, kind=row.kind, number=row.number)
    return AuditEntry(
        id=event.id,
        at=event.at,
        event=event.event,
        actor=event.actor,
        actor_email=row.email,
        customer=customer,
        document=document,
        detail=event.detail,
    )
