"""A migration while requests come in, the old and the new app side by side (F20)."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic import command as alembic
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import make_url

from api.core.scopes import Scope
from api.core.settings import Settings
from tests.support.earlier import unpack_app_before
from tests.support.portals import Served, command, free_port, until_ready
from tests.support.world import PASSWORD, World, owner_engine, ubl_bytes, unique
from tests.test_migrations import empty_database

pytestmark = pytest.mark.alone

PER_SECOND = 50
ALONE_SECONDS, TOGETHER_SECONDS = 1, 4
START_SECONDS = 120
MOST_AT_ONCE = 16
READ = ("/documents?count=true", "/documents/{}", "/documents/{}/ubl", "/customers", "/me")


@dataclass(frozen=True, slots=True)
class Rolling:
    """A database before the newest migration, and how to run that."""

    settings: Settings
    config: Config
    newest: Script


@pytest.fixture
def rolling(migrated: Settings) -> Iterator[Rolling]:
    """A database of its own on the real server."""
    with empty_database(migrated) as config:
        scripts = ScriptDirectory.from_config(config)
        newest = scripts.get_revision("head")
        assert isinstance(newest.down_revision, str)
        alembic.upgrade(config, newest.down_revision)
        owner = make_url(config.attributes["url"])
        app = make_url(migrated.database_url).set(database=owner.database)
        urls = {
            "database_url": app.render_as_string(hide_password=False),
            "owner_database_url": owner.render_as_string(hide_password=False),
        }
        yield Rolling(migrated.model_copy(update=urls), config, newest)


@dataclass(slots=True)
class Load:
    """Fifty requests a second, each to the next of the servers, of all kinds in turn."""

    reader: dict[str, str]
    publisher: dict[str, str]
    number: str
    document: str
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)

    async def run(self, done: asyncio.Event, **servers: Served) -> None:
        """Until it is done; a machine that is too slow for the rate gets as many as it can bear."""
        places = asyncio.Semaphore(MOST_AT_ONCE)
        clients = {
            name: httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=60)
            for name, server in servers.items()
        }
        async with asyncio.TaskGroup() as group:
            while not done.is_set():
                await places.acquire()
                turn = next(self.turns)
                name = list(clients)[turn % len(clients)]
                task = group.create_task(self.one(name, clients[name], turn // len(clients)))
                task.add_done_callback(lambda _: places.release())
                await asyncio.sleep(1 / PER_SECOND)
        for client in clients.values():
            await client.aclose()

    async def one(self, name: str, client: httpx.AsyncClient, turn: int) -> None:
        """One request; an answer of 500 or more, or none, is a failure."""
        try:
            answer = await self.ask(client, turn)
        except httpx.HTTPError as error:
            self.failures.append(f"{name}: {type(error).__name__}")
            return
        self.statuses[name, answer.status_code] += 1
        if answer.status_code >= 500:
            self.failures.append(f"{name}: {answer.request.url} {answer.text[:300]}")

    async def ask(self, client: httpx.AsyncClient, turn: int) -> httpx.Response:
        """Mostly readers, now and then somebody who publishes, marks as read, or signs in."""
        match turn % 25:
            case 0:
                files = {"ubl": ("x.xml", ubl_bytes(unique("F20-")), "application/xml")}
                body = {"metadata": json.dumps({"customer_number": self.number})}
                return await client.post(
                    "/issuer/documents", headers=self.publisher, files=files, data=body
                )
            case 1:
                marks: dict[str, Any] = {"document_ids": [self.document], "read": False}
                return await client.post("/documents/read", headers=self.reader, json=marks)
            case 2:
                wrong = {"email": "nobody@example.com", "password": PASSWORD}
                header = {"X-Requested-With": "i-portal"}
                return await client.post("/auth/login", headers=header, json=wrong)
        read = READ[turn % len(READ)].format(self.document)
        return await client.get(read, headers=self.reader)


async def load_for(rolling: Rolling, world: World, server: Served) -> Load:
    """People, a customer number and a document, made through the old app."""
    owner = owner_engine(rolling.settings)
    made = World(world.app, rolling.settings, owner)
    contact, staff = await made.person(), await made.person(role="staff")
    token = await made.token(staff, Scope.ISSUER_PUBLISH, Scope.ISSUER_CUSTOMERS)
    publisher = {"Authorization": token.headers["authorization"]}
    number = unique("F20-")
    async with httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=60) as client:
        body: dict[str, Any] = {
            "name": "F20",
            "language": "en",
            "contact": {"email": contact.email},
        }
        answer = await client.put(f"/issuer/customers/{number}", headers=publisher, json=body)
        assert answer.status_code == 201, answer.text
        header = {"X-Requested-With": "i-portal"}
        body = {"email": contact.email, "password": PASSWORD}
        answer = await client.post("/auth/login", headers=header, json=body)
        assert answer.status_code == 200, answer.text
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
        files = {"ubl": ("x.xml", ubl_bytes(unique("F20-")), "application/xml")}
        metadata = {"metadata": json.dumps({"customer_number": number})}
        answer = await client.post(
            "/issuer/documents", headers=publisher, files=files, data=metadata
        )
        assert answer.status_code == 201, answer.text
    await made.close()
    await owner.dispose()
    return Load({**header, "Cookie": cookies}, publisher, number, answer.json()["id"])


async def test_sec_F20_old_and_new_app_answer_while_the_database_is_migrated(
    rolling: Rolling, world: World, tmp_path: Path
) -> None:
    root = str(unpack_app_before(Path(rolling.newest.path), tmp_path / "before"))
    ports = {"old": str(free_port()), "new": str(free_port())}
    with command(
        rolling.settings, "serve", tmp_path / "old.log", root=root, PORT=ports["old"]
    ) as old:
        await until_ready(old, START_SECONDS)
        load = await load_for(rolling, world, old)
        done = asyncio.Event()
        loading = asyncio.create_task(load.run(done, old=old))
        await asyncio.sleep(ALONE_SECONDS)
        await asyncio.to_thread(alembic.upgrade, rolling.config, "head")
        await asyncio.sleep(ALONE_SECONDS)
        done.set()
        await loading
        assert load.failures == [], old.lines()[-3000:]
        with command(rolling.settings, "serve", tmp_path / "new.log", PORT=ports["new"]) as new:
            await until_ready(new, START_SECONDS)
            done.clear()
            loading = asyncio.create_task(load.run(done, old=old, new=new))
            await asyncio.sleep(TOGETHER_SECONDS)
            done.set()
            await loading
    assert load.failures == [], load.statuses
    served = Counter(dict.fromkeys(ports, 0))
    for (name, status), times in load.statuses.items():
        assert status in (200, 201, 204, 401, 429), load.statuses
        served[name] += times
    assert min(served.values()) > 20, load.statuses
    # Nobody was shut out by the migration: what needs a session was answered throughout.
    assert load.statuses["old", 200] > 20 < load.statuses["new", 200]
