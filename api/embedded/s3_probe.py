"""One signed request to the S3 store, by hand: enough to ask whether it is ready."""

import asyncio
import hashlib
import hmac
from datetime import UTC, datetime

REGION = "us-east-1"
EMPTY = hashlib.sha256(b"").hexdigest()
SIGNED = "host;x-amz-content-sha256;x-amz-date"


async def signed_request(
    port: int, access_key: str, secret_key: str, method: str, path: str
) -> int:
    """Send a request without a body, signed (AWS signature version 4); return the status."""
    host = f"127.0.0.1:{port}"
    headers = _signed_headers(host, access_key, secret_key, method, path)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        status_line = (await reader.readline()).split()
    finally:
        writer.close()
    return int(status_line[1]) if len(status_line) > 1 else 0


def _signed_headers(
    host: str, access_key: str, secret_key: str, method: str, path: str
) -> dict[str, str]:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{REGION}/s3/aws4_request"
    request = "\n".join(
        [
            *(method, path, ""),
            *(f"host:{host}", f"x-amz-content-sha256:{EMPTY}", f"x-amz-date:{now}", ""),
            *(SIGNED, EMPTY),
        ]
    )
    hashed = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashed}"
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"Credential={access_key}/{scope}"
    return {
        "Host": host,
        "Connection": "close",
        "Content-Length": "0",
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": now,
        "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={SIGNED}, "
        f"Signature={signature}",
    }
