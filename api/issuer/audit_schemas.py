"""What the back office reads of the audit trail."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from api.audit import Event
from api.core.schema import Day, Input, Output, ShortText, Total
from api.documents.schemas import Kind


class AuditCustomer(Output):
    """The customer number that an event is about."""

    number: str
    name: str


class AuditDocument(Output):
    """The document that an event is about."""

    id: UUID
    kind: Kind
    number: str


class AuditEntry(Output):
    """Something that happened; `actor` is the name as it was then, empty for a mail's link."""

    id: UUID
    at: datetime
    event: str
    actor: str
    actor_email: str | None
    customer: AuditCustomer | None
    document: AuditDocument | None
    detail: dict[str, Any]


class AuditPage(Output):
    """A page of the trail, newest first; `total` only when `count=true`."""

    items: list[AuditEntry]
    next_cursor: str | None
    total: Total = None


class AuditQuery(Input):
    """A page of the trail, and what it is narrowed to; days are days in UTC.

    `actor` is the e-mail address of whoever did it, their programs included.
    """

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False
    event: Annotated[list[Event], Query(max_length=80)] = []
    actor: ShortText | None = None
    customer_number: ShortText | None = None
    document_id: UUID | None = None
    happened_from: Day | None = None
    happened_to: Day | None = None
