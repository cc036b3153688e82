"""Too much, too deep, too slow: refused soon, and nothing is held meanwhile (X8, F18)."""

import asyncio
import json
import os
import select
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from api.models import DocumentFile
from api.storage.direct import CONNECTIONS
from tests.security.scene import Scene
from tests.security.test_pool import OPEN
from tests.support.portals import Served
from tests.support.world import ubl_bytes, unique

pytestmark = pytest.mark.alone

MEGABYTE = 1_000_000
MOST_GROWTH = 50 * MEGABYTE
MOST_WORK_SECONDS = 1  # of the processor
SLOW_SECONDS = 2  # the server's own limit in these tests
MOST_HELD_SECONDS = 40
HEAD = "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def resident(served: Served) -> int:
    """How much memory the server has, in bytes."""
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


async def raw(
    served: Served, head: str, pieces: AsyncIterator[bytes], seconds: float = 60
) -> tuple[int, bytes]:
    """Send a request by hand; the status of the answer, 0 when the line was closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    try:

        async def send() -> None:
            writer.write(head.encode())
            async for piece in pieces:
                writer.write(piece)
                await writer.drain()

        sending = asyncio.create_task(send())
        try:
            async with asyncio.timeout(seconds):
                answer = await reader.read(100_000)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    except ConnectionError:
        return 0, b""
    finally:
        writer.transport.abort()
    return int(answer.split()[1]) if answer else 0, answer


async def nothing() -> AsyncIterator[bytes]:
    await asyncio.sleep(0)
    yield b""


async def chunks(size: int, piece: int = 64 * 1024, first: bytes = b"") -> AsyncIterator[bytes]:
    if first:
        yield b"%x\r\n%s\r\n" % (len(first), first)
    for _ in range(size // piece):
        yield b"%x\r\n%s\r\n" % (piece, b"x" * piece)
    yield b"0\r\n\r\n"


def headers(client: httpx.AsyncClient, **more: str) -> str:
    """What a client sends to be known, and some lines more."""
    lines = {"X-Requested-With": "i-portal", "Content-Type": "application/json"}
    lines |= {name.replace("_", "-"): value for name, value in more.items()}
    if "authorization" in client.headers:
        lines["Authorization"] = client.headers["authorization"]
    if client.cookies:
        lines["Cookie"] = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar)
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items())


CHUNKED = {"Transfer_Encoding": "chunked"}
PART_HEAD = b'--b\r\nContent-Disposition: form-data; name="pdf"; filename="x"\r\n\r\n'


@pytest.mark.parametrize(
    ("caller", "method", "path", "status"),
    [
        ("main_contact", "PATCH", "/api/v1/me", 413),
        ("publisher", "POST", "/api/v1/issuer/documents", 413),
        ("anonymous", "POST", "/api/v1/auth/login", 413),
        ("anonymous", "PATCH", "/api/v1/me", 401),
        ("stranger", "POST", "/api/v1/issuer/documents", 403),
    ],
)
async def test_sec_F18_X8_a_chunked_body_without_end(
    scene: Scene, served: Served, caller: str, method: str, path: str, status: int
) -> None:
    before, began = resident(served), served.processor_seconds()
    more, first = dict(CHUNKED), b""
    if caller == "publisher":
        more["Content_Type"] = "multipart/form-data; boundary=b"
        first = PART_HEAD
    head = HEAD.format(method, path) + headers(scene.clients[caller], **more) + "\r\n"
    got, answer = await raw(served, head, chunks(100 * MEGABYTE, first=first))
    assert got in (status, 0 if status == 413 else status), answer[:300]
    assert served.processor_seconds() - began < MOST_WORK_SECONDS
    assert resident(served) - before < MOST_GROWTH


async def test_sec_X8_a_length_that_is_too_much_is_refused_before_the_body(
    scene: Scene, served: Served
) -> None:
    head = HEAD.format("PATCH", "/api/v1/me")
    head += headers(scene.clients["main_contact"], Content_Length="10000000000") + "\r\n"
    # Whoever waits for the body gives it up with 408.
    assert (await raw(served, head, nothing()))[0] == 413


@pytest.mark.parametrize("lead", [b"", b"{"])
async def test_sec_X8_a_slow_body_is_given_up(scene: Scene, served: Served, lead: bytes) -> None:
    async def drops() -> AsyncIterator[bytes]:
        yield lead
        while True:
            await asyncio.sleep(0.2)
            yield b" "

    head = HEAD.format("PATCH", "/api/v1/me")
    head += headers(scene.clients["main_contact"], Content_Length="1000") + "\r\n"
    began = time.monotonic()
    status, answer = await raw(served, head, drops())
    assert status == 408, answer[:300]
    assert b"application/problem+json" in answer
    assert time.monotonic() - began > SLOW_SECONDS - 0.5


async def test_sec_X8_slow_clients_hold_no_connection_of_the_database(
    scene: Scene, served: Served
) -> None:
    """More of them than the pool has connections, and others are served meanwhile."""

    async def silence() -> AsyncIterator[bytes]:
        await asyncio.sleep(30)
        yield b""

    head = HEAD.format("PATCH", "/api/v1/me")
    head += headers(scene.clients["main_contact"], Content_Length="100000") + "\r\n"
    slow = [asyncio.create_task(raw(served, head, silence())) for _ in range(20)]
    await asyncio.sleep(0.3)
    # Each look may meet another's transaction between two statements; theirs would last.
    assert 0 in [(await scene.world.rows(OPEN))[0][0] for _ in range(5)]
    cookies = scene.clients["main_contact"].cookies
    async with httpx.AsyncClient(base_url=served.url, cookies=cookies, timeout=60) as client:
        assert (await client.get("/api/v1/documents")).status_code == 200
    assert {status for status, _ in await asyncio.gather(*slow)} == {408}


def narrow_socket(served: Served) -> socket.socket:
    """A connection that takes in little at a time."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    made.connect(("127.0.0.1", served.port))
    made.setblocking(False)
    return made


