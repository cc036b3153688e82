"""Calls on real sockets: whom they reach, and whom never (X6)."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.core.settings import Settings
from api.outbound import CallFailed, Outbound
from tests.support.receiver import answer, receiving

LOOPBACK = ip_network("127.0.0.1/32")


class Names(AbstractResolver):
    """Answers with the next of some lists of addresses each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for address in self.answers.pop(0)
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def outbound(
    settings: Settings, *allowed: Any, names: AbstractResolver | None = None
) -> AsyncIterator[Outbound]:
    client = Outbound(settings.model_copy(update={"outbound_allow": list(allowed)}), names)
    try:
        yield client
    finally:
        await client.close()


async def failure(client: Outbound, url: str) -> str:
    with pytest.raises(CallFailed) as failed:
        await client.post(url, b"{}", {})
    return failed.value.reason


async def test_a_call_reaches_whom_the_operator_allows(settings: Settings) -> None:
    async with receiving() as receiver, outbound(settings, LOOPBACK) as client:
        status = await client.post(receiver.url, b'{"a":1}', {"Content-Type": "application/json"})
    assert status == 204
    (received,) = receiver.received
    assert (received.head, received.body) == ("POST /hook HTTP/1.1", b'{"a":1}')
    assert received.headers["user-agent"] == "I-Portal"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "１２７.0.0.1",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
    ],
)
async def test_sec_X6_loopback_is_not_reached_in_any_notation(
    settings: Settings, host: str
) -> None:
    async with receiving() as receiver, outbound(settings) as client:
        reason = await failure(client, f"https://{host}:{receiver.port}/hook")
    assert reason in ("refused_url", "not_public", "unknown_host")
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "127.0.0.1",
        "10.0.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
    ],
)
async def test_sec_X6_a_name_that_leads_to_link_local_or_inner_addresses_is_not_called(
    settings: Settings, address: str
) -> None:
    async with outbound(settings, names=Names([address])) as client:
        assert await failure(client, "https://hook.example/") == "not_public"


async def test_sec_X6_rebinding_a_name_gains_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first time a name leads where it may, the second time elsewhere."""
    monkeypatch.setattr("api.outbound.client.CONNECT_SECONDS", 0.5)
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    async with receiving() as opened, receiving(host="127.0.0.2", port=opened.port) as closed:
        url = f"https://hook.example:{opened.port}/"
        async with outbound(settings, LOOPBACK, names=names) as client:
            # It is reached, and waits for a request without TLS.
            assert await failure(client, url) == "timeout"
            assert (opened.connections, len(names.answers)) == (1, 1), "asked once for a call"
            assert await failure(client, url) == "not_public"
    assert (opened.connections, closed.connections) == (1, 0)


async def test_sec_X6_of_several_addresses_only_those_allowed_are_tried(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.outbound.client.CONNECT_SECONDS", 0.5)
    names = Names(["127.0.0.2", "127.0.0.1", "127.0.0.2"])
    async with (
        receiving() as opened,
        receiving(host="127.0.0.2", port=opened.port) as closed,
        outbound(settings, LOOPBACK, names=names) as client,
    ):
        await failure(client, f"https://hook.example:{opened.port}/")
    assert (opened.connections, closed.connections) == (1, 0)


async def test_sec_X6_redirects_are_not_followed(settings: Settings) -> None:
    async with (
        receiving() as receiver,
        receiving() as elsewhere,
        outbound(settings, LOOPBACK) as client,
    ):
        for status in (301, 302, 303, 307, 308):
            receiver.answers = [answer(status, f"Location: {elsewhere.url}")]
            assert await client.post(receiver.url, b"{}", {}) == status
    assert (receiver.connections, elsewhere.connections) == (5, 0)


async def test_sec_X6_proxies_cookies_and_netrc_are_left_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password something")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with receiving() as receiver, receiving() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        receiver.answers = [answer(200, "Set-Cookie: a=b")]
        async with outbound(settings, LOOPBACK) as client:
            assert await client.post(receiver.url, b"{}", {}) == 200
            assert await client.post(receiver.url, b"{}", {}) == 200
    assert (receiver.connections, proxy.connections) == (2, 0)
    for received in receiver.received:
        assert not {"cookie", "authorization"} & received.headers.keys()


def tls_of(folder: Path) -> ssl.SSLContext:
    """A server that is `localhost`, by a certificate in `folder` that nobody else knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


async def test_sec_X6_tls_shows_who_answers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with receiving(tls=tls_of(tmp_path)) as receiver:
        url = f"https://localhost:{receiver.port}/"
        async with outbound(settings, "localhost") as client:
            assert await failure(client, url) == "tls"
        assert receiver.received == []


async def test_nobody_there_and_nobody_of_that_name(settings: Settings) -> None:
    async with receiving() as receiver:
        pass
    async with outbound(settings, LOOPBACK) as client:
        assert await failure(client, receiver.url) == "no_connection"
    async with outbound(settings) as client:
        assert await failure(client, "https://no-such-host.invalid/") == "unknown_host"
