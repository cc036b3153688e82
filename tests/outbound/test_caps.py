"""What a call may take of time and memory, whoever answers (X6)."""

import asyncio
import socket
import threading
import time

import pytest

from api.core.settings import Settings
from tests.outbound.test_calls import LOOPBACK, failure, outbound
from tests.support.receiver import receiving


async def test_sec_X6_slow_answers_are_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.outbound.client.TOTAL_SECONDS", 0.5)
    async with receiving() as receiver, outbound(settings, LOOPBACK) as client:
        receiver.silent = True
        begun = time.monotonic()
        assert await failure(client, receiver.url) == "timeout"
        assert time.monotonic() - begun < 3


async def test_sec_X6_an_answer_that_drips_is_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.outbound.client.TOTAL_SECONDS", 0.5)

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            for number in range(100):
                writer.write(b"X-%d: 1\r\n" % number)
                await writer.drain()
                await asyncio.sleep(0.1)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, outbound(settings, LOOPBACK) as client:
        begun = time.monotonic()
        assert await failure(client, url) == "timeout"
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("head", "endless"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 65_536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\nxxx\r\n" * 9_000),
    ],
)
async def test_sec_X6_of_a_huge_answer_only_the_status_is_read(
    settings: Settings, head: bytes, endless: bytes
) -> None:
    async with receiving() as receiver, outbound(settings, LOOPBACK) as client:
        receiver.answers, receiver.endless = [head], endless
        begun = time.monotonic()
        assert await client.post(receiver.url, b"{}", {}) == 200
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize("endless", [b"x" * 65_536, b"X-Header: 1\r\n"])
async def test_sec_X6_a_huge_head_is_no_answer(settings: Settings, endless: bytes) -> None:
    async with receiving() as receiver, outbound(settings, LOOPBACK) as client:
        receiver.answers, receiver.endless = [b"HTTP/1.1 200 OK\r\nX: "], endless
        begun = time.monotonic()
        assert await failure(client, receiver.url) == "no_answer"
        assert time.monotonic() - begun < 5


async def test_sec_X6_a_name_server_that_does_not_answer_holds_up_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.outbound.client.TOTAL_SECONDS", 0.5)
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait() and [])
    try:
        async with outbound(settings) as client:
            calls = [failure(client, f"https://{number}.example/") for number in range(40)]
            begun = time.monotonic()
            assert set(await asyncio.gather(*calls)) == {"timeout"}
            assert await asyncio.to_thread(lambda: "others") == "others"
            assert time.monotonic() - begun < 5
    finally:
        answered.set()