async def read_slowly(served: Served, head: str, bytes_per_second: int) -> float:
    """Ask for a file and read it at that pace; the seconds until the server hung up."""
    loop = asyncio.get_running_loop()
    with narrow_socket(served) as made:
        began = time.monotonic()
        await loop.sock_sendall(made, head.encode())
        line = select.poll()
        line.register(made, 0)  # tells of a reset although there is more to read
        while time.monotonic() - began < MOST_HELD_SECONDS and not line.poll(0):
            assert await loop.sock_recv(made, bytes_per_second)
            await asyncio.sleep(1)
        return time.monotonic() - began


async def large_file(scene: Scene) -> tuple[str, bytes]:
    """The path of a PDF that is more than what systems take over from a server, and its bytes."""
    document = await scene.world.publish(scene.company, ubl=ubl_bytes(unique("LARGE-")))
    data = os.urandom(MEGABYTE) * 12
    stored = await scene.world.app.state.storage.put(
        f"documents/{document['id']}/pdf", data, "application/pdf"
    )
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            update(DocumentFile)
            .where(DocumentFile.document_id == UUID(document["id"]), DocumentFile.kind == "pdf")
            .values(object_key=stored.key, size=stored.size, sha256=stored.sha256)
        )
    return f"/api/v1/documents/{document['id']}/pdf", data


async def test_sec_X8_slow_readers_hold_no_connection_for_ever(
    scene: Scene, served: Served
) -> None:
    """More of them than the portal has connections to S3, and files are served again."""
    path, data = await large_file(scene)
    head = HEAD.format("GET", path) + headers(scene.clients["main_contact"]) + "\r\n"
    slow = [asyncio.create_task(read_slowly(served, head, 1)) for _ in range(CONNECTIONS + 4)]
    held = await asyncio.gather(*slow)
    # They were sent away, not served to the end, which would take months.
    assert max(held) < MOST_HELD_SECONDS
    cookies = scene.clients["main_contact"].cookies
    async with httpx.AsyncClient(base_url=served.url, cookies=cookies, timeout=60) as client:
        assert (await client.get("/api/v1/documents")).status_code == 200
        assert (await client.get(path)).content == data


async def test_sec_X8_a_patient_reader_gets_the_whole_file(scene: Scene, served: Served) -> None:
    """Slow is not too slow: it reads for longer than the limit, but it reads."""
    path, data = await large_file(scene)
    cookies = scene.clients["main_contact"].cookies
    received, began = bytearray(), time.monotonic()
    async with (
        httpx.AsyncClient(base_url=served.url, cookies=cookies, timeout=60) as client,
        client.stream("GET", path) as answer,
    ):
        async for chunk in answer.aiter_raw(MEGABYTE):
            received += chunk
            await asyncio.sleep(0.3)
    assert received == data
    assert time.monotonic() - began > SLOW_SECONDS


