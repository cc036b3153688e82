"""`/issuer/webhooks`: whom the portal calls when something happens, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import CurrentPrincipal, CurrentSession, CurrentSettings, GuardedRoute
from api.marks import require
from api.webhooks import queries, service
from api.webhooks.schemas import (
    CreatedWebhook,
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookDelivery,
    WebhookDeliveryListQuery,
    WebhookDeliveryPage,
    WebhookListQuery,
    WebhookPage,
)

router = APIRouter(prefix="/issuer/webhooks", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)


@router.get(
    "",
    operation_id="list_webhooks",
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def list_webhooks(
    query: Annotated[WebhookListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> WebhookPage:
    """The webhooks, newest first, without their secrets."""
    page = await queries.list_webhooks(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "",
    status_code=201,
    operation_id="create_webhook",
    responses=problems(*CALLER, errors.CSRF, errors.INVALID, errors.INVALID_URL),
)
@require(Permission.STAFF)
async def create_webhook(
    body: NewWebhook,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> CreatedWebhook:
    """Make a webhook; its secret is in this answer and never shown again."""
    response.headers["Cache-Control"] = "no-store"
    return await service.create_webhook(session, settings, principal, body)


@router.get(
    "/{webhook_id}",
    operation_id="read_webhook",
    responses=problems(*CALLER, errors.NOT_FOUND),
)
@require(Permission.STAFF)
async def read_webhook(webhook_id: KnownId, session: CurrentSession) -> Webhook:
    """One webhook."""
    return await queries.load_webhook(session, webhook_id)


@router.patch(
    "/{webhook_id}",
    operation_id="change_webhook",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.INVALID, errors.INVALID_URL),
)
@require(Permission.STAFF)
async def change_webhook(
    webhook_id: KnownId,
    body: WebhookChange,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> Webhook:
    """Change a webhook, pause it or resume it; the secret stays."""
    await service.change_webhook(session, settings, principal, webhook_id, body)
    return await queries.load_webhook(session, webhook_id)


@router.delete(
    "/{webhook_id}",
    status_code=204,
    operation_id="delete_webhook",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.STAFF)
async def delete_webhook(
    webhook_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """Delete a webhook with its log; what waits is not sent any more."""
    await service.delete_webhook(session, principal, webhook_id)


@router.post(
    "/{webhook_id}/test",
    status_code=202,
    operation_id="test_webhook",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.STAFF)
async def test_webhook(webhook_id: KnownId, session: CurrentSession) -> WebhookDelivery:
    """Send a message of type `webhook.test`, once; the log tells what became of it."""
    delivery_id = await service.test_webhook(session, webhook_id)
    return await queries.load_delivery(session, webhook_id, delivery_id)


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="list_webhook_deliveries",
    responses=problems(*CALLER, errors.NOT_FOUND, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def list_webhook_deliveries(
    webhook_id: KnownId,
    query: Annotated[WebhookDeliveryListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> WebhookDeliveryPage:
    """What a webhook was told, and what came of each message, newest first."""
    codec = request.app.state.cursors
    page = await queries.list_deliveries(session, principal, webhook_id, query, codec)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "/{webhook_id}/deliveries/{webhook_delivery_id}/retry",
    status_code=202,
    operation_id="retry_webhook_delivery",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.CONFLICT),
)
@require(Permission.STAFF)
async def retry_webhook_delivery(
    webhook_id: KnownId, webhook_delivery_id: KnownId, session: CurrentSession
) -> None:
    """Send again what was given up."""
    await service.retry_delivery(session, webhook_id, webhook_delivery_id)
