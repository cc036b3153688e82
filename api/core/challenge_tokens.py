"""Signed tokens of half sign-ins: the one place that knows python-jose.

python-jose 3.5 accepts tokens without `aud` or `exp`, matches a string of algorithms by substring
and dies of nested headers. So: one algorithm, a key per purpose, every claim required, a cap on the
size, and whatever goes wrong is simply no token. The `jti` names a row that is used up once.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from jose import jwt

from api.core.crypto import derived_key

Purpose = Literal["mfa", "recover", "passkey", "passkey_registration"]
ALGORITHM = "HS256"
ISSUER = "i-portal"
MAX_BYTES = 2048
REQUIRED = {f"require_{claim}": True for claim in ("exp", "iat", "aud", "iss", "sub", "jti")}
# Who the token is about before anybody is known, as with a passkey.
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says once its signature, purpose and time have been checked."""

    id: UUID
    user_id: UUID | None


def issue(
    secret: str, purpose: Purpose, challenge_id: UUID, user_id: UUID | None, lasts: timedelta
) -> str:
    """A token for a challenge; `lasts` is its outer limit, the row may end sooner."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": purpose,
        "sub": str(user_id) if user_id else NOBODY,
        "jti": str(challenge_id),
        "iat": now,
        "exp": now + int(lasts.total_seconds()),
    }
    token: str = jwt.encode(claims, _key(secret, purpose), algorithm=ALGORITHM)
    return token


def read(secret: str, purpose: Purpose, token: str) -> Claims | None:
    """What a token says; None when it is not ours, for another purpose, or over."""
    if len(token) > MAX_BYTES or not token.isascii():
        return None
    try:
        claims = jwt.decode(
            token,
            _key(secret, purpose),
            algorithms=[ALGORITHM],
            audience=purpose,
            issuer=ISSUER,
            options=REQUIRED,
        )
        subject = claims["sub"]
        return Claims(UUID(claims["jti"]), None if subject == NOBODY else UUID(subject))
    except Exception:
        # Besides its own errors, python-jose lets RecursionError, KeyError and more through.
        return None


def _key(secret: str, purpose: Purpose) -> bytes:
    return derived_key(secret, f"challenge/{purpose}")
