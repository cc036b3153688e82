"""A server on a socket of this machine that takes calls, and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def answer(status: int, *headers: str) -> bytes:
    """An answer without a body."""
    lines = [f"HTTP/1.1 {status} Because", *headers, "Content-Length: 0"]
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in."""

    head: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """`answers` are given one after the other, the last for ever; `endless` follows without end."""

    port: int = 0
    answers: list[bytes] = field(default_factory=lambda: [OK])
    endless: bytes = b""
    silent: bool = False
    connections: int = 0
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            self.received.append(await _read(reader))
            if self.silent:
                await reader.read()
            writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            await writer.drain()
            while self.endless:
                writer.write(self.endless)
                await writer.drain()
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (it.partition(": ") for it in lines)}
    return Received(head, headers, await reader.readexactly(int(headers["content-length"])))


@asynccontextmanager
async def receiving(
    *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver, for as long as the block lasts."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, host, port, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
