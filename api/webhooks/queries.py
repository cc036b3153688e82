"""Reads of webhooks and of what became of their messages."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.models import Customer, Document
from api.models import Webhook as WebhookRow
from api.models import WebhookDelivery as DeliveryRow
from api.webhooks.schemas import (
    ToldCustomer,
    ToldDocument,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryListQuery,
    WebhookDeliveryPage,
    WebhookListQuery,
    WebhookPage,
)

# A webhook that rests tries nothing before it has rested; what is due has no time to tell.
NEXT_TRY = func.greatest(DeliveryRow.next_try_at, WebhookRow.rest_until)
SHOWN_NEXT_TRY = case(((DeliveryRow.state == "waiting") & (func.now() < NEXT_TRY), NEXT_TRY))


async def list_webhooks(
    session: AsyncSession, principal: Principal, query: WebhookListQuery, codec: CursorCodec
) -> WebhookPage:
    """All webhooks, newest first."""
    context = f"webhooks {principal.user_id}"
    statement = select(WebhookRow).order_by(WebhookRow.id.desc())
    if query.cursor is not None:
        last = UUID(codec.decode(context, query.cursor)[0])
        statement = statement.where(WebhookRow.id < last)
    rows = (await session.scalars(statement.limit(query.limit + 1))).all()
    items = [Webhook.model_validate(row) for row in rows[: query.limit]]
    total = None
    if query.count:
        total = await session.scalar(select(func.count()).select_from(WebhookRow))
    more = len(rows) > query.limit
    following = codec.encode(context, [str(items[-1].id)]) if more else None
    return WebhookPage(items=items, next_cursor=following, total=total)


async def load_webhook(session: AsyncSession, webhook_id: UUID) -> Webhook:
    """One webhook; `NOT_FOUND` when there is none."""
    row = await session.scalar(select(WebhookRow).where(WebhookRow.id == webhook_id))
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return Webhook.model_validate(row)


def _deliveries(webhook_id: UUID) -> Any:
    return (
        select(
            DeliveryRow,
            SHOWN_NEXT_TRY.label("next_try"),
            Document.kind,
            Document.number,
            Customer.id.label("customer_id"),
            Customer.number.label("customer_number"),
            Customer.name,
        )
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .outerjoin(Document, Document.id == DeliveryRow.document_id)
        .outerjoin(Customer, Customer.id == Document.customer_id)
        .where(DeliveryRow.webhook_id == webhook_id)
    )


async def list_deliveries(
    session: AsyncSession,
    principal: Principal,
    webhook_id: UUID,
    query: WebhookDeliveryListQuery,
    codec: CursorCodec,
) -> WebhookDeliveryPage:
    """What became of a webhook's messages, newest first; `NOT_FOUND` when there is no webhook."""
    await load_webhook(session, webhook_id)
    context = f"webhook deliveries {principal.user_id} {webhook_id} {sorted(query.state)}"
    statement = _deliveries(webhook_id)
    if query.state:
        statement = statement.where(DeliveryRow.state.in_(query.state))
    paged = statement.order_by(DeliveryRow.id.desc())
    if query.cursor is not None:
        paged = paged.where(DeliveryRow.id < UUID(codec.decode(context, query.cursor)[0]))
    rows = (await session.execute(paged.limit(query.limit + 1))).all()
    items = [_delivery(row) for row in rows[: query.limit]]
    total = None
    if query.count:
        counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
        total = await session.scalar(counted)
    more = len(rows) > query.limit
    following = codec.encode(context, [str(items[-1].id)]) if more else None
    return WebhookDeliveryPage(items=items, next_cursor=following, total=total)


async def load_delivery(
    session: AsyncSession, webhook_id: UUID, delivery_id: UUID
) -> WebhookDelivery:
    """One message of a webhook; `NOT_FOUND` when there is none."""
    found = await session.execute(_deliveries(webhook_id).where(DeliveryRow.id == delivery_id))
    row = found.one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return _delivery(row)


def _delivery(row: Any) -> WebhookDelivery:
    delivery: DeliveryRow = row.WebhookDelivery
    document = customer = None
    if row.number is not None:
        document = ToldDocument(id=delivery.document_id, kind=row.kind, number=row.number)
        customer = ToldCustomer(id=row.customer_id, number=row.customer_number, name=row.name)
    return WebhookDelivery(
        id=delivery.id,
        event=delivery.event,
        state=delivery.state,
        attempts=delivery.attempts,
        last_error=delivery.last_error,
        response_status=delivery.response_status,
        next_try_at=row.next_try,
        created_at=delivery.created_at,
        delivered_at=delivery.delivered_at,
        document=document,
        customer=customer,
    )
