"""Random tokens, keys derived per purpose, and comparisons that take constant time."""

import base64
import hashlib
import hmac
import secrets

TOKEN_BYTES = 32


def random_token() -> str:
    """A URL-safe token of 256 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What is stored instead of a token: its SHA-256, enough for 256-bit random input."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def derived_key(secret: str, purpose: str) -> bytes:
    """A 256-bit key for one purpose, so that no two uses share a key (RFC 5869, one block)."""
    return hmac.digest(secret.encode(), b"i-portal/" + purpose.encode() + b"\x01", "sha256")


def derived_token(secret: str, purpose: str, subject: str) -> str:
    """The token of one row, the same each time it is asked for.

    A mail that has to be sent again then carries the same link, while the database keeps only the
    token's hash.
    """
    digest = hmac.digest(derived_key(secret, purpose), subject.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
