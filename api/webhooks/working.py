"""The worker's loop for webhooks: past the queue, so that mails never wait for a slow receiver."""

from sqlalchemy import func, select

from api import outbox
from api.core.database import Database
from api.core.settings import Settings
from api.models import OutboxEntry, Webhook, WebhookDelivery
from api.outbound import Outbound
from api.outbox import Claim, Job
from api.unqueued import work_past_the_queue
from api.webhooks.calling import call_webhook

SLOTS = 8
# What is for a webhook that rests is left for later; others do not wait behind it.
RESTING = (
    select(WebhookDelivery.id)
    .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
    .where(WebhookDelivery.id == OutboxEntry.subject_id, Webhook.rest_until > func.now())
    .exists()
)
CALLS = (OutboxEntry.job == Job.SEND_WEBHOOK.value) & ~RESTING


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
