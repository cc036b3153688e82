"""PostgreSQL goes away, comes back, or breaks the line at the worst moment (F5, F6, F21)."""

import asyncio
import json
import time
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from api.core.database import Database
from tests.faults.conftest import Faulty
from tests.security.calls import copied
from tests.support.waiting import eventually
from tests.support.world import World, ubl_bytes, unique

pytestmark = pytest.mark.alone

BACK_SECONDS = 10
KILL = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name = 'i-portal'"
)


async def publish(client: httpx.AsyncClient, customer: str, number: str) -> httpx.Response:
    return await client.post(
        "/issuer/documents",
        files={"ubl": ("x.xml", ubl_bytes(number))},
        data={"metadata": json.dumps({"customer_number": customer})},
    )


def is_away(answer: httpx.Response) -> bool:
    """Whether this is the answer that tells clients to come back."""
    return (
        answer.status_code == 503
        and answer.json()["code"] == "unavailable"
        and int(answer.headers["retry-after"]) > 0
    )


async def test_sec_F5_away_means_503_and_back_means_back(behind_database: Faulty) -> None:
    world, proxy = behind_database.world, behind_database.proxy
    company = await world.company()
    browser = await world.signed_in(company.contact)
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/documents", None),
        ("GET", "/me", None),
        ("GET", "/customers", None),
        ("PATCH", "/me", {"first_name": "Ada"}),
        ("POST", "/auth/login", {"email": company.contact.email, "password": "x" * 20}),
    ]
    proxy.mode = "refuse"
    proxy.cut()
    for method, path, body in calls * 2:
        began = time.monotonic()
        answer = await browser.request(method, path, json=body)
        assert is_away(answer), (path, answer.text)
        assert time.monotonic() - began < 10
    root = world.settings.public_url
    assert (await browser.get(f"{root}/healthz")).status_code == 200
    ready = await browser.get(f"{root}/readyz")
    assert (ready.status_code, ready.json()["engines"]["postgresql"]) == (503, "away")
    assert (await browser.get("/portal")).status_code == 200
    proxy.mode = "pass"

    async def back() -> bool:
        return (await browser.get("/documents")).status_code == 200

    await eventually(back, "answers again", BACK_SECONDS)
    for method, path, body in calls[:4]:
        assert (await browser.request(method, path, json=body)).status_code == 200


async def test_sec_F5_a_database_that_does_not_answer_holds_nobody_for_ever(
    behind_database: Faulty,
) -> None:
    world, proxy = behind_database.world, behind_database.proxy
    browser = await world.signed_in(await world.person())
    proxy.mode = "hang"
    proxy.cut()
    began = time.monotonic()
    answers = await asyncio.gather(*(browser.get("/me") for _ in range(12)))
    assert all(is_away(answer) for answer in answers)
    assert time.monotonic() - began < 20
    proxy.mode = "pass"
    proxy.cut()

    async def back() -> bool:
        return (await browser.get("/me")).status_code == 200

    await eventually(back, "answers again", BACK_SECONDS)


async def test_sec_F5_connections_closed_while_idle_cost_no_request(world: World) -> None:
    browser = await world.signed_in(await world.person())
    paths = ("/me", "/documents", "/customers", "/documents/changes")
    # As many at once as the pools hold, so that every one of their connections is then idle.
    await asyncio.gather(*(browser.get(path) for path in paths * 4))
    async with world.owner.begin() as connection:
        assert (await connection.execute(KILL)).scalar_one() >= 3
    await asyncio.sleep(0.2)
    answers = await asyncio.gather(*(browser.get(path) for path in paths * 4))
    assert [answer.status_code for answer in answers] == [200] * len(answers)


@pytest.mark.parametrize("way", ["killed", "cut"])
async def test_sec_F5_under_load_nothing_acknowledged_is_lost(
    behind_database: Faulty, way: str
) -> None:
    """Publishers that try again whatever happens, while every connection is broken five times."""
    world, proxy = behind_database.world, behind_database.proxy
    company, publisher = await world.company(), await world.publisher()
    numbers = [unique("F5-") for _ in range(24)]
    acknowledged: dict[str, str] = {}

    async def insist(number: str) -> None:
        client = copied(world, publisher)
        for _ in range(60):
            answer = await publish(client, company.number, number)
            if answer.status_code in (200, 201):
                acknowledged[number] = answer.json()["id"]
                return
            assert is_away(answer), answer.text
            await asyncio.sleep(0.1)

    async def disturb() -> None:
        for _ in range(5):
            await asyncio.sleep(0.15)
            if way == "cut":
                proxy.cut()
                continue
            async with world.owner.begin() as connection:
                await connection.execute(KILL)

    await asyncio.gather(disturb(), *(insist(number) for number in numbers))
    assert set(acknowledged) == set(numbers)
    rows = await world.rows(
        "SELECT number, id FROM documents WHERE customer_id = :id", id=UUID(company.id)
    )
    assert sorted((n, str(i)) for n, i in rows) == sorted(acknowledged.items())
    jobs = await world.rows(
        "SELECT subject_id FROM outbox WHERE job = 'announce_document' AND customer_id = :id",
        id=UUID(company.id),
    )
    assert sorted(str(job[0]) for job in jobs) == sorted(acknowledged.values())


