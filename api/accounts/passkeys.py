"""Passkeys (WebAuthn level 3): what registering and signing in share.

Their challenges need no row until they are used: the token carries an id, from which the nonce that
the authenticator signs is derived; using it writes the id down, once.
"""

from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.core import challenge_tokens, errors
from api.core.challenge_tokens import Claims
from api.core.crypto import derived_token
from api.core.database import new_id
from api.core.errors import Problem
from api.core.settings import Settings
from api.models import SignInChallenge

PasskeyPurpose = Literal["passkey", "passkey_registration"]
LASTS = timedelta(minutes=5)


def relying_party_id(settings: Settings) -> str:
    """The domain that passkeys are bound to: the host of the configured origin."""
    return urlsplit(settings.public_url).hostname or ""


def begin(settings: Settings, purpose: PasskeyPurpose, user_id: UUID | None) -> tuple[str, bytes]:
    """A token, and the nonce that the authenticator has to sign."""
    secret, challenge_id = settings.secret_key.get_secret_value(), new_id()
    token = challenge_tokens.issue(secret, purpose, challenge_id, user_id, LASTS)
    return token, _nonce(secret, challenge_id)


async def finish(
    session: AsyncSession, settings: Settings, purpose: PasskeyPurpose, token: str
) -> tuple[Claims, bytes]:
    """Use a token up and return what was to be signed; raises `INVALID_CHALLENGE`."""
    secret = settings.secret_key.get_secret_value()
    claims = challenge_tokens.read(secret, purpose, token)
    if claims is None:
        raise Problem(errors.INVALID_CHALLENGE)
    used = await session.scalar(
        upsert(SignInChallenge)
        .values(
            id=claims.id,
            user_id=claims.user_id,
            purpose=purpose,
            expires_at=func.now() + LASTS,
            consumed_at=func.now(),
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(SignInChallenge.id)
    )
    if used is None:
        raise Problem(errors.INVALID_CHALLENGE)
    return claims, _nonce(secret, claims.id)


def _nonce(secret: str, challenge_id: UUID) -> bytes:
    return derived_token(secret, "passkey-nonce", str(challenge_id)).encode()
