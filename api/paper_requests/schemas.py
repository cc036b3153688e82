"""What the routes of paper requests take and give."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Query
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from api.core.schema import Input, Money, Output, ShortText, Total, storable
from api.documents.schemas import Kind, plain_decimal

State = Literal["requested", "priced", "paid", "completed", "cancelled", "declined"]
Wording = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
    BeforeValidator(storable),
]
Price = Annotated[
    Decimal,
    BeforeValidator(plain_decimal),
    Field(gt=0, max_digits=12, decimal_places=2, allow_inf_nan=False),
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class NewPaperRequest(Input):
    """A copy on paper, to the customer's usual address unless another is given."""

    address: Wording | None = None
    message: Wording | None = None


class RequestedDocument(Output):
    """The document that is wanted on paper."""

    id: UUID
    kind: Kind
    number: str


class RequestingCustomer(Output):
    """The customer number whose document it is."""

    id: UUID
    number: str
    name: str


class PaperRequest(Output):
    """A wish for a copy on paper, and how far it is.

    `price` is null until staff have told it; `instructions` tell how to pay, `reason` why a request
    was declined.
    """

    id: UUID
    document: RequestedDocument
    customer: RequestingCustomer
    state: State
    address: str | None
    message: str | None
    price: Money | None
    currency: str | None
    instructions: str | None
    reason: str | None
    created_at: datetime
    changed_at: datetime


class Requester(Output):
    """The main contact who asked."""

    name: str
    email: str


class IssuedPaperRequest(PaperRequest):
    """The same for staff; `requester` is null when that person has had their data deleted."""

    requester: Requester | None


class PaperRequestPage(Output):
    """A page of one's own paper requests, newest first; `total` only when `count=true`."""

    items: list[PaperRequest]
    next_cursor: str | None
    total: Total = None


class IssuedPaperRequestPage(Output):
    """A page of all paper requests, newest first; `total` only when `count=true`."""

    items: list[IssuedPaperRequest]
    next_cursor: str | None
    total: Total = None


class PaperRequestListQuery(Input):
    """A page of the list, and what it is narrowed to."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False
    state: Annotated[list[State], Query(max_length=6)] = []
    document_id: UUID | None = None


class IssuedPaperRequestListQuery(PaperRequestListQuery):
    """The same for staff."""

    customer_number: ShortText | None = None


class PaperRequestChange(Input):
    """The next step of a request: its price, or what became of it.

    A price is in the document's currency unless another is given, and may be corrected until it is
    paid. Declining needs a reason.
    """

    price: Price | None = None
    currency: Currency | None = None
    instructions: Wording | None = None
    state: Literal["paid", "completed", "declined"] | None = None
    reason: Wording | None = None

    @model_validator(mode="after")
    def _one_step(self) -> Self:
        if (self.price is None) == (self.state is None):
            raise ValueError("either price or state")
        if self.price is None and (self.currency or self.instructions):
            raise ValueError("currency and instructions belong to a price")
        if (self.reason is None) == (self.state == "declined"):
            raise ValueError("a reason is given when declining, and only then")
        return self
