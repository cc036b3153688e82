"""What browsers send for passkeys: WebAuthn level 3's JSON, whose names are camelCase.

Fields beyond these are refused like everywhere; binary values are base64url.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from api.core.schema import Input, storable

Base64Url = Annotated[str, StringConstraints(max_length=10_000), BeforeValidator(storable)]
Word = Annotated[str, StringConstraints(max_length=50), BeforeValidator(storable)]


class _Credential(Input):
    id: Base64Url
    rawId: Base64Url  # noqa: N815
    type: Literal["public-key"]
    authenticatorAttachment: Word | None = None  # noqa: N815
    clientExtensionResults: dict[str, Any] = Field(default_factory=dict)  # noqa: N815


class Attestation(Input):
    """What a new passkey answers."""

    clientDataJSON: Base64Url  # noqa: N815
    attestationObject: Base64Url  # noqa: N815
    authenticatorData: Base64Url | None = None  # noqa: N815
    transports: list[Word] = Field(default_factory=list, max_length=20)
    publicKey: Base64Url | None = None  # noqa: N815
    publicKeyAlgorithm: int | None = None  # noqa: N815


class Assertion(Input):
    """What a passkey answers when it signs in."""

    clientDataJSON: Base64Url  # noqa: N815
    authenticatorData: Base64Url  # noqa: N815
    signature: Base64Url
    userHandle: Base64Url | None = None  # noqa: N815


class NewCredential(_Credential):
    """The JSON of what `navigator.credentials.create` gives."""

    response: Attestation


class UsedCredential(_Credential):
    """The JSON of what `navigator.credentials.get` gives."""

    response: Assertion
