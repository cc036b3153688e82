"""Signing in with a passkey: by itself, or as the second factor after the password.

There is no throttling: what a passkey signs cannot be guessed, and each challenge serves once.
"""

import json

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_authentication_options,
    options_to_json,
    verify_authentication_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from api.accounts import passkeys
from api.accounts.challenges import find_challenge
from api.accounts.webauthn_json import UsedCredential
from api.auth.schemas import PasskeyOptions
from api.auth.signing_in import active_user
from api.core import errors
from api.core.errors import Problem
from api.core.settings import Settings
from api.models import Passkey, User


async def offer_sign_in(
    session: AsyncSession, settings: Settings, half: str | None
) -> PasskeyOptions:
    """What the browser needs to sign in with a passkey.

    After a half sign-in only that user's passkeys will do; without one, any, and the authenticator
    has to verify the user, since it then stands for the password as well.
    """
    user_id, allowed = None, []
    if half is not None:
        user_id = (await find_challenge(session, settings, "mfa", half)).user_id
        allowed = list(
            await session.scalars(select(Passkey.credential_id).where(Passkey.user_id == user_id))
        )
    token, nonce = passkeys.begin(settings, "passkey", user_id)
    options = generate_authentication_options(
        rp_id=passkeys.relying_party_id(settings),
        challenge=nonce,
        allow_credentials=[PublicKeyCredentialDescriptor(id=known) for known in allowed],
        user_verification=UserVerificationRequirement.PREFERRED
        if user_id
        else UserVerificationRequirement.REQUIRED,
    )
    return PasskeyOptions(challenge=token, public_key=json.loads(options_to_json(options)))


async def accept_passkey(
    session: AsyncSession, settings: Settings, token: str, credential: UsedCredential
) -> User:
    """The user whose passkey signed; raises `INVALID_PASSKEY` or `INVALID_CHALLENGE`."""
    claims, nonce = await passkeys.finish(session, settings, "passkey", token)
    passkey = await session.scalar(
        select(Passkey).where(Passkey.credential_id == _credential_id(credential)).with_for_update()
    )
    if passkey is None or (claims.user_id is not None and passkey.user_id != claims.user_id):
        raise Problem(errors.INVALID_PASSKEY)
    sign_count = _verify(settings, passkey, credential, nonce, verified_user=claims.user_id is None)
    await session.execute(
        update(Passkey)
        .where(Passkey.id == passkey.id)
        .values(sign_count=sign_count, last_used_at=func.now())
    )
    return await active_user(session, passkey.user_id)


def _credential_id(credential: UsedCredential) -> bytes:
    try:
        return base64url_to_bytes(credential.rawId)
    except (ValueError, UnicodeError) as error:
        raise Problem(errors.INVALID_PASSKEY) from error


def _verify(
    settings: Settings,
    passkey: Passkey,
    credential: UsedCredential,
    nonce: bytes,
    *,
    verified_user: bool,
) -> int:
    """The authenticator's new counter; one that went back tells of a copied passkey."""
    try:
        verified = verify_authentication_response(
            credential=credential.model_dump(),
            expected_challenge=nonce,
            expected_rp_id=passkeys.relying_party_id(settings),
            expected_origin=settings.public_url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=verified_user,
        )
    except Exception as error:
        # The library parses CBOR and JSON of strangers, each with errors of its own.
        raise Problem(errors.INVALID_PASSKEY) from error
    return verified.new_sign_count
