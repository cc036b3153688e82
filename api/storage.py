"""Files in S3, under keys of our own, checked by SHA-256 when they are read (D4)."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import aioboto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import add_expect_header

from api.core.http import ByteRange
from api.core.settings import Settings

CHUNK = 64 * 1024
# Up to this size a file is checked as a whole before its first byte leaves, ranges included.
BUFFERED = 4 * 1024 * 1024
TIMEOUT_SECONDS = 10
MISSING = {"404", "NoSuchKey", "NotFound"}


class StorageUnavailable(OSError):
    """The S3 server is away, slow or refuses."""


class DamagedObject(OSError):
    """What S3 returned is not what was stored."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object and what must be true of its bytes."""

    key: str
    size: int
    sha256: bytes


def document_key(document_id: UUID, kind: str) -> str:
    """The key of a document's file; nothing a publisher sent is part of it."""
    return f"documents/{document_id}/{kind}"


class Storage:
    """The bucket. Open it as a context manager; one client serves the process."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.s3_bucket
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
        async with _Guarded():
            await self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=media_type
            )
        return StoredObject(key, len(data), hashlib.sha256(data).digest())

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        async with _Guarded():
            await self._client.delete_object(Bucket=self._bucket, Key=key)

    async def ready(self) -> None:
        """Raise `StorageUnavailable` unless the bucket answers."""
        async with _Guarded():
            await self._client.head_bucket(Bucket=self._bucket)

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
        async with _Guarded():
            answer = await self._client.get_object(Bucket=self._bucket, Key=key, **options)
        async with answer["Body"] as body:
            while True:
                async with _Guarded():
                    chunk = await body.content.read(CHUNK)
                if not chunk:
                    return
                yield chunk

    async def keys(self, prefix: str) -> AsyncIterator[tuple[str, Any]]:
        """Every key below a prefix with the time it was written, in key order."""
        pages = self._client.get_paginator("list_objects_v2")
        async for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"], entry["LastModified"]


class _Guarded:
    """Bounds one S3 call in time and gives its failures our names."""

    async def __aenter__(self) -> None:
        self._timeout = asyncio.timeout(TIMEOUT_SECONDS)
        await self._timeout.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError as late:
            raise StorageUnavailable("S3 did not answer in time") from late
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in MISSING:
            raise DamagedObject("a stored object is missing") from error
        if isinstance(error, ClientError | BotoCoreError | OSError):
            raise StorageUnavailable(type(error).__name__) from error
