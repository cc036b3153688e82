"""Secrets and signatures as Standard Webhooks 1.0 asks for them (standardwebhooks.com)."""

import base64
import hmac
import secrets
from uuid import UUID

from api.core.crypto import seal, unseal
from api.core.settings import Settings

PREFIX = "whsec_"
# The specification asks for 24 to 64.
SECRET_BYTES = 32
PURPOSE = "webhook-secret"


def new_secret() -> bytes:
    """The key of one webhook's signatures."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """A secret as the receiver is given it, once."""
    return PREFIX + base64.b64encode(secret).decode()


def seal_secret(settings: Settings, webhook_id: UUID, secret: bytes) -> bytes:
    """The secret as it is kept: encrypted, and of no use in another webhook's row (M4)."""
    return seal(settings.secret_key.get_secret_value(), PURPOSE, str(webhook_id), secret)


def open_secret(settings: Settings, webhook_id: UUID, sealed: bytes) -> bytes | None:
    """The secret that was kept; None when it was sealed with another `IPORTAL_SECRET_KEY`."""
    return unseal(settings.secret_key.get_secret_value(), PURPOSE, str(webhook_id), sealed)


def signed_headers(secret: bytes, message_id: UUID, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers by which the receiver knows that a message is ours, and how old it is."""
    content = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
