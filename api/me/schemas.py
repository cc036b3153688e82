"""What the profile routes take and give."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from api.accounts.addresses import deliverable
from api.accounts.webauthn_json import NewCredential
from api.core.schema import Day, Input, Name, Output, Total, storable
from api.core.scopes import Scope
from api.core.settings import Language

Password = Annotated[str, StringConstraints(max_length=1024), BeforeValidator(storable)]
Code = Annotated[str, StringConstraints(max_length=20), BeforeValidator(storable)]


Address = Annotated[
    str,
    StringConstraints(max_length=254),
    BeforeValidator(storable),
    AfterValidator(deliverable),
]


NotificationFrequency = Literal["each", "daily", "weekly", "none"]
"""How often new documents are told by mail: each at once, in a digest, or not at all."""


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
    notification_frequency: NotificationFrequency
    notices: list[Notice]


class ProfileChange(Input):
    """The fields to change; those left out stay."""

    first_name: Annotated[Name, StringConstraints(max_length=60)] | None = Field(default=None)
    last_name: Annotated[Name, StringConstraints(max_length=60)] | None = Field(default=None)
    language: Language | None = Field(default=None)
    notification_frequency: NotificationFrequency | None = Field(default=None)


class PasswordChange(Input):
    """The present password and the one that replaces it."""

    current_password: Password
    new_password: Password


class NewAddress(Input):
    """An address to be proved by the code that is mailed to it."""

    email: Address


class MailedCode(Input):
    """The six digits of a mail or of the app."""

    code: Code


class CodeSent(Output):
    """Where the code went, masked."""

    sent_to: str


class EnrolmentStart(Input):
    """The recovery address, which gets a code."""

    recovery_email: Address


class Seed(Output):
    """The secret for the authenticator app; it is shown this once."""

    secret: str
    otpauth_uri: str
    qr_svg: str


class MfaDisabling(Input):
    """What proves that it is the user who wants it."""

    password: Password
    code: Code


class ListQuery(Input):
    """A page of a list."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False


class Session(Output):
    """A browser in which the user is signed in; `device` such as "Firefox, Windows"."""

    id: UUID
    current: bool
    device: str | None
    network_address: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class SessionPage(Output):
    """A page of sessions, newest first; `total` only when `count=true`."""

    items: list[Session]
    next_cursor: str | None
    total: Total = None


class NewToken(Input):
    """A token to be made; `customer_ids` narrows it to some of one's customer numbers."""

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    customer_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)] | None = None
    expires_on: Day = Field(description="The last day, in UTC.")


class Token(Output):
    """An API token, without its secret."""

    id: UUID
    name: str
    scopes: list[Scope]
    customer_ids: list[UUID] | None
    expires_on: date
    created_at: datetime
    last_used_at: datetime | None


class CreatedToken(Token):
    """A token that has just been made, with its text: it is shown this once."""

    token: str


class TokenPage(Output):
    """A page of tokens, newest first; `total` only when `count=true`."""

    items: list[Token]
    next_cursor: str | None
    total: Total = None


class PersonalData(Output):
    """Everything the portal keeps about the user as a person."""

    exported_at: datetime
    profile: dict[str, Any]
    customers: list[dict[str, Any]]
    sessions: list[dict[str, Any]]
    known_devices: list[dict[str, Any]]
    api_tokens: list[dict[str, Any]]
    passkeys: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    notifications: list[dict[str, Any]]
    account_mails: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    paper_requests: list[dict[str, Any]]
    documents_read: list[dict[str, Any]]
    history: list[dict[str, Any]]


class NewPasskey(Input):
    """The challenge given with the options, a name, and the browser's credential as JSON."""

    challenge: Annotated[str, StringConstraints(max_length=4096), BeforeValidator(storable)]
    name: Name
    credential: NewCredential


class PasskeyCreation(Output):
    """What `navigator.credentials.create` takes as `publicKey`, in its JSON form."""

    challenge: str
    public_key: dict[str, Any]


class Passkey(Output):
    """A passkey of the user."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class PasskeyPage(Output):
    """A page of passkeys, newest first; `total` only when `count=true`."""

    items: list[Passkey]
    next_cursor: str | None
    total: Total = None
