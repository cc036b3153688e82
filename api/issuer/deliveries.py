"""What became of notifications, for staff."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import Principal
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.issuer.delivery_schemas import (
    DeliveredDocument,
    DeliveryCustomer,
    DeliveryListQuery,
    DeliveryPage,
    IssuedDelivery,
)
from api.models import Customer, Delivery, Document, User
from api.outbox import Job

CONTEXT = "deliveries"
RETRIED = ("refused", "bounced", "dropped")


def _statement(query: DeliveryListQuery) -> Any:
    statement = (
        select(
            Delivery,
            User.email,
            Customer.number.label("customer_number"),
            Customer.name,
            Document.kind,
            Document.number,
        )
        .join(User, User.id == Delivery.user_id)
        .join(Customer, Customer.id == Delivery.customer_id)
        .join(Document, Document.id == Delivery.document_id)
    )
    if query.state:
        statement = statement.where(Delivery.state.in_(query.state))
    if query.document_id is not None:
        statement = statement.where(Delivery.document_id == query.document_id)
    if query.customer_number is not None:
        statement = statement.where(Customer.number == query.customer_number)
    if query.recipient is not None:
        statement = statement.where(
            (Delivery.recipient == query.recipient) | (User.email_key == query.recipient.lower())
        )
    return statement


async def list_deliveries(
    session: AsyncSession, principal: Principal, codec: CursorCodec, query: DeliveryListQuery
) -> DeliveryPage:
    """Deliveries that match, newest first."""
    chosen = query.model_dump_json(exclude={"limit", "cursor", "count"})
    context = f"{CONTEXT} {principal.user_id} {chosen}"
    statement = _statement(query)
    paged = statement
    if query.cursor is not None:
        paged = statement.where(Delivery.id < UUID(codec.decode(context, query.cursor)[0]))
    rows = (await session.execute(paged.order_by(Delivery.id.desc()).limit(query.limit + 1))).all()
    total = None
    if query.count:
        counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
        total = await session.scalar(counted)
    items = [_delivery(row) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    return DeliveryPage(
        items=items,
        next_cursor=codec.encode(context, [str(items[-1].id)]) if more else None,
        total=total,
    )


async def recent_deliveries(
    session: AsyncSession, customer_id: UUID, most: int
) -> list[IssuedDelivery]:
    """The newest deliveries of one customer number."""
    statement = _statement(DeliveryListQuery()).where(Delivery.customer_id == customer_id)
    rows = await session.execute(statement.order_by(Delivery.id.desc()).limit(most))
    return [_delivery(row) for row in rows]


def _delivery(row: Any) -> IssuedDelivery:
    delivery: Delivery = row.Delivery
    return IssuedDelivery(
        id=delivery.id,
        channel="email",
        state=delivery.state,
        form=delivery.form,
        # Before it is sent nobody can say to which address it will go (X5).
        recipient=delivery.recipient or row.email,
        attempts=delivery.attempts,
        last_error=delivery.last_error,
        created_at=delivery.created_at,
        sent_at=delivery.sent_at,
        customer=DeliveryCustomer(
            id=delivery.customer_id, number=row.customer_number, name=row.name
        ),
        document=DeliveredDocument(id=delivery.document_id, kind=row.kind, number=row.number),
    )


async def retry_delivery(session: AsyncSession, principal: Principal, delivery_id: UUID) -> None:
    """Send again what did not arrive; raises `CONFLICT` for what has arrived or is on its way."""
    delivery = await session.scalar(
        select(Delivery).where(Delivery.id == delivery_id).with_for_update()
    )
    if delivery is None:
        raise Problem(errors.NOT_FOUND)
    if delivery.state not in RETRIED:
        raise Problem(errors.CONFLICT)
    await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(state="waiting", last_error=None, bounced_at=None, digest_id=None)
    )
    await outbox.put(session, Job.SEND_DELIVERY, delivery_id, customer_id=delivery.customer_id)
    await record(
        session,
        "delivery_retried",
        actor=principal,
        customer_id=delivery.customer_id,
        document_id=delivery.document_id,
        detail={"to": delivery.recipient or ""},
    )
