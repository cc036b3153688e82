"""Portals whose engines are behind a proxy."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url

from tests.support.portals import database_url, portal_with
from tests.support.proxy import Proxy, proxy_to
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Faulty:
    """A portal, and the proxy between it and one of its engines."""

    world: World
    proxy: Proxy


@pytest.fixture
async def behind_database(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Faulty]:
    """A portal that reaches PostgreSQL through a proxy, and waits two seconds to be connected."""
    monkeypatch.setattr("api.core.database.CONNECT_SECONDS", 2)
    url = make_url(world.settings.database_url)
    async with proxy_to(str(url.host), int(url.port or 0)) as proxy:
        own = database_url(world.settings, proxy.port)
        async with portal_with(world, database_url=own) as portal:
            yield Faulty(portal, proxy)


@pytest.fixture
async def behind_storage(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Faulty]:
    """A portal that reaches S3 through a proxy, and waits two seconds for it instead of ten.

    It has two connections for transactions: what hangs must leave one of them to others.
    """
    monkeypatch.setattr("api.storage.errors.TIMEOUT_SECONDS", 2)
    parts = urlsplit(world.settings.s3_endpoint_url)
    async with proxy_to(str(parts.hostname), int(parts.port or 0)) as proxy:
        own = f"http://127.0.0.1:{proxy.port}"
        async with portal_with(world, s3_endpoint_url=own, database_pool_size=2) as portal:
            yield Faulty(portal, proxy)


@pytest.fixture
async def behind_redis(world: World) -> AsyncIterator[Faulty]:
    """A portal that reaches Redis through a proxy."""
    parts = urlsplit(world.settings.redis_url)
    async with proxy_to(str(parts.hostname), int(parts.port or 0)) as proxy:
        own = world.settings.redis_url.replace(f":{parts.port}", f":{proxy.port}")
        async with portal_with(world, redis_url=own) as portal:
            yield Faulty(portal, proxy)
