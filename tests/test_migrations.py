"""The migrations make exactly the tables of `api/models`, and can be taken back."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.cli.portal import newest_revision
from api.core.settings import ROOT, Settings
from api.models import Base
from tests.support.world import unique


def run(url: str, statement: str) -> None:
    """Run one statement outside a transaction."""

    async def execute() -> None:
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()

    asyncio.run(execute())


@contextmanager
def empty_database(settings: Settings) -> Iterator[Config]:
    """A database of its own, and Alembic pointed to it."""
    name = unique("migrations").lower()
    run(settings.migration_url, f"CREATE DATABASE {name}")
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    url = make_url(settings.migration_url).set(database=name)
    config.attributes["url"] = url.render_as_string(hide_password=False)
    try:
        yield config
    finally:
        run(settings.migration_url, f"DROP DATABASE {name} WITH (FORCE)")


def differences(url: str) -> list[Any]:
    """What Alembic would still change to reach the models."""

    def compare(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async def connected() -> list[Any]:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            found: list[Any] = await connection.run_sync(compare)
        await engine.dispose()
        return found

    return asyncio.run(connected())


def test_the_migrations_make_the_models_and_can_be_taken_back(migrated: Settings) -> None:
    with empty_database(migrated) as config:
        command.upgrade(config, "head")
        assert differences(config.attributes["url"]) == []
        command.downgrade(config, "base")
        command.upgrade(config, "head")
        assert differences(config.attributes["url"]) == []


def test_the_newest_migration_is_known_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()
