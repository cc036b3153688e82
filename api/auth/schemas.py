"""What the sign-in routes take and give."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from api.accounts.webauthn_json import UsedCredential
from api.core.schema import Input, Output, Text, storable
from api.me.schemas import Code, Me, Password

EmailText = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=320)]
ChallengeToken = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=4096)]
MailedToken = Annotated[str, BeforeValidator(storable), StringConstraints(max_length=200)]
Method = Literal["totp", "recovery_email", "passkey"]


class SignIn(Input):
    """An address and a password."""

    email: EmailText
    password: Password


class SignedIn(Output):
    """Signed in: the cookie is in the headers."""

    state: Literal["signed_in"]
    user: Me


class MfaRequired(Output):
    """The password was right; a second factor is needed. There is no cookie yet."""

    state: Literal["mfa_required"]
    challenge: str
    methods: list[Method]


class ChallengeOnly(Input):
    """The challenge of a half sign-in."""

    challenge: ChallengeToken


class ChallengeCode(Input):
    """The challenge of a half sign-in, and a code."""

    challenge: ChallengeToken
    code: Code


class RecoverySent(Output):
    """Where the code went, masked.

    With `confirm_origin` it went to the main mailbox, because the password was renewed through the
    recovery mailbox less than 72 hours ago; it is for `/auth/mfa/recovery/confirm-origin`.
    """

    sent_to: str
    confirm_origin: bool


class RecoverySeed(Output):
    """A new secret for the app; the challenge only serves to confirm it."""

    challenge: str
    secret: str
    otpauth_uri: str
    qr_svg: str


class StepUp(Input):
    """The password once more, and a code of the app when MFA is on."""

    password: Password
    code: Code | None = None


class ForAddress(Input):
    """An address that may or may not be known; the answer never tells."""

    email: EmailText


class PasswordReset(Input):
    """A mailed token and the password chosen with it."""

    token: MailedToken
    password: Password


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
    main_contact_of: str | None = Field(
        description="The customer number whose main contact one becomes by accepting."
    )
    expires_at: datetime


class PasskeyStart(Input):
    """With the challenge of a half sign-in the passkey is its second factor."""

    challenge: ChallengeToken | None = None


class PasskeyOptions(Output):
    """What `navigator.credentials.get` takes as `publicKey`, in its JSON form."""

    challenge: str
    public_key: dict[str, Any]


class PasskeyProof(Input):
    """The challenge given with the options, and the browser's credential in its JSON form."""

    challenge: ChallengeToken
    credential: UsedCredential
