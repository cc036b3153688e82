"""What the customer routes give."""

from typing import Literal
from uuid import UUID

from api.core.schema import Output
from api.core.settings import Language


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
    notification_mode: Literal["link", "attachment"]
    is_main_contact: bool
    main_contact: MainContact
    document_count: int
    unread_count: int


class CustomerPage(Output):
    """A page of customer numbers; `total` only when `count=true`."""

    items: list[Customer]
    next_cursor: str | None
    total: int | None = None
