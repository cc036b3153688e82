"""Retention of the log of webhooks."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, text

from api.access import act_as_staff
from api.core.database import Database, lowest_id_at
from api.models import WebhookDelivery


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
