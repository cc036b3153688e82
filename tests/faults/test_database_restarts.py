"""PostgreSQL is restarted under load: by its operator, at once, and by a crash (F5)."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from api.app import create_app
from api.cli.portal import migrate
from api.core.settings import Settings
from api.embedded import Engine, running_engines
from tests.faults.test_database_faults import BACK_SECONDS, is_away, publish
from tests.security.calls import copied
from tests.support.world import Company, World, owner_engine, unique

pytestmark = pytest.mark.alone

READERS, PUBLISHERS, NUMBERS = 6, 6, 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of the PostgreSQL that is restarted."""
    return tmp_path_factory.mktemp("restarted")


@pytest.fixture(scope="module")
async def alone(settings: Settings, folder: Path) -> AsyncIterator[World]:
    """A portal on a PostgreSQL of its own, which writes what it promised to disk."""
    with running_engines(folder, frozenset({Engine.POSTGRES}), durable=True) as addresses:
        own = settings.model_copy(
            update={
                "database_url": addresses.database_url,
                "owner_database_url": addresses.owner_database_url,
            }
        )
        await asyncio.to_thread(migrate, own)
        app, owner = create_app(own), owner_engine(own)
        async with app.router.lifespan_context(app):
            world = World(app, own, owner)
            yield world
            await world.close()
        await owner.dispose()


def postmaster(folder: Path) -> int:
    """The process of PostgreSQL's server, as its own pid file names it."""
    lines = (folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    return int(lines[0])


class Load:
    """Readers and publishers that never give up, and what they were answered."""

    def __init__(self, world: World, company: Company) -> None:
        self.world, self.company = world, company
        self.numbers = [unique("R5-") for _ in range(NUMBERS)]
        self.waiting = list(self.numbers)
        self.acknowledged: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.last_away = 0.0

    def note(self, answer: httpx.Response) -> bool:
        """Count an answer; whether it is a success. Anything but that or 503 is a failure."""
        self.statuses[answer.status_code] += 1
        if answer.is_success:
            return True
        assert is_away(answer), answer.text
        self.last_away = time.monotonic()
        return False

    async def publishing(self, client: httpx.AsyncClient) -> None:
        """Publish one number after the other, each until it is acknowledged."""
        while self.waiting:
            number = self.waiting.pop()
            answer = await publish(client, self.company.number, number)
            while not self.note(answer):
                await asyncio.sleep(0.05)
                answer = await publish(client, self.company.number, number)
            self.acknowledged[number] = answer.json()["id"]

    async def reading(self, client: httpx.AsyncClient, over: asyncio.Event) -> None:
        """Read the list until told to stop."""
        while not over.is_set():
            self.note(await client.get("/documents"))
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
async def test_sec_F5_a_restart_under_load(alone: World, folder: Path, how: signal.Signals) -> None:
    company = await alone.company()
    publisher, browser = await alone.publisher(), await alone.signed_in(company.contact)
    load, over = Load(alone, company), asyncio.Event()
    readers = [
        asyncio.create_task(load.reading(copied(alone, browser), over)) for _ in range(READERS)
    ]
    publishers = [
        asyncio.create_task(load.publishing(copied(alone, publisher))) for _ in range(PUBLISHERS)
    ]
    while len(load.acknowledged) < NUMBERS // 4:
        await asyncio.sleep(0.01)
    before, began = postmaster(folder), time.monotonic()
    os.kill(before, how)
    await asyncio.gather(*publishers)
    await asyncio.sleep(0.2)
    over.set()
    await asyncio.gather(*readers)
    assert postmaster(folder) != before
    assert load.statuses[503], "nobody noticed the restart"
    assert load.last_away - began < BACK_SECONDS
    await alone.owner.dispose()  # its connections were closed as well
    rows = await alone.rows(
        "SELECT number, id FROM documents WHERE customer_id = :id", id=UUID(company.id)
    )
    assert sorted((number, str(key)) for number, key in rows) == sorted(load.acknowledged.items())
    listed = (await browser.get("/documents", params={"limit": 200})).json()["items"]
    assert {item["number"] for item in listed} == set(load.numbers)
