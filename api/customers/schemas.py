"""What the customer routes take and give."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.core.schema import Input, Output, Total
from api.core.settings import Language
from api.me.schemas import Address

NotificationMode = Literal["link", "attachment"]


class MainContact(Output):
    """The person who is responsible for a customer number."""

    name: str
    email: str


class Customer(Output):
    """A customer number; those with the same `account_id` share their tags."""

    id: UUID
    account_id: UUID
    number: str
    name: str
    vat_number: str | None
    language: Language
    notification_mode: NotificationMode
    is_main_contact: bool
    main_contact: MainContact
    document_count: int
    unread_count: int


class HandOver(Output):
    """The offer to become main contact that somebody has yet to accept."""

    email: str
    keep_access: bool
    offered_at: datetime
    expires_at: datetime


class CustomerDetail(Customer):
    """A customer number, with the offer that is open; only its main contact sees that."""

    hand_over: HandOver | None


class CustomerPage(Output):
    """A page of customer numbers; `total` only when `count=true`."""

    items: list[Customer]
    next_cursor: str | None
    total: Total = None


class CustomerChange(Input):
    """The fields to change; those left out stay."""

    notification_mode: NotificationMode | None = Field(default=None)
    language: Language | None = Field(default=None)


class NewMainContact(Input):
    """Who is to become main contact; `keep_access` leaves the former one a grant."""

    email: Address
    keep_access: bool = False
