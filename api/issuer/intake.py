"""The way of a document in: checked in a process of limited memory and time, stored, published."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from api.core.processes import Processes
from api.issuer.checking import Checks
from api.issuer.files import SealingFileMaker
from api.issuer.publishing import ORDINARY, Options, Publication, Publisher, publish
from api.issuer.reading import Upload, read_upload
from api.storage import Storage

MEGABYTE = 2**20
MOST_BYTES_AT_ONCE = 64 * MEGABYTE
SECONDS_IN_LINE = 20.0


@dataclass(frozen=True, slots=True)
class Intake:
    """What takes documents in for one publisher."""

    processes: Processes
    storage: Storage
    maker: SealingFileMaker
    checks: Checks
    publisher: Publisher

    async def take(self, upload: Upload, options: Options = ORDINARY) -> Publication:
        """Check and publish an upload; raises `Problem`."""
        draft = await read_upload(self.processes, upload, self.checks, self.maker.sealing)
        return await publish(self.publisher, self.storage, self.maker, upload, draft, options)


class Room:
    """Keeps the uploads that are in memory at once to so many bytes; the rest waits on disk."""

    def __init__(self, most: int = MOST_BYTES_AT_ONCE) -> None:
        self._most = most
        self._held = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def hold(self, size: int) -> AsyncIterator[None]:
        """Room for an upload; one that is larger than all there is has it to itself.

        Raises `TimeoutError` after 20 seconds in line.
        """
        size = min(size, self._most)
        async with asyncio.timeout(SECONDS_IN_LINE), self._changed:
            await self._changed.wait_for(lambda: self._held + size <= self._most)
            self._held += size
        try:
            yield
        finally:
            async with self._changed:
                self._held -= size
                self._changed.notify_all()