@pytest.mark.parametrize("size", [200_000, 20 * MEGABYTE])
async def test_sec_X8_huge_headers_are_refused(served: Served, size: int) -> None:
    async def much() -> AsyncIterator[bytes]:
        for _ in range(size // 10_000):
            yield b"X-Padding: " + b"x" * 9_987 + b"\r\n"
        yield b"\r\n"

    before, began = resident(served), served.processor_seconds()
    status, answer = await raw(served, HEAD.format("GET", "/api/v1/portal"), much())
    assert status in (431, 400, 0), answer[:200]
    assert served.processor_seconds() - began < MOST_WORK_SECONDS
    assert resident(served) - before < MOST_GROWTH / 5


async def test_sec_X8_a_client_that_never_ends_its_headers_is_dropped(served: Served) -> None:
    async def drops() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.2)
            yield b"X-Slow: 1\r\n"

    head = HEAD.format("GET", "/api/v1/portal")
    assert (await raw(served, head, drops()))[0] in (408, 0)
    assert (await raw(served, "", nothing()))[0] in (408, 0)


PART = PART_HEAD + b"x\r\n"
PARTS = 1_000_000


async def parts(*, chunked: bool) -> AsyncIterator[bytes]:
    """A multipart body of a million parts, ten thousand at a time."""
    pieces = [*[PART * 10_000] * (PARTS // 10_000), b"--b--\r\n"]
    for piece in pieces:
        yield b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    if chunked:
        yield b"0\r\n\r\n"


@pytest.mark.parametrize("told", ["length", "chunked"])
async def test_sec_X8_a_million_parts_are_refused(scene: Scene, served: Served, told: str) -> None:
    more = {"Content_Type": "multipart/form-data; boundary=b"}
    if told == "length":
        more["Content_Length"] = str(len(PART) * PARTS + len(b"--b--\r\n"))
    else:
        more |= CHUNKED
    head = HEAD.format("POST", "/api/v1/issuer/documents")
    head += headers(scene.clients["publisher"], **more) + "\r\n"
    before, began = resident(served), served.processor_seconds()
    status, answer = await raw(served, head, parts(chunked=told == "chunked"))
    # Refused for its length, or at the first part too many, if not for what had come by then.
    assert status in ((413,) if told == "length" else (413, 422)), answer
    assert served.processor_seconds() - began < MOST_WORK_SECONDS
    assert resident(served) - before < MOST_GROWTH


async def test_sec_X8_one_part_too_many_is_refused(scene: Scene) -> None:
    answer = await scene.clients["publisher"].post(
        "/issuer/documents",
        content=PART * 30 + b"--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_sec_X8_a_part_with_endless_headers_is_refused(scene: Scene) -> None:
    for padding in (b"X-Padding: " + b"x" * 500_000 + b"\r\n", b"X: 1\r\n" * 50_000):
        body = (
            b'--b\r\nContent-Disposition: form-data; name="pdf"\r\n' + padding + b"\r\nx\r\n--b--"
        )
        answer = await scene.clients["publisher"].post(
            "/issuer/documents",
            content=body,
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        assert answer.status_code == 422


async def test_sec_X8_deep_and_wide_json(scene: Scene, served: Served) -> None:
    bodies = (
        b"[" * 900_000,
        b'{"a":' * 190_000,
        b"[" * 450_000 + b"]" * 450_000,
        json.dumps({f"k{i}": i for i in range(50_000)}).encode(),
        b'{"first_name": "' + b"\\u0000" * 150_000 + b'"}',
        b"1" * 900_000,
    )
    before = resident(served)
    async with httpx.AsyncClient(
        base_url=served.url, cookies=scene.clients["main_contact"].cookies, timeout=60
    ) as client:
        for body in bodies:
            began = served.processor_seconds()
            answer = await client.patch(
                "/api/v1/me",
                content=body,
                headers={"X-Requested-With": "i-portal", "Content-Type": "application/json"},
            )
            assert answer.status_code == 422, body[:20]
            assert served.processor_seconds() - began < MOST_WORK_SECONDS, body[:20]
            assert len(answer.content) < MEGABYTE / 10
    assert resident(served) - before < 2 * MOST_GROWTH
