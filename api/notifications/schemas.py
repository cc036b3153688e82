"""What the routes of mailed links give."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from api.core.schema import Money, Output
from api.documents.schemas import Kind


class LinkedCustomer(Output):
    """The customer number of a linked document."""

    number: str
    name: str


class LinkedDocument(Output):
    """The one document behind a mail's link."""

    id: UUID
    kind: Kind
    number: str
    title: str | None
    issue_date: date
    due_date: date | None
    currency: str | None
    amount_incl_vat: Money | None
    customer: LinkedCustomer
    files: list[Literal["pdf", "ubl"]]
    recipient: str
    expires_at: datetime


class MailedLink(Output):
    """A link that a mail carries; `sent_at` is null while the mail is on its way."""

    recipient: str
    sent_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


class MailedLinks(Output):
    """The links of all mails about a document."""

    items: list[MailedLink]
