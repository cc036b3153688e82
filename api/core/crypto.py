"""Random tokens, keys derived per purpose, and comparisons that take constant time."""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN_BYTES = 32
NONCE_BYTES = 12


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


def seal(secret: str, purpose: str, owner: str, plaintext: bytes) -> bytes:
    """Encrypt with AES-256-GCM, bound to its owner: in another's row it cannot be opened (M4)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(derived_key(secret, purpose))
    return nonce + cipher.encrypt(nonce, plaintext, owner.encode())


def unseal(secret: str, purpose: str, owner: str, sealed: bytes) -> bytes | None:
    """Decrypt what `seal` made for this owner; None when it was made for another or changed."""
    cipher = AESGCM(derived_key(secret, purpose))
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner.encode())
    except InvalidTag:
        return None


def signature(secret: str, purpose: str, text: str) -> str:
    """What shows that a text was made by us for this purpose."""
    return derived_token(secret, purpose, text)
