"""Webhooks made, changed, paused, deleted and tried out by staff."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import Principal, act_as_staff
from api.audit import record
from api.core import errors
from api.core.database import new_id
from api.core.errors import Problem
from api.core.settings import Settings
from api.models import Webhook, WebhookDelivery
from api.outbound import AllowList, RefusedUrl, check_url
from api.outbox import Job
from api.webhooks import signing
from api.webhooks.pausing import host_of, set_aside
from api.webhooks.queries import load_webhook
from api.webhooks.schemas import TEST, CreatedWebhook, NewWebhook, WebhookChange

# What a webhook is known by that has not failed.
UNTROUBLED = {"failing_since": None, "rest_until": None, "paused_at": None}


async def create_webhook(
    session: AsyncSession, settings: Settings, actor: Principal, wanted: NewWebhook
) -> CreatedWebhook:
    """Make a webhook, and answer with its secret this once; raises `INVALID_URL`."""
    _refuse_url(settings, wanted.url)
    webhook_id, secret = new_id(), signing.new_secret()
    await session.execute(
        insert(Webhook).values(
            id=webhook_id,
            **wanted.model_dump(),
            sealed_secret=signing.seal_secret(settings, webhook_id, secret),
        )
    )
    await record(
        session,
        "webhook_created",
        actor=actor,
        detail={"webhook": str(webhook_id), "host": host_of(wanted.url)},
    )
    made = await load_webhook(session, webhook_id)
    return CreatedWebhook(**made.model_dump(), secret=signing.written(secret))


def _refuse_url(settings: Settings, url: str) -> None:
    """Raise `INVALID_URL` for what would never be called; a name is looked up at each call."""
    try:
        check_url(url, AllowList.of(settings.outbound_allow))
    except RefusedUrl as error:
        reason = error.reason
        raise Problem(errors.INVALID_URL, sentence=reason, members={"reason": reason}) from error


async def change_webhook(
    session: AsyncSession,
    settings: Settings,
    actor: Principal,
    webhook_id: UUID,
    wanted: WebhookChange,
) -> None:
    """Change what is given; raises `NOT_FOUND`, and `INVALID_URL`.

    Pausing gives up what waits. Whoever resumes it, or changes its URL, has mended it: it is tried
    again at once.
    """
    await _locked(session, webhook_id)
    changes: dict[str, Any] = wanted.model_dump(exclude_none=True)
    if not changes:
        return
    if wanted.url is not None:
        _refuse_url(settings, wanted.url)
    if wanted.url is not None or wanted.active:
        changes |= UNTROUBLED
    url = await session.scalar(
        update(Webhook).where(Webhook.id == webhook_id).values(**changes).returning(Webhook.url)
    )
    if wanted.active is False:
        await set_aside(session, webhook_id)
    changed = sorted(wanted.model_dump(exclude_none=True))
    await record(
        session,
        "webhook_changed",
        actor=actor,
        detail={"webhook": str(webhook_id), "host": host_of(url or ""), "fields": changed},
    )


async def delete_webhook(session: AsyncSession, actor: Principal, webhook_id: UUID) -> None:
    """Delete a webhook, its log, and what it was still to be told; raises `NOT_FOUND`."""
    url = await session.scalar(
        delete(Webhook).where(Webhook.id == webhook_id).returning(Webhook.url)
    )
    if url is None:
        raise Problem(errors.NOT_FOUND)
    await record(
        session,
        "webhook_deleted",
        actor=actor,
        detail={"webhook": str(webhook_id), "host": host_of(url)},
    )


async def test_webhook(session: AsyncSession, webhook_id: UUID) -> UUID:
    """Send a message that tells of nothing, also to a paused webhook; the id of its delivery.

    It is tried once. Raises `NOT_FOUND`.
    """
    await _locked(session, webhook_id)
    delivery_id = new_id()
    await session.execute(
        insert(WebhookDelivery).values(
            id=delivery_id,
            webhook_id=webhook_id,
            event=TEST,
            next_try_at=_before_others(webhook_id),
        )
    )
    await _end_rest(session, webhook_id)
    await outbox.put(session, Job.SEND_WEBHOOK, delivery_id)
    return delivery_id


async def retry_delivery(session: AsyncSession, webhook_id: UUID, delivery_id: UUID) -> None:
    """Send again what was given up, with all its tries.

    Raises `NOT_FOUND`, and `CONFLICT` while the webhook is paused or the message is not given up.
    """
    # A message given up by a pause may have a job that waits yet, and is never to have two. Jobs
    # are locked before webhooks, as the worker does.
    has_job = await outbox.begin_anew(session, Job.SEND_WEBHOOK, delivery_id)
    await act_as_staff(session)
    active = await _locked(session, webhook_id)
    found = WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook_id
    state = await session.scalar(select(WebhookDelivery.state).where(*found).with_for_update())
    if state is None:
        raise Problem(errors.NOT_FOUND)
    if state != "failed" or not active:
        raise Problem(errors.CONFLICT)
    await session.execute(
        update(WebhookDelivery)
        .where(*found)
        .values(state="waiting", last_error=None, next_try_at=_before_others(webhook_id))
    )
    await _end_rest(session, webhook_id)
    if not has_job:
        await outbox.put(session, Job.SEND_WEBHOOK, delivery_id)


def _before_others(webhook_id: UUID) -> Any:
    """When to send what staff ask for: before all that waits already, were it thousands."""
    return select(Webhook.created_at).where(Webhook.id == webhook_id).scalar_subquery()


async def _end_rest(session: AsyncSession, webhook_id: UUID) -> None:
    """Whoever asks for it waits for the outcome, so a webhook that rests has rested enough."""
    await session.execute(update(Webhook).where(Webhook.id == webhook_id).values(rest_until=None))


async def _locked(session: AsyncSession, webhook_id: UUID) -> bool:
    """Whether a webhook is active; before its deliveries, so that two never wait for each other."""
    active: bool | None = await session.scalar(
        select(Webhook.active).where(Webhook.id == webhook_id).with_for_update(key_share=True)
    )
    if active is None:
        raise Problem(errors.NOT_FOUND)
    return active
