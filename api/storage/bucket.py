"""The bucket: what is put into it, streamed from it and cleared away."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from api.core.http import ByteRange
from api.core.settings import Settings
from api.storage.direct import Direct
from api.storage.errors import DamagedObject, Guarded
from api.storage.objects import StoredObject
from api.storage.upload import Upload

if TYPE_CHECKING:
    from api.storage.client import Client

CHUNK = 64 * 1024
# Up to this size a file is checked as a whole before its first byte leaves, ranges included.
BUFFERED = 4 * 1024 * 1024
# Readers take files at their own pace; they have connections of their own, so that nobody who
# publishes waits for them.
STREAMS = 32


class Storage:
    """The bucket. Open it as a context manager; one of it serves the process.

    A process that is going to list or make large uploads loads at once what that takes (`lists`).
    """

    def __init__(self, settings: Settings, *, lists: bool = False) -> None:
        self._settings, self._lists = settings, lists
        self._direct = Direct(settings)
        self._streams = Direct(settings, STREAMS)
        self._stack = AsyncExitStack()
        self._loaded: Client | None = None
        self._loading = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._direct)
        await self._stack.enter_async_context(self._streams)
        if self._lists:
            await self._client()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _client(self) -> "Client":
        """What lists and uploads; loaded when first needed (see `client.py`)."""
        async with self._loading:
            if self._loaded is None:
                from api.storage.client import Client  # noqa: PLC0415 - 30 MB

                opened = Client.opened(self._settings)
                self._loaded = await self._stack.enter_async_context(opened)
            return self._loaded

    async def put(self, key: str, data: bytes, media_type: str) -> StoredObject:
        """Store bytes; raises `StorageUnavailable`, and then nothing counts as stored."""
        digest = hashlib.sha256(data)
        # One limit for all tries together: whoever publishes waits for this.
        async with Guarded():
            await self._direct.put(key, data, digest.hexdigest(), media_type)
        return StoredObject(key, len(data), digest.digest())

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        await self._direct.delete(key)

    async def ready(self) -> None:
        """Raise `StorageUnavailable` unless the bucket answers."""
        await self._direct.check()

    async def fetch(self, stored: StoredObject) -> bytes:
        """A whole small file, checked: the fast way when there are many, with several attempts."""
        return await self._direct.fetch(stored)

    async def start_upload(self, key: str, media_type: str, expected: int) -> Upload:
        """Begin an object of about the expected size, written part by part."""
        upload = Upload(await self._client(), self._direct, key, expected)
        await upload.start(media_type)
        return upload

    async def open_uploads(self, prefix: str) -> AsyncIterator[tuple[str, str]]:
        """The key and id of every upload below a prefix that was begun and not completed."""
        async for found in (await self._client()).open_uploads(prefix):
            yield found

    async def abort_upload(self, key: str, upload_id: str) -> None:
        """Drop an upload that nobody will complete."""
        await (await self._client()).abort_upload(key, upload_id)

    async def keys(self, prefix: str) -> AsyncIterator[tuple[str, Any]]:
        """Every key below a prefix with the time it was written, in key order."""
        async for found in (await self._client()).keys(prefix):
            yield found

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
        async with self._streams.opened(key, byte_range) as body:
            while True:
                # Whole chunks, each in time: bytes that drip in never exceed a limit per read (F8).
                chunk = bytearray()
                async with Guarded():
                    while len(chunk) < CHUNK and (more := await body.read(CHUNK)):
                        chunk += more
                if not chunk:
                    return
                yield bytes(chunk)
