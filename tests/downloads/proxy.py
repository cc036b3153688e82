"""A small TCP proxy before S3 that is slow, busy, cuts answers short or changes them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CHUNK = 16 * 1024


@dataclass(slots=True)
class Proxy:
    """How the way to S3 is; counters count down with every answer they spoil."""

    target: tuple[str, int]
    url: str = ""
    bytes_per_second: float | None = None
    busy: int = 0
    cuts: int = 0
    flips: int = 0
    spoiled: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        if task is not None:
            self.tasks.add(task)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            if self.busy > 0:
                self.busy -= 1
                self.spoiled += 1
                await reader.readuntil(b"\r\n\r\n")
                writer.write(BUSY)
                await writer.drain()
            else:
                upstream, downstream = await asyncio.open_connection(*self.target)
                try:
                    await asyncio.gather(
                        self._copy(reader, downstream), self._copy(upstream, writer, answers=True)
                    )
                finally:
                    downstream.close()
        writer.close()

    async def _copy(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        while data := await source.read(CHUNK):
            if answers and len(data) == CHUNK:
                if self.cuts > 0:
                    self.cuts -= 1
                    self.spoiled += 1
                    sink.write(data[: CHUNK // 2])
                    await sink.drain()
                    sink.close()
                    return
                if self.flips > 0:
                    self.flips -= 1
                    self.spoiled += 1
                    data = data[:-1] + bytes([data[-1] ^ 1])
            if self.bytes_per_second is not None:
                await asyncio.sleep(len(data) / self.bytes_per_second)
            sink.write(data)
            await sink.drain()
        sink.close()


@contextlib.asynccontextmanager
async def proxied(endpoint: str) -> AsyncIterator[Proxy]:
    """A proxy before this S3 endpoint."""
    parts = urlsplit(endpoint)
    proxy = Proxy((parts.hostname or "", parts.port or 80))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy.url = f"http://127.0.0.1:{port}"
    try:
        yield proxy
    finally:
        server.close()
        for task in proxy.tasks:
            task.cancel()
        await asyncio.gather(*proxy.tasks, return_exceptions=True)
