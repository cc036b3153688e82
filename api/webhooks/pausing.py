"""What follows from failures: a webhook rests, and is paused when it fails for long."""

from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import record
from api.models import Webhook, WebhookDelivery

# It rests for a tenth of the time for which it has failed: many messages to one that is away cost
# the others nothing.
NOTE_FAILURE = text("""
UPDATE webhooks
SET failing_since = coalesce(failing_since, now()),
    rest_until = now() + least(
        greatest((now() - coalesce(failing_since, now())) / 10, interval '5 seconds'),
        interval '10 minutes')
WHERE id = :webhook_id
RETURNING url, active AND failing_since < now() - interval '2 days' AS hopeless
""")


def host_of(url: str) -> str:
    """The part of a URL that may be written down: the rest may hold a credential."""
    return urlsplit(url).hostname or ""


async def note_success(session: AsyncSession, webhook_id: UUID) -> None:
    """It answers again; one that always did is left alone, since many messages come at once."""
    await session.execute(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.failing_since.is_not(None))
        .values(failing_since=None, rest_until=None)
    )


async def note_failure(session: AsyncSession, webhook_id: UUID) -> bool:
    """Let a webhook rest, or pause it after two days without any success; True when paused."""
    found = (await session.execute(NOTE_FAILURE, {"webhook_id": webhook_id})).one()
    if not found.hopeless:
        return False
    await session.execute(
        text(
            "UPDATE webhooks SET active = false, paused_at = now(), rest_until = NULL"
            " WHERE id = :webhook_id"
        ),
        {"webhook_id": webhook_id},
    )
    detail = {"webhook": str(webhook_id), "host": host_of(found.url)}
    await record(session, "webhook_paused", actor=None, detail=detail)
    return True


async def set_aside(session: AsyncSession, webhook_id: UUID) -> None:
    """Give up what waits for a paused webhook; staff may send it again."""
    await session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.state == "waiting")
        .values(state="failed", last_error="paused", next_try_at=None)
    )
