"""Archives when workers are killed, paused or stopped, and when S3 is slow, busy or lies."""

import asyncio
import signal
import time
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.core.database import Database
from api.core.settings import Settings
from api.downloads.building import MAX_ATTEMPTS, MAX_CLAIMS
from api.downloads.clearing import clear
from api.downloads.jobs import Build
from api.long_jobs import run_long_jobs
from api.storage import Storage, document_key
from tests.downloads.processes import worker
from tests.downloads.proxy import Proxy, proxied
from tests.downloads.support import (
    ask,
    claim_of,
    cleared,
    ended,
    left_in_storage,
    manifest,
    opened,
    settled,
    working,
)
from tests.support.world import Company, World, pdf_bytes, unique

pytestmark = pytest.mark.alone

COUNT = 30
SIZE = 200_000


async def shelf(world: World, count: int = COUNT) -> tuple[Company, httpx.AsyncClient]:
    """A customer with documents of some size."""
    company = await world.company()
    for _ in range(count):
        data = pdf_bytes("x" * SIZE)
        await world.publish(company, pdf=data, number=unique("F-"), issue_date="2026-01-02")
    return company, await world.signed_in(company.contact)


async def running(client: httpx.AsyncClient, download_id: str, done: int) -> None:
    """Wait until this many documents are in."""
    for _ in range(600):
        download = (await client.get(f"/downloads/{download_id}")).json()
        if download["state"] == "running" and download["progress"]["done"] >= done:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(download)


async def one_good_zip(world: World, client: httpx.AsyncClient, download_id: str) -> None:
    """The archive is finished, whole, and all that is left of it."""
    done = await ended(client, download_id)
    assert (done["state"], done["progress"]["done"]) == ("finished", COUNT), done
    archive = await opened(client, done)
    assert len(manifest(archive)) == COUNT
    for _ in range(100):
        objects, uploads = await left_in_storage(world.app.state.storage, download_id)
        if len(objects) == 1 and not uploads:
            break
        await asyncio.sleep(0.1)
    assert (len(objects), uploads) == (1, [])
    rows = await world.rows("SELECT 1 FROM outbox WHERE subject_id = :id", id=UUID(download_id))
    assert rows == []


async def hand_on(world: World, download_id: str) -> None:
    """Let the lease of a job pass now."""
    await world.rows(
        "UPDATE outbox SET due_at = now() WHERE subject_id = :id RETURNING 1",
        id=UUID(download_id),
    )


async def test_sec_F1_a_killed_worker_is_followed_by_one_finished_zip(world: World) -> None:
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.bytes_per_second = 400_000
        with worker(world.settings, proxy.url) as first:
            await running(client, asked["id"], 3)
            first.kill()
            first.wait()
    killed = time.monotonic()
    assert (await left_in_storage(world.app.state.storage, asked["id"]))[1] != []
    with worker(world.settings):
        await one_good_zip(world, client, asked["id"])
    assert time.monotonic() - killed < 60


async def test_sec_F2_a_worker_stopped_past_its_lease_changes_nothing(world: World) -> None:
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.bytes_per_second = 400_000
        with worker(world.settings, proxy.url) as first:
            await running(client, asked["id"], 3)
            first.send_signal(signal.SIGSTOP)
            await hand_on(world, asked["id"])
            async with working(world):
                await one_good_zip(world, client, asked["id"])
            before = await client.get(f"/downloads/{asked['id']}")
            proxy.bytes_per_second = None
            first.send_signal(signal.SIGCONT)
            await asyncio.sleep(3)
    assert (await client.get(f"/downloads/{asked['id']}")).json() == before.json()
    await one_good_zip(world, client, asked["id"])


async def test_sec_F2_two_attempts_that_both_complete_make_one_zip(world: World) -> None:
    """The late one has written its object; only the newest claim may name it."""
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    engines: Any = world.app.state
    first = Build(
        world.settings, engines.database, engines.storage, await claim_of_(world, asked["id"])
    )
    await hand_on(world, asked["id"])
    second = Build(
        world.settings, engines.database, engines.storage, await claim_of_(world, asked["id"])
    )
    await asyncio.gather(first.run(), second.run())
    await one_good_zip(world, client, asked["id"])


async def claim_of_(world: World, download_id: str) -> Any:
    database: Database = world.app.state.database
    return await claim_of(database, download_id)


async def test_sec_F22_a_worker_that_is_stopped_gives_its_job_back(world: World) -> None:
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.bytes_per_second = 400_000
        with worker(world.settings, proxy.url) as first:
            await running(client, asked["id"], 3)
            first.terminate()
            await asyncio.to_thread(first.wait, 30)
    # Its lease was given back: nobody has to wait until it passes.
    due = "SELECT due_at <= now() FROM outbox WHERE subject_id = :id"
    assert await world.rows(due, id=UUID(asked["id"])) == [(True,)]
    async with working(world):
        await one_good_zip(world, client, asked["id"])


async def test_cancelling_a_running_build_leaves_nothing(world: World) -> None:
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.bytes_per_second = 400_000
        async with slowly(world, proxy):
            await running(client, asked["id"], 3)
            await client.delete(f"/downloads/{asked['id']}")
            await cleared(world, asked["id"])
            await settled(world, asked["id"])
    assert (await client.get(f"/downloads/{asked['id']}")).json()["state"] == "cancelled"


