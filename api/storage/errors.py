"""What can go wrong with S3, in our own words."""

import asyncio
from types import TracebackType

from aiohttp import ClientError

TIMEOUT_SECONDS = 10


class StorageUnavailable(OSError):
    """The S3 server is away, slow or refuses."""


class DamagedObject(OSError):
    """What S3 returned is not what was stored."""


class Guarded:
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
        if isinstance(error, StorageUnavailable | DamagedObject):
            return
        if isinstance(error, ClientError | OSError):
            raise StorageUnavailable(type(error).__name__) from error
