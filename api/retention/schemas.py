"""What the routes of legal holds take and give."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import BeforeValidator, StringConstraints, model_validator

from api.core.schema import Input, Output, Total, storable
from api.documents.schemas import Kind

Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
    BeforeValidator(storable),
]


class NewLegalHold(Input):
    """Keep one document, or all of a customer number, whatever their age."""

    customer_id: UUID | None = None
    document_id: UUID | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.customer_id is None) == (self.document_id is None):
            raise ValueError("either customer_id or document_id")
        return self


class HeldCustomer(Output):
    """The customer number whose documents are kept."""

    id: UUID
    number: str
    name: str


class HeldDocument(Output):
    """The one document that is kept; null where all of the customer number are."""

    id: UUID
    kind: Kind
    number: str


class LegalHold(Output):
    """What is kept, why, and until when."""

    id: UUID
    customer: HeldCustomer
    document: HeldDocument | None
    reason: str
    placed_by: str
    placed_at: datetime
    released_by: str | None
    released_at: datetime | None


class LegalHoldPage(Output):
    """A page of legal holds, newest first; `total` only when `count=true`."""

    items: list[LegalHold]
    next_cursor: str | None
    total: Total = None


class LegalHoldListQuery(Input):
    """A page of the list."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False
