"""Clients that leave before they are answered leave nothing behind (F21)."""

import asyncio
import random

import httpx
import pytest

from tests.security.scene import Scene
from tests.security.test_pool import OPEN
from tests.support.portals import Served
from tests.support.waiting import eventually

pytestmark = pytest.mark.alone

LEAVING = 6_000
AT_ONCE = 120
DRAINED_SECONDS = 60


async def leave(served: Served, request: bytes, after: float) -> None:
    """Ask over a line of one's own and break it, answered or not."""
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request)
    await asyncio.sleep(after)
    writer.transport.abort()


async def test_sec_F21_thousands_of_clients_that_leave(scene: Scene, served: Served) -> None:
    name = scene.world.settings.session_cookie
    value = scene.clients["main_contact"].cookies[name]
    paths = ("documents?limit=1", "documents?q=scene&limit=1", "tags", "documents/export")
    requests = [
        f"GET /api/v1/{path} HTTP/1.1\r\nHost: x\r\nCookie: {name}={value}\r\n\r\n".encode()
        for path in paths
    ]
    chance = random.Random(21)
    for _ in range(LEAVING // AT_ONCE):
        await asyncio.gather(
            *(
                leave(served, chance.choice(requests), chance.choice((0, 0.002, 0.01, 0.05)))
                for _ in range(AT_ONCE)
            )
        )

    async def none_open() -> bool:
        return bool((await scene.world.rows(OPEN))[0][0] == 0)

    async with httpx.AsyncClient(base_url=f"{served.url}/api/v1", timeout=60) as client:
        client.cookies.set(name, value)

        async def all_answered() -> bool:
            # As many at once as the pools hold: each of their connections is there to be had.
            answers = await asyncio.gather(*(client.get(f"/{path}") for path in paths * 2))
            return all(answer.status_code == 200 for answer in answers)

        # What is still worked on for those who left ends by itself.
        await eventually(all_answered, "the pools are whole", DRAINED_SECONDS)
    await eventually(none_open, "every transaction is over", DRAINED_SECONDS)
    assert '"unexpected_error"' not in served.lines()
