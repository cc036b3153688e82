"""Passkeys in the profile: registered, listed and removed."""

import json
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from api.access import Principal
from api.accounts import mails, passkeys
from api.accounts.webauthn_json import NewCredential
from api.audit import record
from api.core import errors
from api.core.database import new_id
from api.core.errors import Problem
from api.core.settings import Settings
from api.me.schemas import NewPasskey, Passkey, PasskeyCreation
from api.models import Passkey as PasskeyRow

MAX_PASSKEYS = 20


async def offer_registration(
    session: AsyncSession, settings: Settings, principal: Principal
) -> PasskeyCreation:
    """What the browser needs to make a passkey; raises `CONFLICT` beyond twenty."""
    known = list(
        await session.scalars(
            select(PasskeyRow.credential_id).where(PasskeyRow.user_id == principal.user_id)
        )
    )
    if len(known) >= MAX_PASSKEYS:
        raise Problem(errors.CONFLICT)
    token, nonce = passkeys.begin(settings, "passkey_registration", principal.user_id)
    options = generate_registration_options(
        rp_id=passkeys.relying_party_id(settings),
        rp_name=settings.issuer.name,
        user_id=principal.user_id.bytes,
        user_name=principal.email,
        user_display_name=principal.display_name,
        challenge=nonce,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=known_id) for known_id in known],
    )
    return PasskeyCreation(challenge=token, public_key=json.loads(options_to_json(options)))


async def register(
    session: AsyncSession, settings: Settings, principal: Principal, wanted: NewPasskey
) -> Passkey:
    """Keep the public key of a new passkey; raises `PASSKEY_REFUSED` when it does not verify."""
    try:
        claims, nonce = await passkeys.finish(
            session, settings, "passkey_registration", wanted.challenge
        )
    except Problem as problem:
        raise Problem(errors.PASSKEY_REFUSED) from problem
    if claims.user_id != principal.user_id:
        raise Problem(errors.PASSKEY_REFUSED)
    verified = _verify(settings, wanted.credential, nonce)
    taken = await session.scalar(
        select(PasskeyRow.id).where(PasskeyRow.credential_id == verified.credential_id)
    )
    if taken is not None:
        raise Problem(errors.PASSKEY_REFUSED)
    passkey_id = new_id()
    await session.execute(
        insert(PasskeyRow).values(
            id=passkey_id,
            user_id=principal.user_id,
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            name=wanted.name,
        )
    )
    user = await mails.find_user(session, principal.user_id)
    await mails.announce(session, user, "passkey_added", name=wanted.name)
    await record(session, "passkey_added", actor=principal, detail={"name": wanted.name})
    return Passkey.model_validate(await session.get_one(PasskeyRow, passkey_id))


def _verify(settings: Settings, credential: NewCredential, nonce: bytes) -> VerifiedRegistration:
    try:
        return verify_registration_response(
            credential=credential.model_dump(),
            expected_challenge=nonce,
            expected_rp_id=passkeys.relying_party_id(settings),
            expected_origin=settings.public_url,
            require_user_verification=True,
        )
    except Exception as error:
        # The library parses CBOR, COSE and JSON of strangers, each with errors of its own.
        raise Problem(errors.PASSKEY_REFUSED) from error


async def remove(session: AsyncSession, principal: Principal, passkey_id: UUID) -> None:
    """Forget a passkey; raises `NOT_FOUND` for another's."""
    name = await session.scalar(
        delete(PasskeyRow)
        .where(PasskeyRow.id == passkey_id, PasskeyRow.user_id == principal.user_id)
        .returning(PasskeyRow.name)
    )
    if name is None:
        raise Problem(errors.NOT_FOUND)
    user = await mails.find_user(session, principal.user_id)
    await mails.announce(session, user, "passkey_removed", name=name)
    await record(session, "passkey_removed", actor=principal, detail={"name": name})
