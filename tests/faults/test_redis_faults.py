"""Redis goes away: the API serves on, the worker comes back (F4)."""

from pathlib import Path
from uuid import UUID

import pytest
from redis.asyncio import Redis

from tests.faults.conftest import Faulty
from tests.support.portals import command
from tests.support.waiting import eventually
from tests.worker.mail_server import mail_server

pytestmark = pytest.mark.alone


async def test_sec_F4_the_api_serves_without_redis(behind_redis: Faulty) -> None:
    world, proxy = behind_redis.world, behind_redis.proxy
    proxy.mode = "refuse"
    proxy.cut()
    company = await world.company()
    document = await world.publish(company)
    browser = await world.signed_in(company.contact)
    assert (await browser.get(f"/documents/{document['id']}")).status_code == 200
    ready = await browser.get(f"{world.settings.public_url}/readyz")
    assert (ready.status_code, ready.json()["engines"]["redis"]) == (503, "away")
    proxy.mode = "pass"
    ready = await browser.get(f"{world.settings.public_url}/readyz")
    assert ready.json()["engines"]["redis"] == "ok"


async def test_sec_F4_the_worker_comes_back_when_redis_does(
    behind_redis: Faulty, tmp_path: Path
) -> None:
    world, proxy = behind_redis.world, behind_redis.proxy
    company = await world.company()
    async with mail_server() as server:
        variables = {"SMTP_PORT": str(server.port), "LOG_LEVEL": "INFO"}
        log = tmp_path / "worker.log"
        with command(world.settings, "worker", log, **variables) as running:
            await world.publish(company)

            async def told() -> bool:
                assert running.process.poll() is None, running.lines()
                return any(company.contact.email in mail for mail in server.received)

            await eventually(told, "the first mail", 30)
            server.received.clear()
            proxy.mode = "refuse"
            proxy.cut()

            async def noticed() -> bool:
                return "worker_lost_redis" in running.lines() or "relay_paused" in running.lines()

            await eventually(noticed, "the worker sees that Redis is gone", 30)
            await world.publish(company)
            proxy.mode = "pass"
            redis = Redis.from_url(world.settings.redis_url)
            await redis.flushall()
            await redis.aclose()
            # What was queued and then flushed comes again when its lease has passed.
            await eventually(told, "the second mail", 60)

            async def settled() -> bool:
                return not await world.rows(
                    "SELECT 1 FROM deliveries WHERE customer_id = :id AND state = 'waiting'",
                    id=UUID(company.id),
                )

            await eventually(settled, "both mails are done with", 60)
