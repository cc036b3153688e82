"""Print batches when workers are killed: one finished ZIP, whatever happens (F1, F2)."""

import asyncio
import time
from uuid import UUID

import pytest

from api.downloads.clearing import PREFIXES
from api.outbox import Job
from tests.downloads.processes import worker
from tests.downloads.proxy import proxied
from tests.downloads.support import manifest
from tests.printing.support import (
    BATCHES,
    collect,
    ended,
    letter,
    nothing_waits,
    opened,
    posted_company,
)
from tests.support.world import World

pytestmark = pytest.mark.alone

COUNT = 20
SIZE = 200_000


async def test_sec_F1_a_killed_worker_is_followed_by_one_finished_batch(world: World) -> None:
    staff = await world.signed_in(await world.person(role="staff"))
    await nothing_waits(staff)
    company = await posted_company(world)
    for _ in range(COUNT):
        await letter(world, company, SIZE)
    batch = await collect(staff)
    storage = world.app.state.storage
    prefix = f"{PREFIXES[Job.BUILD_PRINT_BATCH]}{batch['id']}/"
    async with proxied(world.settings.s3_endpoint_url) as proxy:
        proxy.bytes_per_second = 400_000
        with worker(world.settings, proxy.url) as first:
            async with asyncio.timeout(60):
                while True:
                    shown = (await staff.get(f"{BATCHES}/{batch['id']}")).json()
                    if shown["progress"]["done"] >= 3:
                        break
                    await asyncio.sleep(0.05)
            first.kill()
            first.wait()
    killed = time.monotonic()
    with worker(world.settings):
        done = await ended(staff, batch["id"])
        assert time.monotonic() - killed < 60
        assert (done["state"], done["progress"]["done"]) == ("finished", COUNT)
        async with asyncio.timeout(20):
            while True:
                objects = [key async for key, _ in storage.keys(prefix)]
                uploads = [key async for key, _ in storage.open_uploads(prefix)]
                if len(objects) == 1 and not uploads:
                    break
                await asyncio.sleep(0.1)
    assert len(manifest(await opened(staff, done))) == COUNT
    rows = await world.rows("SELECT 1 FROM outbox WHERE subject_id = :id", id=UUID(batch["id"]))
    assert rows == []
