"""One call of a webhook: what it is told, and what follows from its answer.

The message leaves between two transactions, as mails do; a worker that dies in between sends it
again under the same id, by which the receiver knows it.
"""

from dataclasses import dataclass
from datetime import UTC
from time import time
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import act_as_staff
from api.core.database import Database
from api.core.settings import Settings
from api.models import Customer, Document, Webhook, WebhookDelivery
from api.outbound import CallFailed, Outbound
from api.outbox import Claim
from api.webhooks import signing
from api.webhooks.pausing import note_failure, note_success, set_aside
from api.webhooks.schemas import TEST, WebhookError

# Doubling from 20 s and capped at 4 h, this is about two days.
MOST_ATTEMPTS = 22

log = structlog.get_logger("api.webhooks")


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, and where; without a secret when it was sealed under a key that is lost."""

    id: UUID
    url: str
    body: bytes
    secret: bytes | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call brought: an answer, or the reason why there is none."""

    status: int | None
    error: WebhookError | None


async def call_webhook(
    settings: Settings, database: Database, outbound: Outbound, claim: Claim
) -> None:
    """Send one message; while the database is away, its lease passes and it is handed out again."""
    try:
        async with database.transaction() as session:
            message = await _begin(session, settings, claim)
        if message is None:
            return
        outcome = await _send(outbound, message)
        async with database.transaction() as session:
            if await outbox.find_claim(session, claim.id, claim.fence) is not None:
                await act_as_staff(session)
                await _settle(session, claim, outcome)
    except (SQLAlchemyError, OSError) as error:
        log.warning("webhook_interrupted", error=type(error).__name__)


async def _begin(session: AsyncSession, settings: Settings, claim: Claim) -> Message | None:
    if await outbox.find_claim(session, claim.id, claim.fence) is None:
        return None
    await act_as_staff(session)
    found = await _read(session, claim.subject_id)
    if found is None:
        await outbox.finish(session, claim)
        return None
    webhook: Webhook = found.Webhook
    if not webhook.active and found.WebhookDelivery.event != TEST:
        # It was written while the webhook was being paused.
        await set_aside(session, webhook.id)
        await outbox.finish(session, claim)
        return None
    secret = signing.open_secret(settings, webhook.id, webhook.sealed_secret)
    return Message(claim.subject_id, webhook.url, _body(found), secret)


async def _read(session: AsyncSession, delivery_id: UUID) -> Any:
    """A message that waits, with all that it tells; None when it is gone or was given up."""
    statement: Any = (
        select(
            WebhookDelivery,
            Webhook,
            Document.kind,
            Document.number,
            Document.customer_id,
            Document.replaced_by_id,
            Customer.number.label("customer_number"),
        )
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .outerjoin(Document, Document.id == WebhookDelivery.document_id)
        .outerjoin(Customer, Customer.id == Document.customer_id)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.state == "waiting")
    )
    return (await session.execute(statement)).one_or_none()


def _body(found: Any) -> bytes:
    """The message: which document of whom, and nothing that only its readers should know."""
    delivery: WebhookDelivery = found.WebhookDelivery
    data: dict[str, Any] = {"webhook_id": delivery.webhook_id}
    if delivery.document_id is not None:
        data |= {
            "document_id": delivery.document_id,
            "kind": found.kind,
            "number": found.number,
            "customer_id": found.customer_id,
            "customer_number": found.customer_number,
        }
    if delivery.event == "document.replaced":
        data["replaced_by_id"] = found.replaced_by_id
    if delivery.delivery_id is not None:
        data["delivery_id"] = delivery.delivery_id
    at = delivery.created_at.astimezone(UTC)
    told = {"type": delivery.event, "timestamp": at, "data": data}
    # The driver's UUIDs are a class of their own.
    return orjson.dumps(told, default=str, option=orjson.OPT_UTC_Z)


async def _send(outbound: Outbound, message: Message) -> Outcome:
    if message.secret is None:
        return Outcome(None, "lost_secret")
    headers = signing.signed_headers(message.secret, message.id, int(time()), message.body)
    try:
        status = await outbound.post(
            message.url, message.body, {"Content-Type": "application/json", **headers}
        )
    except CallFailed as error:
        return Outcome(None, error.reason)
    except Exception as error:
        # Nobody foresaw it: it is tried again and given up in time, as other failures are (F19).
        log.warning("webhook_call_broke", error=type(error).__name__)
        return Outcome(None, "no_answer")
    if 200 <= status < 300:
        return Outcome(status, None)
    return Outcome(status, "redirect" if 300 <= status < 400 else "status")


async def _settle(session: AsyncSession, claim: Claim, outcome: Outcome) -> None:
    """Write down the outcome: the webhook before its deliveries, as everywhere."""
    found = await _read(session, claim.subject_id)
    if found is None:
        await outbox.finish(session, claim)
        return
    webhook_id, is_test = found.Webhook.id, found.WebhookDelivery.event == TEST
    changes: dict[str, Any] = {
        "attempts": WebhookDelivery.attempts + 1,
        "last_error": outcome.error,
        "response_status": outcome.status,
        "next_try_at": None,
    }
    paused = False
    if outcome.error is None:
        await note_success(session, webhook_id)
        changes |= {"state": "delivered", "delivered_at": func.now()}
    else:
        paused = not is_test and await note_failure(session, webhook_id)
        if is_test or paused or claim.attempts + 1 >= MOST_ATTEMPTS:
            changes["state"] = "failed"
        else:
            changes["next_try_at"] = func.now() + outbox.pause_after(claim)
    still_waits = WebhookDelivery.id == claim.subject_id, WebhookDelivery.state == "waiting"
    await session.execute(update(WebhookDelivery).where(*still_waits).values(**changes))
    if paused:
        await set_aside(session, webhook_id)
    if "state" in changes:
        await outbox.finish(session, claim)
    else:
        await outbox.postpone(session, claim, outcome.error or "", MOST_ATTEMPTS)
