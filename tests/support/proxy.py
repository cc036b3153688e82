"""A TCP proxy between the portal and one engine, which does what networks do at their worst."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["pass", "slow", "hang", "refuse", "answer"]
READ_AT_ONCE = 64 * 1024


@dataclass
class Proxy:
    """Passes bytes on until it is told otherwise; every change also holds for open connections.

    - `slow`: holds answers back until told to pass them on again;
    - `hang`: takes what comes and never answers (a black hole);
    - `refuse`: closes every connection at once (the engine is down);
    - `answer`: gives `canned` instead of asking the engine (an HTTP 503, for instance);
    - `cut_after`: when the client has sent these bytes, they still arrive, but the connection is
      closed before an answer comes back; with `armed_by`, only once it has sent those;
    - `answer_limit`: so many bytes of answers come through, then the rest is held back;
    - `drip`: answers come through one byte at a time, with so many seconds between, after
      the first `drip_after`.
    """

    host: str
    target_port: int
    mode: Mode = "pass"
    canned: bytes = b""
    cut_after: bytes | None = None
    armed_by: bytes | None = None
    answer_limit: int | None = None
    drip: float | None = None
    drip_after: int = 0
    alter: Callable[[bytes], bytes] | None = None
    connections: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where the portal should look for the engine."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Listen on loopback."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        """Close everything."""
        assert self._server is not None
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Break every open connection, as a restart of the engine does."""
        for writer in list(self._open):
            with suppress(OSError, RuntimeError):
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        upstream: asyncio.StreamWriter | None = None
        try:
            if self.mode == "refuse":
                return
            if self.mode in ("hang", "answer"):
                await self._without_engine(reader, writer)
                return
            engine, upstream = await asyncio.open_connection(self.host, self.target_port)
            self._open.add(upstream)
            there = asyncio.create_task(self._send(reader, upstream, writer))
            back = asyncio.create_task(self._answer(engine, writer))
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for end in (writer, upstream):
                if end is not None:
                    self._open.discard(end)
                    with suppress(OSError, RuntimeError):
                        end.transport.abort()

    async def _without_engine(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while await reader.read(READ_AT_ONCE):
            if self.mode == "answer":
                writer.write(self.canned)
                await writer.drain()
                return

    async def _send(
        self,
        reader: asyncio.StreamReader,
        upstream: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
    ) -> None:
        while data := await reader.read(READ_AT_ONCE):
            if self.mode == "hang":
                continue
            if self.mode == "answer":
                client.write(self.canned)
                await client.drain()
                return
            upstream.write(data)
            await upstream.drain()
            if self.armed_by is not None and self.armed_by in data:
                self.armed_by = None
            if self.armed_by is None and self.cut_after is not None and self.cut_after in data:
                self.cut_after = None
                # Let the engine act on what it got, then break the line before its answer.
                client.transport.abort()
                await asyncio.sleep(0.2)
                return

    async def _answer(self, engine: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while data := await engine.read(READ_AT_ONCE):
            while self.mode == "slow":
                await asyncio.sleep(0.02)
            if self.mode == "hang":
                continue
            if self.alter is not None:
                data = self.alter(data)
            if self.answer_limit is not None:
                data = data[: self.answer_limit]
                self.answer_limit -= len(data)
            if self.drip is None:
                client.write(data)
                await client.drain()
                continue
            client.write(data[: self.drip_after])
            data, self.drip_after = (
                data[self.drip_after :],
                max(0, self.drip_after - len(data)),
            )
            for byte in data:
                client.write(bytes([byte]))
                await client.drain()
                await asyncio.sleep(self.drip)


@asynccontextmanager
async def proxy_to(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy in front of an engine, for the length of a block."""
    proxy = Proxy(host, port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
