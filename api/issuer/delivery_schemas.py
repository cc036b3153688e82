"""What the routes of deliveries and bounces take and give."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BeforeValidator, StringConstraints

from api.core.schema import Input, Output, ShortText, Total, storable
from api.documents.schemas import Kind

DeliveryState = Literal["waiting", "held", "sent", "refused", "dropped", "bounced"]


class DeliveryCustomer(Output):
    """The customer number that a delivery is for."""

    id: UUID
    number: str
    name: str


class DeliveredDocument(Output):
    """The document that a delivery tells of."""

    id: UUID
    kind: Kind
    number: str


class IssuedDelivery(Output):
    """One person told of one document; `held` waits for the digest."""

    id: UUID
    channel: Literal["email"]
    state: DeliveryState
    form: Literal["link", "attachment", "digest"] | None
    recipient: str
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    customer: DeliveryCustomer
    document: DeliveredDocument


class DeliveryPage(Output):
    """A page of deliveries, newest first; `total` only when `count=true`."""

    items: list[IssuedDelivery]
    next_cursor: str | None
    total: Total = None


class DeliveryListQuery(Input):
    """A page of the list, and what it is narrowed to."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False
    state: Annotated[list[DeliveryState], Query(max_length=6)] = []
    document_id: UUID | None = None
    customer_number: ShortText | None = None
    recipient: ShortText | None = None


class BounceReport(Input):
    """A mail that came back: a delivery status notification as it is, or what a provider tells.

    `status` is an enhanced status code (RFC 3463); those that begin with 5 are recorded.
    """

    report: (
        Annotated[str, BeforeValidator(storable), StringConstraints(max_length=500_000)] | None
    ) = None
    message_id: ShortText | None = None
    status: Annotated[str, StringConstraints(pattern=r"^[245]\.\d{1,3}\.\d{1,3}$")] | None = None
    reason: Annotated[str, BeforeValidator(storable), StringConstraints(max_length=1000)] = ""


class BounceAnswer(Output):
    """Whether a mail of ours was found and the failure written down."""

    recorded: bool
