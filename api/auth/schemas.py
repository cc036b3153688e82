"""What the sign-in routes take and give."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from api.core.schema import Input, Output, Text, storable
from api.me.schemas import Me

Password = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=1024)]
EmailText = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=320)]


class SignIn(Input):
    """An address and a password."""

    email: EmailText
    password: Password


class SignedIn(Output):
    """Signed in: the cookie is in the headers."""

    state: Literal["signed_in"]
    user: Me


class NewPassword(Input):
    """The password chosen with an invitation."""

    password: Password


class InvitationDocument(Output):
    """The document that an invitation came with."""

    id: UUID
    kind: Literal["invoice", "credit_note", "other"]
    number: Text
    issue_date: date


class Invitation(Output):
    """What an invitation is for. Reading it does not use it up."""

    email: str
    customer_numbers: list[str]
    document: InvitationDocument | None
    account_exists: bool = Field(description="The account is active: sign in instead.")
    expires_at: datetime
