"""What the security tests share: a scene with every kind of caller, and a real server."""

from collections.abc import AsyncIterator

import pytest

from tests.security.scene import Scene, make_scene
from tests.support.portals import Served, command, free_port, until_ready
from tests.support.world import World


@pytest.fixture(scope="session")
async def scene(world: World) -> Scene:
    """Two customers that have nothing to do with each other, and everyone who may call."""
    return await make_scene(world)


@pytest.fixture(scope="session")
async def served(world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """`iportal serve` on a port of its own, on the same engines, logging all it can."""
    log = tmp_path_factory.mktemp("served") / "serve.log"
    port = str(free_port())
    limits = dict.fromkeys(
        ("BODY_TIMEOUT_SECONDS", "HEAD_TIMEOUT_SECONDS", "SEND_TIMEOUT_SECONDS"), "2"
    )
    with command(world.settings, "serve", log, PORT=port, **limits) as it:
        await until_ready(it)
        yield it