async def test_sec_F6_cut_after_commit_was_sent(behind_database: Faulty) -> None:
    world, proxy = behind_database.world, behind_database.proxy
    company, publisher, number = await world.company(), await world.publisher(), unique("F6-")
    # A publication has several steps; the last one, which writes the rows, puts its job.
    proxy.cut_after, proxy.armed_by = b"COMMIT", b"announce_document"
    first = await publish(publisher, company.number, number)
    assert not proxy.cut_after, "the line was not cut"
    assert is_away(first), first.text
    again = await publish(publisher, company.number, number)
    assert again.status_code == 200, again.text
    rows = await world.rows("SELECT id FROM documents WHERE number = :number", number=number)
    assert [str(row[0]) for row in rows] == [again.json()["id"]]


@pytest.mark.parametrize("pool", ["transaction", "direct"])
@pytest.mark.parametrize("place", ["begin", "query", "commit"])
async def test_sec_F21_whoever_leaves_while_the_database_is_slow_leaves_nothing(
    behind_database: Faulty, pool: str, place: str
) -> None:
    world, proxy = behind_database.world, behind_database.proxy
    database: Database = world.app.state.database

    async def use() -> None:
        hold = {name: name == place for name in ("begin", "query", "commit")}
        proxy.mode = "slow" if hold["begin"] else "pass"
        async with opened(database, pool) as execute:
            await execute("SELECT set_config('iportal.user_id', 'left behind', true)")
            proxy.mode = "slow" if hold["query"] else proxy.mode
            await execute("SELECT 1")
            proxy.mode = "slow" if hold["commit"] else proxy.mode

    async with opened(database, pool) as execute:
        await execute("SELECT 1")
    leaving = asyncio.create_task(use())
    await asyncio.sleep(0.15)
    leaving.cancel()
    await asyncio.sleep(0.05)
    proxy.mode = "pass"
    assert isinstance((await asyncio.gather(leaving, return_exceptions=True))[0], BaseException)
    for _ in range(6):
        async with opened(database, pool) as execute:
            assert not await execute("SELECT current_setting('iportal.user_id', true)")
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


class opened:  # noqa: N801
    """A transaction of either pool, as a function that runs a statement."""

    def __init__(self, database: Database, pool: str) -> None:
        self.pool = pool
        self.context: Any = getattr(database, pool)()

    async def __aenter__(self) -> Any:
        entered = await self.context.__aenter__()
        if self.pool == "direct":
            return entered.fetchval

        async def scalar(statement: str) -> Any:
            return await entered.scalar(text(statement))

        return scalar

    async def __aexit__(self, *error: Any) -> Any:
        return await self.context.__aexit__(*error)


async def test_sec_F21_the_owner_sees_no_open_transaction(world: World) -> None:
    async def none_open() -> bool:
        rows = await world.rows(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'i-portal'"
            " AND state LIKE 'idle in transaction%'"
        )
        return int(rows[0][0]) == 0

    await eventually(none_open, "every transaction is over", 3)


LOSING = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END
$$
"""
LOSES = "CREATE TRIGGER lose BEFORE INSERT ON tags FOR EACH ROW EXECUTE FUNCTION lose()"


async def test_sec_F20_who_loses_a_deadlock_is_told_to_come_again(world: World) -> None:
    browser = await world.signed_in((await world.company()).contact)
    tag = {"name": "Booked", "color": "#2f855a"}
    async with world.owner.begin() as connection:
        await connection.execute(text(LOSING))
        await connection.execute(text(LOSES))
    try:
        refused = await browser.post("/tags", json=tag)
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert "retry-after" in refused.headers
    finally:
        async with world.owner.begin() as connection:
            await connection.execute(text("DROP FUNCTION lose CASCADE"))
    assert (await browser.post("/tags", json=tag)).status_code == 201
