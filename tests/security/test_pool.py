"""A principal never outlives its transaction, however the request ends (T4, F21)."""

import asyncio
import gc
import random

import httpx
import pytest
from sqlalchemy import text

from api.core.database import Database
from tests.security.calls import copied
from tests.security.scene import Scene
from tests.support.portals import portal_with
from tests.support.waiting import eventually

CANCELLED = 6_000
AT_ONCE = 60
SETTINGS = ("iportal.user_id", "iportal.customer_ids")
LEFT = text(
    "SELECT current_user, current_setting('iportal.user_id', true),"
    " current_setting('iportal.customer_ids', true), (SELECT count(*) FROM documents)"
)
BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'i-portal'"
JUST_BEGUN = "SELECT clock_timestamp() - now() < interval '2 seconds'"
OPEN = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'i-portal'"
    " AND state LIKE 'idle in transaction%'"
)


async def cancelled_soon(client: httpx.AsyncClient, path: str, after: float) -> str:
    """Ask, and go away before the answer may have come; what came says whose it is."""
    try:
        async with asyncio.timeout(after):
            answer = await client.get(path)
    except TimeoutError:
        return ""
    return answer.text if answer.status_code == 200 else ""


async def backends(scene: Scene) -> int:
    return int((await scene.world.rows(BACKENDS))[0][0])


# A connection that was cancelled while it was being made is closed when it is collected.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_sec_T4_thousands_of_cancelled_requests_leave_no_principal(scene: Scene) -> None:
    before = await backends(scene)
    async with portal_with(scene.world, database_pool_size=2, database_direct_pool_size=2) as small:
        names = ("main_contact", "stranger", "staff", "publisher", "documents:read")
        clients = {name: copied(small, scene.clients[name]) for name in names}
        owned = {"main_contact": scene.company, "documents:read": scene.company}
        owned["stranger"] = scene.other
        chance = random.Random(4)
        answered = asked = 0
        while asked - answered < CANCELLED:
            drawn = [chance.choice(names) for _ in range(AT_ONCE)]
            waits = [chance.choice((0, 0.001, 0.003, 0.01, 0.03, 30)) for _ in drawn]
            paths = [chance.choice(("/documents", "/me", "/customers")) for _ in drawn]
            answers = await asyncio.gather(
                *(
                    cancelled_soon(clients[name], path, wait)
                    for name, path, wait in zip(drawn, paths, waits, strict=True)
                )
            )
            for name, path, answer in zip(drawn, paths, answers, strict=True):
                asked += 1
                answered += bool(answer)
                if answer and name in owned and path != "/me":
                    stranger = scene.other if owned[name] is scene.company else scene.company
                    assert stranger.id not in answer, name
            await nothing_left(small.app.state.database)
        assert asked * 0.05 < answered, "nobody was answered"
        assert small.app.state.database.engine.pool.checkedout() == 0
        assert (await scene.world.rows(OPEN))[0][0] == 0
        listed = (await clients["main_contact"].get("/documents")).json()
        # Other tests publish for this customer as well; nobody else's document may be there.
        assert scene.own["document"] in [item["id"] for item in listed["items"]]
        assert {item["customer"]["id"] for item in listed["items"]} == {scene.company.id}
        assert await backends(scene) <= before + 4
    await asyncio.sleep(0.2)
    gc.collect()

    async def as_before() -> bool:
        return await backends(scene) <= before

    await eventually(as_before, "the connections of the small pool are closed")


async def nothing_left(database: Database) -> None:
    """Look at every connection of the pool as the next request will find it."""
    async with database.direct() as one, database.direct() as two:
        for connection in (one, two):
            role, user_id, customers, seen = await connection.fetchrow(LEFT.text)
            assert (role, user_id or "", customers or "", seen) == ("iportal_app", "", "", 0)
            assert await connection.fetchval(JUST_BEGUN), "an older transaction goes on"
    async with database.transaction() as one, database.transaction() as two:
        for session in (one, two):
            role, user_id, customers, seen = (await session.execute(LEFT)).one()
            assert (role, user_id or "", customers or "", seen) == ("iportal_app", "", "", 0)
