"""Looking up the addresses of hosts, in threads that nothing else waits for.

A name server that does not answer holds a thread for half a minute: among the threads that all
share, a few such names would hold up mails, and the end of the process.
"""

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class SystemNames(AbstractResolver):
    """Asks the system, each time anew."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host; raises `OSError` when there are none."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[Any]] = loop.create_future()

        def look_up() -> None:
            addresses: list[Any] = []
            error: OSError | None = None
            try:
                addresses = socket.getaddrinfo(
                    host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
                )
            except (OSError, UnicodeError) as raised:
                error = OSError(str(raised))
            # The loop may have ended meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, found, addresses, error)

        threading.Thread(target=look_up, daemon=True).start()
        return [
            ResolveResult(
                hostname=host, host=address[0], port=port, family=kind, proto=proto, flags=NUMERIC
            )
            for kind, _, proto, _, address in await found
        ]

    async def close(self) -> None:
        """Nothing is kept."""


def _settle(found: asyncio.Future[list[Any]], addresses: list[Any], error: OSError | None) -> None:
    if found.done():
        return
    if error is None:
        found.set_result(addresses)
    else:
        found.set_exception(error)
