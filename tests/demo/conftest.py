"""Portals of their own: the demo refuses one that has customers."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from api.app import create_app
from api.cli.portal import migrate
from api.core.settings import Settings
from tests.support.world import World, owner_engine

NewPortal = Callable[[], Awaitable[World]]
_names = itertools.count(1)


def _on(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


async def _new_database(settings: Settings) -> Settings:
    name = f"demo{next(_names)}"
    engine = create_async_engine(settings.migration_url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    changed = {
        "database_url": _on(settings.database_url, name),
        "owner_database_url": _on(settings.migration_url, name),
        "demo": True,
    }
    made = settings.model_copy(update=changed)
    # Alembic runs a loop of its own, and seeding does.
    await asyncio.to_thread(migrate, made)
    return made


@asynccontextmanager
async def portal_of_its_own(settings: Settings) -> AsyncIterator[World]:
    """A portal like the one under test, with an empty database."""
    settings = await _new_database(settings)
    app, owner = create_app(settings), owner_engine(settings)
    async with app.router.lifespan_context(app):
        world = World(app, settings, owner)
        yield world
        await world.close()
    await owner.dispose()


@pytest.fixture
async def new_portal(settings: Settings) -> AsyncIterator[NewPortal]:
    """Makes portals with an empty database."""
    async with AsyncExitStack() as stack:

        async def make() -> World:
            return await stack.enter_async_context(portal_of_its_own(settings))

        yield make
