"""What the routes of webhooks take and give."""

from datetime import datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, Field

from api.core.schema import Input, Output, ShortText, Text, Total
from api.documents.schemas import Kind

WebhookEvent = Literal[
    "document.published", "document.replaced", "document.withdrawn", "delivery.refused"
]
DeliveryEvent = Literal[WebhookEvent, "webhook.test"]
WebhookDeliveryState = Literal["waiting", "delivered", "failed"]
WebhookError = Literal[
    "refused_url",
    "not_public",
    "unknown_host",
    "no_connection",
    "tls",
    "timeout",
    "no_answer",
    "redirect",
    "status",
    "lost_secret",
    "paused",
]
TEST: DeliveryEvent = "webhook.test"
EVENTS: tuple[WebhookEvent, ...] = get_args(WebhookEvent)


def _in_order(chosen: list[WebhookEvent]) -> list[WebhookEvent]:
    return [event for event in EVENTS if event in chosen]


Events = Annotated[list[WebhookEvent], Field(min_length=1, max_length=4), AfterValidator(_in_order)]


class NewWebhook(Input):
    """A URL to call when one of the events happens."""

    url: Text
    events: Events
    description: ShortText = ""


class WebhookChange(Input):
    """The fields to change; those left out stay. With `active` false nothing is sent or kept."""

    url: Text | None = None
    events: Events | None = None
    active: bool | None = None
    description: ShortText | None = None


class Webhook(Output):
    """A webhook; `paused_at` tells when the portal gave it up, after two days of failures."""

    id: UUID
    url: str
    events: list[WebhookEvent]
    description: str
    active: bool
    failing_since: datetime | None
    paused_at: datetime | None
    created_at: datetime


class CreatedWebhook(Webhook):
    """A new webhook; `secret` signs its messages and is shown this once."""

    secret: str


class WebhookPage(Output):
    """A page of webhooks, newest first; `total` only when `count=true`."""

    items: list[Webhook]
    next_cursor: str | None
    total: Total = None


class ToldCustomer(Output):
    """The customer number that an event is about."""

    id: UUID
    number: str
    name: str


class ToldDocument(Output):
    """The document that an event is about."""

    id: UUID
    kind: Kind
    number: str


class WebhookDelivery(Output):
    """One event for one webhook; its `id` is the `webhook-id` of the message, at each try.

    `last_error` tells why the last try failed; `response_status` is the receiver's last answer.
    """

    id: UUID
    event: DeliveryEvent
    state: WebhookDeliveryState
    attempts: int
    last_error: WebhookError | None
    response_status: int | None
    next_try_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    document: ToldDocument | None
    customer: ToldCustomer | None


class WebhookDeliveryPage(Output):
    """A page of a webhook's deliveries, newest first; `total` only when `count=true`."""

    items: list[WebhookDelivery]
    next_cursor: str | None
    total: Total = None


class WebhookListQuery(Input):
    """A page of the list."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False


class WebhookDeliveryListQuery(WebhookListQuery):
    """A page of the list, and the states it is narrowed to."""

    state: Annotated[list[WebhookDeliveryState], Query(max_length=3)] = []
