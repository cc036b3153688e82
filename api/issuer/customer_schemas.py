"""What the back office reads of customer numbers."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from api.core.problems import FieldErrorDocument
from api.core.schema import Input, Money, Output, ShortText, Total
from api.core.settings import Language
from api.documents.schemas import Kind, State
from api.issuer.delivery_schemas import IssuedDelivery
from api.issuer.schemas import Channel, IssuedContact

ContactState = Literal["invited", "active", "disabled"]


class CustomerContact(Output):
    """A person with access to a customer number.

    `invited` has no account yet. `mail_failed_at` is when a mail last did not reach them, null
    since they changed their address or have seen the notice.
    """

    id: UUID
    email: str
    first_name: str
    last_name: str
    state: ContactState
    activated_at: datetime | None
    mail_failed_at: datetime | None
    mail_failure: str | None


class SharedContact(CustomerContact):
    """A shared user, and the last day of their access; null without an end."""

    expires_on: date | None


class ListedCustomer(Output):
    """A customer number in the list; `contact` is its main contact."""

    id: UUID
    number: str
    name: str
    vat_number: str | None
    language: Language
    channel: Channel
    document_count: int
    contact: CustomerContact | None


class ListedCustomerPage(Output):
    """A page of customer numbers, in order of number; `total` only when `count=true`."""

    items: list[ListedCustomer]
    next_cursor: str | None
    total: Total = None


class CustomerListQuery(Input):
    """A page of the list, and what it is narrowed to.

    `q` is a part of the number, the name, the VAT number (with or without spaces and dots) or the
    e-mail address of anybody who has access. `state` is that of the main contact.
    """

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False
    q: ShortText | None = None
    state: Annotated[list[ContactState], Query(max_length=3)] = []


class SentInvitation(Output):
    """The newest invitation of the main contact."""

    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


class RecentDocument(Output):
    """One of the documents that were published last."""

    id: UUID
    kind: Kind
    number: str
    issue_date: date
    currency: str | None
    amount_incl_vat: Money | None
    state: State


class CustomerRecord(ListedCustomer):
    """All that the administration needs of one customer number, in one page.

    `issued_contact` is the contact as the ERP last sent it: after a hand-over it is another person,
    and null when that person has had their data deleted.
    """

    notification_mode: Literal["link", "attachment"]
    created_at: datetime
    issued_contact: IssuedContact | None
    invitation: SentInvitation | None
    shared_users: list[SharedContact]
    documents: list[RecentDocument]
    deliveries: list[IssuedDelivery]


class RejectedRow(Output):
    """A row of a CSV file that was left out; `pointer` is the name of a column.

    `line` counts from 1, which is the header; `number` is empty where the row has none.
    """

    line: int
    number: str
    errors: list[FieldErrorDocument]


class CustomerImport(Output):
    """What became of the rows of a CSV file; of the rejected ones the first 200 are told."""

    created: int
    updated: int
    unchanged: int
    rejected_count: int
    rejected: list[RejectedRow]
