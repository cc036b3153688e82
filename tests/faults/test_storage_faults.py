"""S3 answers 503, hangs, drips or lies (F7, F8, F9)."""

import asyncio
import json
import time
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.storage import DamagedObject, StorageUnavailable, StoredObject, errors
from tests.faults.conftest import Faulty
from tests.faults.test_database_faults import is_away
from tests.security.calls import copied
from tests.support.world import Company, World, pdf_bytes, unique

pytestmark = pytest.mark.alone

SLOW_DOWN = (
    b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\n"
    b"Content-Length: 54\r\n\r\n<Error><Code>SlowDown</Code><Message>x</Message></Error>"
)[:-2]
LIMIT = 2


async def publish(
    client: httpx.AsyncClient, company: Company, number: str, size: int = 0
) -> httpx.Response:
    metadata = {"customer_number": company.number, "number": number, "issue_date": "2026-01-02"}
    return await client.post(
        "/issuer/documents",
        files={"pdf": ("x.pdf", pdf_bytes("x" * size))},
        data={"metadata": json.dumps(metadata)},
    )


async def rows_of(world: World, company: Company) -> list[str]:
    rows = await world.rows(
        "SELECT f.object_key FROM documents d JOIN document_files f ON f.document_id = d.id"
        " WHERE d.customer_id = :id",
        id=UUID(company.id),
    )
    return [row[0] for row in rows]


def test_sec_F8_the_limit_is_ten_seconds_at_most() -> None:
    assert errors.TIMEOUT_SECONDS <= 10


@pytest.mark.parametrize("mode", ["answer", "refuse", "hang"])
async def test_sec_F7_no_row_without_its_object(behind_storage: Faulty, mode: Any) -> None:
    world, proxy = behind_storage.world, behind_storage.proxy
    company, publisher, number = await world.company(), await world.publisher(), unique("F7-")
    # What reads uploads has started then: only the wait for S3 is measured.
    assert (await publish(publisher, company, unique("F7-"))).status_code == 201
    published = await rows_of(world, company)
    proxy.mode, proxy.canned = mode, SLOW_DOWN
    proxy.cut()
    began = time.monotonic()
    answer = await publish(publisher, company, number)
    assert is_away(answer), answer.text
    assert time.monotonic() - began < LIMIT + 6
    assert await rows_of(world, company) == published
    assert await world.rows("SELECT 1 FROM document_register WHERE number = :n", n=number) == []
    proxy.mode = "pass"
    proxy.cut()
    assert (await publish(publisher, company, number)).status_code == 201
    (key,) = set(await rows_of(world, company)) - set(published)
    found = [k async for k, _ in world.app.state.storage.keys(key)]
    assert found == [key]


async def test_sec_F7_a_busy_moment_is_waited_out(behind_storage: Faulty) -> None:
    world, proxy = behind_storage.world, behind_storage.proxy
    company, publisher = await world.company(), await world.publisher()
    proxy.mode, proxy.canned = "answer", SLOW_DOWN
    proxy.cut()
    publishing = asyncio.create_task(publish(publisher, company, unique("F7-")))
    await asyncio.sleep(0.25)
    proxy.mode = "pass"
    assert (await publishing).status_code == 201


async def reading(behind: Faulty, size: int) -> tuple[httpx.AsyncClient, str]:
    world = behind.world
    company = await world.company()
    answer = await publish(await world.publisher(), company, unique("F8-"), size)
    assert answer.status_code == 201, answer.text
    client = await world.signed_in(company.contact)
    return client, f"/documents/{answer.json()['id']}/pdf"


@pytest.mark.parametrize("mode", ["hang", "refuse", "answer"])
async def test_sec_F8_reading_ends_in_time(behind_storage: Faulty, mode: Any) -> None:
    client, url = await reading(behind_storage, 0)
    behind_storage.proxy.mode, behind_storage.proxy.canned = mode, SLOW_DOWN
    behind_storage.proxy.cut()
    began = time.monotonic()
    answer = await client.get(url)
    assert is_away(answer), answer.text
    assert time.monotonic() - began < 2 * LIMIT + 6


async def test_sec_F8_a_drip_is_no_answer(behind_storage: Faulty) -> None:
    """Bytes that come one by one never run into the limit of a single read."""
    client, url = await reading(behind_storage, 400_000)
    behind_storage.proxy.drip, behind_storage.proxy.drip_after = 0.05, 2_000
    began = time.monotonic()
    answer = await client.get(url)
    assert is_away(answer)
    assert time.monotonic() - began < 2 * LIMIT + 6


async def timed(client: httpx.AsyncClient, path: str) -> float:
    began = time.monotonic()
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return time.monotonic() - began


@pytest.mark.parametrize("what", ["reads", "publications"])
async def test_sec_F8_other_routes_go_on_while_s3_hangs(behind_storage: Faulty, what: str) -> None:
    """Many more requests hang than the pools have connections."""
    world, proxy = behind_storage.world, behind_storage.proxy
    client, url = await reading(behind_storage, 0)
    company, publisher = await world.company(), await world.publisher()
    others = copied(world, client)
    paths = ("/documents", "/me", "/customers")
    calm = sorted([await timed(others, path) for path in paths * 8])
    proxy.mode = "hang"
    proxy.cut()
    if what == "reads":
        hanging = [asyncio.create_task(client.get(url)) for _ in range(40)]
    else:
        hanging = [
            asyncio.create_task(publish(copied(world, publisher), company, unique("F8-")))
            for _ in range(40)
        ]
    await asyncio.sleep(0.4)
    busy = sorted([await timed(others, path) for path in paths * 8])
    assert not all(task.done() for task in hanging), "S3 hung too briefly to prove anything"
    answers = await asyncio.gather(*hanging)
    assert busy[-2] < max(2 * calm[-2], 0.25), (calm, busy)
    assert all(is_away(answer) for answer in answers)


@pytest.mark.parametrize("size", [0, 300_000])
@pytest.mark.parametrize("damage", ["flipped", "short"])
async def test_sec_F9_what_s3_returns_is_checked(
    behind_storage: Faulty, size: int, damage: str
) -> None:
    proxy = behind_storage.proxy
    client, url = await reading(behind_storage, size)
    whole = await client.get(url)
    if damage == "flipped":
        proxy.alter = lambda data: data.replace(b"/MediaBox", b"/MediaBoy")
    else:
        proxy.answer_limit = 600
    proxy.cut()
    for headers in ({}, {"Range": "bytes=0-20"}):
        proxy.answer_limit = 600 if damage == "short" else None
        try:
            answer = await client.get(url, headers=headers)
        except (AssertionError, httpx.HTTPError):
            continue  # the answer began and was never completed
        assert is_away(answer), f"{len(answer.content)} of {len(whole.content)} bytes as a whole"


async def test_sec_F9_every_way_of_reading_is_checked(behind_storage: Faulty) -> None:
    world, proxy = behind_storage.world, behind_storage.proxy
    storage = world.app.state.storage
    data = pdf_bytes("F9")
    stored: StoredObject = await storage.put("documents/f9/pdf", data, "application/pdf")
    assert await storage.read(stored) == await storage.fetch(stored) == data
    proxy.alter = lambda data: data.replace(b"/MediaBox", b"/MediaBoy")
    proxy.cut()
    for read in (storage.read, storage.fetch):
        with pytest.raises((DamagedObject, StorageUnavailable)):
            await read(stored)
    proxy.alter = None
    await storage.delete("documents/f9/pdf")
