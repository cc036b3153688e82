"""A large object written part by part, of unknown size, with little memory."""

import asyncio
import hashlib
from collections import deque
from typing import TYPE_CHECKING

from api.storage.direct import Direct
from api.storage.objects import StoredObject

if TYPE_CHECKING:
    from api.storage.client import Client

# S3 wants at least 5 MiB per part and takes 10,000 of them.
SMALLEST_PART = 6 * 1024 * 1024
MOST_PARTS = 9_000
PARTS_IN_FLIGHT = 2


class Upload:
    """A multipart upload: `write` what comes, then `complete` it or `abort`.

    Until it is complete there is no object; what an upload left open has written takes space but
    is nobody's, and is cleared away by its key.
    """

    def __init__(self, client: "Client", direct: Direct, key: str, expected: int) -> None:
        self._client, self._direct = client, direct
        self.key = key
        self.size = 0
        self._part_size = max(SMALLEST_PART, expected // MOST_PARTS)
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self._sending: deque[asyncio.Task[str]] = deque()
        self._tags: list[str] = []
        self._upload_id = ""

    async def start(self, media_type: str) -> None:
        """Open the upload."""
        self._upload_id = await self._client.create_upload(self.key, media_type)

    async def write(self, data: bytes) -> None:
        """Add bytes; waits while two parts are on their way."""
        self._buffer += data
        self.size += len(data)
        while len(self._buffer) >= self._part_size:
            part = bytes(memoryview(self._buffer)[: self._part_size])
            del self._buffer[: self._part_size]
            await self._send(part)

    async def _send(self, part: bytes) -> None:
        if len(self._sending) == PARTS_IN_FLIGHT:
            self._tags.append(await self._sending.popleft())
        await asyncio.to_thread(self._digest.update, part)
        number = len(self._tags) + len(self._sending) + 1
        sending = self._direct.put_part(self.key, self._upload_id, number, part)
        self._sending.append(asyncio.create_task(sending))

    async def complete(self) -> StoredObject:
        """Write what is left and make the object."""
        await self._send(bytes(self._buffer))
        self._buffer.clear()
        while self._sending:
            self._tags.append(await self._sending.popleft())
        await self._client.complete_upload(self.key, self._upload_id, self._tags)
        return StoredObject(self.key, self.size, self._digest.digest())

    async def abort(self) -> None:
        """Drop what was written."""
        for sending in self._sending:
            sending.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        self._sending.clear()
        if self._upload_id:
            await self._client.abort_upload(self.key, self._upload_id)
