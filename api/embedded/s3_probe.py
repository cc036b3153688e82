"""One signed request to the S3 store, by hand: enough to ask whether it is ready."""

import asyncio
import hashlib
import hmac
from datetime import UTC, datetime

REGION = "us-east-1"
SIGNED = "host;x-amz-content-sha256;x-amz-date"


async def signed_request(
    port: int, access_key: str, secret_key: str, method: str, path: str, body: bytes
) -> int:
    """Send a request, signed (AWS signature version 4); return the status of the answer."""
    host = f"127.0.0.1:{port}"
    digest = hashlib.sha256(body).hexdigest()
    headers = {
        "Host": host,
        "Connection": "close",
        "Content-Length": str(len(body)),
        **_signature(host, access_key, secret_key, method, path, digest),
    }
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        status_line = (await reader.readline()).split()
    finally:
        writer.close()
    return int(status_line[1]) if len(status_line) > 1 else 0


def _signature(
    host: str, access_key: str, secret_key: str, method: str, path: str, digest: str
) -> dict[str, str]:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{REGION}/s3/aws4_request"
    request = "\n".join(
        [
            *(method, path, ""),
            *(f"host:{host}", f"x-amz-content-sha256:{digest}", f"x-amz-date:{now}", ""),
            *(SIGNED, digest),
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
        "x-amz-content-sha256": digest,
        "x-amz-date": now,
        "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={SIGNED}, "
        f"Signature={signature}",
    }
