"""Staff who print."""

import httpx
import pytest

from tests.printing.support import nothing_waits
from tests.support.world import World


@pytest.fixture
async def staff(world: World) -> httpx.AsyncClient:
    """A member of the administration, with nothing waiting to be printed."""
    client = await world.signed_in(await world.person(role="staff"))
    await nothing_waits(client)
    return client
