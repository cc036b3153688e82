"""What the routes of shared users take and give."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.core.schema import Day, Input, Output, ShortText, Total
from api.core.settings import Language
from api.me.schemas import Address

PersonName = Annotated[ShortText, StringConstraints(max_length=60, strip_whitespace=True)]


class Grant(Output):
    """Access to one customer number, to its last day if it has one."""

    customer_id: UUID
    expires_on: date | None


class NewGrant(Input):
    """Access to be given; `expires_on` is its last day, in UTC."""

    customer_id: UUID
    expires_on: Day | None = None


Grants = Annotated[list[NewGrant], Field(max_length=5000)]


class SharedUser(Output):
    """A person with whom customer numbers are shared; without grants they see nothing."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    state: Literal["invited", "active"]
    grants: list[Grant]


class SharedUserPage(Output):
    """A page of shared users, newest first; `total` only when `count=true`."""

    items: list[SharedUser]
    next_cursor: str | None
    total: Total = None


class NewSharedUser(Input):
    """Somebody to share with. The language is that of their mails until they choose one."""

    email: Address
    first_name: PersonName = ""
    last_name: PersonName = ""
    language: Language | None = None
    grants: Annotated[Grants, Field(min_length=1)]


class SharedUserChange(Input):
    """The fields to change; those left out stay. `grants` replaces all of them."""

    first_name: PersonName | None = Field(default=None)
    last_name: PersonName | None = Field(default=None)
    grants: Grants | None = Field(default=None)
    email: Any = Field(
        default=None,
        description="Never accepted: invite the new address and delete the old one.",
    )
