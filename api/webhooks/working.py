"""The worker's loop for webhooks: past the queue, so that mails never wait for a slow receiver."""

from typing import Any

from sqlalchemy import Boolean, case, func, literal_column, or_, select, true

from api import outbox
from api.core.database import Database
from api.core.settings import Settings
from api.models import WEBHOOK_JOBS, OutboxEntry, Webhook, WebhookDelivery
from api.outbound import Outbound
from api.outbox import Claim
from api.unqueued import work_past_the_queue
from api.webhooks.calling import call_webhook

SLOTS = 16
SLOTS_OF_ONE = 4
RESTED = or_(Webhook.rest_until.is_(None), Webhook.rest_until <= func.now())


def _first() -> Any:
    """The messages that each webhook is told next, so that nobody waits behind those of another.

    What is being sent stays the first of its webhook until it is settled, so these are all that
    it is sent at a time. One that has just failed is sent a single one; one that rests, none.
    """
    at = func.coalesce(WebhookDelivery.next_try_at, WebhookDelivery.created_at)
    first = (
        select(WebhookDelivery.id)
        .where(
            WebhookDelivery.webhook_id == Webhook.id,
            WebhookDelivery.state == literal_column("'waiting'"),
            at <= func.now(),
        )
        .order_by(at, WebhookDelivery.id)
        .limit(case((Webhook.failing_since.is_(None), SLOTS_OF_ONE), else_=1))
        .correlate(Webhook)
        .lateral("first")
    )
    found = select(first.c.id).select_from(Webhook).join(first, true()).where(RESTED)
    # An array, so that their jobs are looked up one by one: the planner expects very many.
    return func.any(func.array(found.scalar_subquery()))


CALLS = literal_column(WEBHOOK_JOBS, Boolean) & (OutboxEntry.subject_id == _first())


async def run_webhooks(settings: Settings, database: Database, outbound: Outbound) -> None:
    """Call webhooks, a few at a time, for ever."""

    async def take(room: int) -> list[Claim]:
        return await claim_calls(database, room)

    async def work(claim: Claim) -> None:
        await call_webhook(settings, database, outbound, claim)

    await work_past_the_queue(take, work, SLOTS)


async def claim_calls(database: Database, room: int) -> list[Claim]:
    """Lease messages that are due, up to `room` of them."""
    async with database.transaction() as session:
        await session.execute(outbox.ACT_AS_RELAY)
        return await outbox.lease(session, CALLS, room)
