"""Keyset paging: opaque cursors that are only good where they were given out."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from api.core.crypto import derived_key
from api.core.errors import INVALID_CURSOR, Problem

SIGNATURE_BYTES = 12
MAX_CURSOR_LENGTH = 1000


class CursorCodec:
    """Writes and reads cursors; `context` names the list, its filter, its order and its reader."""

    def __init__(self, secret: str) -> None:
        self._key = derived_key(secret, "cursor")

    def encode(self, context: str, values: list[Any]) -> str:
        """Pack the sort key of a page's last row."""
        payload = json.dumps(values, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._sign(context, payload) + payload).decode().rstrip("=")

    def decode(self, context: str, cursor: str) -> list[Any]:
        """Unpack a cursor, or raise `INVALID_CURSOR` when it was not given out for this list."""
        if len(cursor) > MAX_CURSOR_LENGTH or not cursor.isascii():
            raise Problem(INVALID_CURSOR)
        try:
            packed = base64.b64decode(
                cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True
            )
        except binascii.Error as error:
            raise Problem(INVALID_CURSOR) from error
        signature, payload = packed[:SIGNATURE_BYTES], packed[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(context, payload)):
            raise Problem(INVALID_CURSOR)
        values: list[Any] = json.loads(payload)
        return values

    def _sign(self, context: str, payload: bytes) -> bytes:
        message = hashlib.sha256(context.encode()).digest() + payload
        return hmac.digest(self._key, message, "sha256")[:SIGNATURE_BYTES]
