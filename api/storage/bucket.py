"""The bucket: what is put into it, streamed from it and cleared away."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import aioboto3
from botocore.config import Config
from botocore.handlers import add_expect_header

from api.core.http import ByteRange
from api.core.settings import Settings
from api.storage.direct import Direct
from api.storage.errors import TIMEOUT_SECONDS, DamagedObject, Guarded
from api.storage.objects import StoredObject
from api.storage.upload import Upload

CHUNK = 64 * 1024
# Up to this size a file is checked as a whole before its first byte leaves, ranges included.
BUFFERED = 4 * 1024 * 1024


class Storage:
    """The bucket. Open it as a context manager; one client serves the process."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
        self._direct = Direct(settings)
        self._stack = AsyncExitStack()
        self._options: dict[str, Any] = {
            "endpoint_url": settings.s3_endpoint_url,
            "aws_access_key_id": settings.s3_access_key_id,
            "aws_secret_access_key": settings.s3_secret_access_key.get_secret_value(),
            "region_name": settings.s3_region,
            "config": Config(
                connect_timeout=3,
                read_timeout=TIMEOUT_SECONDS,
                retries={"max_attempts": 2, "mode": "standard"},
                max_pool_connections=32,
                s3={"addressing_style": "path"},
                # S3-compatible servers do not all know the newer default checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }

    async def __aenter__(self) -> Self:
        session = aioboto3.Session()
        self._client: Any = await self._stack.enter_async_context(
            session.client("s3", **self._options)
        )
        # Waiting for `100 Continue` hangs for ever when a server refuses before sending it.
        self._client.meta.events.unregister("before-call.s3", add_expect_header)
        await self._stack.enter_async_context(self._direct)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def put(self, key: str, data: bytes, media_type: str) -> StoredObject:
        """Store bytes; raises `StorageUnavailable`, and then nothing counts as stored."""
        digest = hashlib.sha256(data)
        # One limit for all tries together: whoever publishes waits for this.
        async with Guarded():
            await self._direct.put(key, data, digest.hexdigest(), media_type)
        return StoredObject(key, len(data), digest.digest())

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        async with Guarded():
            await self._client.delete_object(Bucket=self._bucket, Key=key)

    async def ready(self) -> None:
        """Raise `StorageUnavailable` unless the bucket answers."""
        async with Guarded():
            await self._client.head_bucket(Bucket=self._bucket)

    async def fetch(self, stored: StoredObject) -> bytes:
        """A whole small file, checked: the fast way when there are many, with several attempts."""
        return await self._direct.fetch(stored)

    async def start_upload(self, key: str, media_type: str, expected: int) -> Upload:
        """Begin an object of about the expected size, written part by part."""
        upload = Upload(self._client, self._direct, self._bucket, key, expected)
        await upload.start(media_type)
        return upload

    async def open_uploads(self, prefix: str) -> AsyncIterator[tuple[str, str]]:
        """The key and id of every upload below a prefix that was begun and not completed."""
        pages = self._client.get_paginator("list_multipart_uploads")
        async for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for entry in page.get("Uploads", []):
                yield entry["Key"], entry["UploadId"]

    async def abort_upload(self, key: str, upload_id: str) -> None:
        """Drop an upload that nobody will complete."""
        async with Guarded():
            await self._client.abort_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload_id
            )

    async def read(self, stored: StoredObject) -> bytes:
        """A whole small file, checked."""
        return b"".join([chunk async for chunk in self.stream(stored)])

    async def stream(
        self, stored: StoredObject, wanted: ByteRange | None = None
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of an object, or of a range of it.

        The last chunk of a whole file is held back until its SHA-256 has been compared, so a
        damaged object ends in a broken transfer, never in a file that looks complete (F9).
        """
        if wanted is None or stored.size <= BUFFERED:
            data = self._checked(stored)
            if wanted is None:
                async for chunk in data:
                    yield chunk
            else:
                whole = b"".join([chunk async for chunk in data])
                yield whole[wanted.start : wanted.end + 1]
            return
        received = 0
        async for chunk in self._chunks(stored.key, f"bytes={wanted.start}-{wanted.end}"):
            received += len(chunk)
            yield chunk
        if received != wanted.length:
            raise DamagedObject(stored.key)

    async def _checked(self, stored: StoredObject) -> AsyncIterator[bytes]:
        digest, received, held = hashlib.sha256(), 0, b""
        async for chunk in self._chunks(stored.key, None):
            digest.update(chunk)
            received += len(chunk)
            if held:
                yield held
            held = chunk
        if received != stored.size or digest.digest() != stored.sha256:
            raise DamagedObject(stored.key)
        yield held

    async def _chunks(self, key: str, byte_range: str | None) -> AsyncIterator[bytes]:
        options = {"Range": byte_range} if byte_range else {}
        async with Guarded():
            answer = await self._client.get_object(Bucket=self._bucket, Key=key, **options)
        async with answer["Body"] as body:
            while True:
                # Whole chunks, each in time: bytes that drip in never exceed a limit per read (F8).
                chunk = bytearray()
                async with Guarded():
                    while len(chunk) < CHUNK and (more := await body.content.read(CHUNK)):
                        chunk += more
                if not chunk:
                    return
                yield bytes(chunk)

    async def keys(self, prefix: str) -> AsyncIterator[tuple[str, Any]]:
        """Every key below a prefix with the time it was written, in key order."""
        pages = self._client.get_paginator("list_objects_v2")
        async for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"], entry["LastModified"]
