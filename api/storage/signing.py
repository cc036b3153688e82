"""Signatures of S3 requests (AWS signature version 4), where botocore's are too slow.

Preparing and signing one request takes botocore 0.3 ms, which bounds what can be read of many small
objects; this takes 0.02 ms. It knows just what `direct.py` sends: a path, a query, a body's digest.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

SIGNED = "host;x-amz-content-sha256;x-amz-date"
EMPTY = hashlib.sha256(b"").hexdigest()


class Signer:
    """Signs requests to one host with one key; the day's signing key is kept."""

    def __init__(self, host: str, region: str, access_key: str, secret_key: str) -> None:
        self._host, self._region = host, region
        self._access_key, self._secret_key = access_key, secret_key
        self._day, self._key = "", b""

    def headers(
        self, method: str, path: str, query: Mapping[str, str], digest: str = EMPTY
    ) -> dict[str, str]:
        """The headers that make a request valid; `path` is quoted already."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/{self._region}/s3/aws4_request"
        request = (
            f"{method}\n{path}\n{canonical_query(query)}\n"
            f"host:{self._host}\nx-amz-content-sha256:{digest}\nx-amz-date:{now}\n\n"
            f"{SIGNED}\n{digest}"
        )
        hashed = hashlib.sha256(request.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashed}"
        signature = hmac.digest(self._key_of(now[:8]), text.encode(), "sha256").hex()
        return {
            "x-amz-content-sha256": digest,
            "x-amz-date": now,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={self._access_key}/{scope}, "
            f"SignedHeaders={SIGNED}, Signature={signature}",
        }

    def _key_of(self, day: str) -> bytes:
        if day != self._day:
            key = f"AWS4{self._secret_key}".encode()
            for part in (day, self._region, "s3", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._day, self._key = day, key
        return self._key


def canonical_query(query: Mapping[str, str]) -> str:
    """The query as it is signed and sent: sorted, everything but unreserved characters quoted."""
    return "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in sorted(query.items()))
