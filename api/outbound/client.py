"""An HTTP client that only reaches public addresses, follows nobody, and waits for nobody long."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Literal

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from api.core.settings import Settings
from api.outbound.addresses import AllowList, RefusedUrl, check_url
from api.outbound.names import SystemNames

CONNECT_SECONDS = 5
TOTAL_SECONDS = 10
CONNECTIONS = 64
USER_AGENT = "I-Portal"

Failure = Literal[
    "refused_url", "not_public", "unknown_host", "no_connection", "tls", "timeout", "no_answer"
]


class CallFailed(Exception):
    """A call that brought no answer; `reason` tells why in a word, which quotes nobody's input."""

    def __init__(self, reason: Failure) -> None:
        super().__init__(reason)
        self.reason: Failure = reason


class _NotPublic(OSError):
    """A name that leads to no address that may be called."""


class _CheckedResolver(AbstractResolver):
    """Finds a host's addresses and gives those that may be called.

    The connection is made to the very addresses that are given here: a name that leads elsewhere
    when it is asked for again gains nothing by that.
    """

    def __init__(self, allowed: AllowList, lookup: AbstractResolver) -> None:
        self._allowed = allowed
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses to connect to; raises when there is none."""
        found = await self._lookup.resolve(host, port, family)
        opened = [it for it in found if self._allowed.opens(host, ip_address(it["host"]))]
        if not opened:
            raise _NotPublic
        return opened

    async def close(self) -> None:
        """End what looks names up."""
        await self._lookup.close()


class Outbound:
    """Calls URLs that people typed. Proxies and netrc of the environment are not for them (X6).

    `lookup` finds the addresses of names; without one, the system does.
    """

    def __init__(self, settings: Settings, lookup: AbstractResolver | None = None) -> None:
        self._allowed = AllowList.of(settings.outbound_allow)
        self._lookup = lookup
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer, whatever it is; of the rest nothing is read.

        Redirects are answers like others. Raises `CallFailed`.
        """
        try:
            checked = check_url(url, self._allowed)
        except RefusedUrl as error:
            raise CallFailed("refused_url") from error
        try:
            async with self._open().post(
                checked, data=body, headers=headers, allow_redirects=False
            ) as response:
                response.close()
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise CallFailed(_failure(error)) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            lookup = self._lookup or SystemNames()
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_CheckedResolver(self._allowed, lookup),
                    use_dns_cache=False,
                    limit=CONNECTIONS,
                    # Each call connects anew, to an address that was checked for it.
                    force_close=True,
                ),
                timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """End the calls that run."""
        if self._session is not None:
            await self._session.close()


def _failure(error: BaseException) -> Failure:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "not_public" if isinstance(error.os_error, _NotPublic) else "unknown_host"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return "timeout"
    connecting = isinstance(error, aiohttp.ClientConnectorError)
    return "no_connection" if connecting else "no_answer"
