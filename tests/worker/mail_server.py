"""A mail server that says what it is told to say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """Answers to RCPT and to the data; `None` means never to answer. Keeps what it took.

    While `hold` is not set it keeps its answer to the data back.
    """

    to_recipient: str = "250 ok"
    to_data: str | None = "250 ok"
    received: list[str] = field(default_factory=list)
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    hold: asyncio.Event | None = None
    port: int = 0
    senders: list[str] = field(default_factory=list)
    connections: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    def hang_up(self) -> None:
        """End every connection without a word."""
        for writer in self.open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak SMTP to one client."""
        self.connections += 1
        self.open.add(writer)
        try:
            writer.write(b"220 test\r\n")
            while line := await reader.readline():
                if line.upper().startswith(b"MAIL FROM:"):
                    self.senders.append(line.decode().split("<")[1].split(">")[0])
                answer = await self._answer(line.decode().strip().upper(), reader, writer)
                if answer is None:
                    await reader.read()
                    return
                writer.write(f"{answer}\r\n".encode())
                await writer.drain()
        except OSError:
            return
        finally:
            self.open.discard(writer)
            writer.transport.abort()

    async def _answer(
        self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str | None:
        if line.startswith("RCPT"):
            return self.to_recipient
        if line == "DATA":
            writer.write(b"354 go\r\n")
            data = await reader.readuntil(b"\r\n.\r\n")
            # A line that begins with a dot comes with two (RFC 5321, 4.5.2).
            whole = data.replace(b"\r\n..", b"\r\n.")
            self.received.append(whole.decode("utf-8", "replace"))
            self.taken.set()
            if self.hold is not None:
                await self.hold.wait()
            return self.to_data
        return "221 bye" if line == "QUIT" else "250 ok"


@asynccontextmanager
async def mail_server(**answers: str | None) -> AsyncIterator[MailServer]:
    """One on loopback, for the length of a block."""
    it = MailServer(**answers)  # type: ignore[arg-type]
    server = await asyncio.start_server(it.serve, "127.0.0.1", 0)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
