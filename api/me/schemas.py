"""What the profile routes take and give."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from api.core.schema import Input, Name, Output, storable
from api.core.settings import Language

Password = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=1024)]
Code = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=20)]


class Notice(Output):
    """Something the user should know at the top of the screen."""

    code: str
    parameters: dict[str, str]


class Me(Output):
    """The signed-in user."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    language: Language
    role: Literal["customer", "staff"]
    profile_complete: bool
    mfa_enabled: bool
    mfa_offer: bool
    recovery_email: str | None
    recovery_email_verified: bool
    is_main_contact: bool
    unread_count: int
    notices: list[Notice]


class ProfileChange(Input):
    """The fields to change; those left out stay."""

    first_name: Annotated[Name, StringConstraints(max_length=60)] | None = Field(default=None)
    last_name: Annotated[Name, StringConstraints(max_length=60)] | None = Field(default=None)
    language: Language | None = Field(default=None)
