"""Retention of the log of webhooks, and of jobs whose message is not to be sent any more."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, text

from api import outbox
from api.access import act_as_staff
from api.core.database import Database, lowest_id_at
from api.models import WebhookDelivery

# Messages are given up, or go with their webhook or document, many at once; the worker asks for
# jobs of those that wait. One that is just sent again has a job that is due now.
FORGET_JOBS = text("""
DELETE FROM outbox WHERE id IN (
    SELECT o.id FROM outbox o
    WHERE o.job = 'send_webhook' AND o.due_at < now() - interval '5 minutes' AND NOT EXISTS (
        SELECT FROM webhook_deliveries d WHERE d.id = o.subject_id AND d.state = 'waiting')
    FOR UPDATE OF o SKIP LOCKED)
RETURNING 1
""")


async def forget_deliveries(database: Database, days: int) -> int:
    """Delete what became of messages older than so many days; what still waits stays."""
    oldest = lowest_id_at(datetime.now(UTC) - timedelta(days=days))
    async with database.transaction() as session:
        await act_as_staff(session)
        gone = await session.execute(
            delete(WebhookDelivery)
            .where(WebhookDelivery.id < oldest, WebhookDelivery.state != "waiting")
            .returning(text("1"))
        )
        return len(gone.all())


async def forget_jobs(database: Database) -> int:
    """Delete the jobs of messages that are gone or were given up."""
    async with database.transaction() as session:
        await session.execute(outbox.ACT_AS_RELAY)
        return len((await session.execute(FORGET_JOBS)).all())