class slowly:  # noqa: N801
    """A worker's loop whose way to S3 leads through a proxy."""

    def __init__(self, world: World, proxy: Proxy) -> None:
        settings: Settings = world.settings
        self._settings = settings.model_copy(update={"s3_endpoint_url": proxy.url})
        self._database = world.app.state.database

    async def __aenter__(self) -> None:
        self._storage = await Storage(self._settings).__aenter__()
        self._loop = asyncio.create_task(
            run_long_jobs(self._settings, self._database, self._storage)
        )

    async def __aexit__(self, *_: object) -> None:
        self._loop.cancel()
        await asyncio.gather(self._loop, return_exceptions=True)
        await self._storage.__aexit__(None, None, None)


async def test_sec_F7_a_busy_s3_is_asked_again(world: World) -> None:
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.busy = 6
        async with slowly(world, proxy):
            await hurried(world, client, asked["id"])
        assert proxy.spoiled == 6
    await one_good_zip(world, client, asked["id"])


async def test_sec_F9_cut_and_changed_answers_never_reach_the_zip(world: World) -> None:
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.cuts, proxy.flips = 3, 3
        async with slowly(world, proxy):
            await hurried(world, client, asked["id"])
        assert proxy.spoiled == 6
    await one_good_zip(world, client, asked["id"])


async def hurried(world: World, client: httpx.AsyncClient, download_id: str) -> dict[str, Any]:
    """The archive once it has ended, without the pauses between attempts."""
    for _ in range(600):
        download: dict[str, Any] = (await client.get(f"/downloads/{download_id}")).json()
        if download["state"] not in ("queued", "running"):
            return download
        if download["state"] == "queued":
            await hand_on(world, download_id)
        await asyncio.sleep(0.1)
    raise AssertionError(download)


async def test_sec_D4_a_damaged_file_fails_the_zip_and_says_so(world: World) -> None:
    company = await world.company()
    document = await world.publish(
        company, pdf=pdf_bytes("whole"), number=unique("D-"), issue_date="2026-01-02"
    )
    client = await world.signed_in(company.contact)
    data = (await client.get(f"/documents/{document['id']}/pdf")).content
    key = document_key(UUID(document["id"]), "pdf")
    await world.app.state.storage.put(key, data[:-1] + b"x", "application/pdf")
    asked = await ask(client, filter={}, formats=["pdf"])
    async with working(world):
        done = await ended(client, asked["id"])
        assert (done["state"], done["error"]) == ("failed", "damaged_file")
        refused = await client.get(f"/downloads/{asked['id']}/file")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_finished")
        assert await left_in_storage(world.app.state.storage, asked["id"]) == ([], [])
        await world.app.state.storage.put(key, data, "application/pdf")
        assert (await client.post(f"/downloads/{asked['id']}/retry")).status_code == 202
        assert (await ended(client, asked["id"]))["state"] == "finished"


async def test_sec_F19_a_job_that_always_raises_is_set_aside_and_others_go_on(
    world: World,
) -> None:
    company, other = await world.company(), await world.company()
    document = await world.publish(company)
    await world.publish(other)
    await world.rows(
        """UPDATE document_contents SET content = '{"totals": 5}' WHERE document_id = :id
        RETURNING 1""",
        id=UUID(document["id"]),
    )
    client, second = await world.signed_in(company.contact), await world.signed_in(other.contact)
    poison = await ask(client, filter={}, formats=["csv"])
    asked = await ask(second, filter={}, formats=["csv"])
    async with working(world):
        assert (await ended(second, asked["id"]))["state"] == "finished"
        done = await hurried(world, client, poison["id"])
    assert (done["state"], done["error"]) == ("failed", "internal")
    rows = await world.rows(
        "SELECT state, attempts FROM outbox WHERE subject_id = :id", id=UUID(poison["id"])
    )
    assert [tuple(row) for row in rows] == [("dead", MAX_ATTEMPTS)]


async def test_sec_F19_a_job_that_kills_its_workers_is_given_up(world: World) -> None:
    company = await world.company()
    await world.publish(company)
    client = await world.signed_in(company.contact)
    asked = await ask(client, filter={})
    await world.rows(
        "UPDATE outbox SET fence = :fence WHERE subject_id = :id RETURNING 1",
        fence=MAX_CLAIMS,
        id=UUID(asked["id"]),
    )
    async with working(world):
        done = await ended(client, asked["id"])
    assert (done["state"], done["error"]) == ("failed", "internal")


async def test_the_sweeper_leaves_what_is_being_written(world: World) -> None:
    _, client = await shelf(world)
    asked = await ask(client, filter={}, formats=["pdf"])
    storage: Storage = world.app.state.storage
    stale = await storage.start_upload(f"downloads/{asked['id']}/{UUID(int=0)}-1", "x/y", 0)
    await storage.put(f"downloads/{asked['id']}/{UUID(int=0)}-2", b"left", "x/y")
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.bytes_per_second = 1_000_000
        async with slowly(world, proxy):
            await running(client, asked["id"], 2)
            assert await clear(world.app.state.database, storage) >= 2
            await one_good_zip(world, client, asked["id"])
    assert stale.key not in (await left_in_storage(storage, asked["id"]))[1]
