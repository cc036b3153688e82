"""The migrations make exactly the tables of `api/models`, and can be taken back."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.cli.portal import newest_revision
from api.core.settings import ROOT, Settings
from api.models import Base
from tests.support.migrating import Migration
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


# Those before this day were made without a release, so they never run on tables that are in use.
IN_USE_SINCE = "2026_11_28"
PRESENT = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def tables_of(url: str) -> frozenset[str]:
    """The tables that are there now."""

    async def ask() -> frozenset[str]:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            found = frozenset((await connection.execute(text(PRESENT))).scalars())
        await engine.dispose()
        return found

    return asyncio.run(ask())


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is run meanwhile, by any engine."""
    ran: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        ran.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_sec_F20_migrations_wait_for_no_lock_and_hold_none_for_long(migrated: Settings) -> None:
    with empty_database(migrated) as config:
        url = config.attributes["url"]
        scripts = ScriptDirectory.from_config(config).walk_revisions()
        for revision in reversed([script.revision for script in scripts]):
            present = tables_of(url)
            with statements() as ran:
                command.upgrade(config, revision)
            migration = Migration(present, ran)
            assert migration.sets_lock_timeout(), revision
            assert revision < IN_USE_SINCE or migration.long_locks() == [], revision


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX ix_x ON documents (number)",
        "CREATE UNIQUE INDEX ix_x ON documents (number)",
        "ALTER TABLE documents ADD CONSTRAINT ck_x CHECK (kind IN ('invoice'))",
        "ALTER TABLE documents ADD CONSTRAINT fk_x FOREIGN KEY(a) REFERENCES users (id)",
        "ALTER TABLE documents ADD CONSTRAINT uq_x UNIQUE (number)",
        "ALTER TABLE documents ALTER COLUMN number SET NOT NULL",
        "ALTER TABLE documents ALTER COLUMN number TYPE varchar(9)",
        "ALTER TABLE documents ADD COLUMN x text GENERATED ALWAYS AS (lower(number)) STORED",
        "ALTER TABLE documents ADD COLUMN x uuid DEFAULT gen_random_uuid() NOT NULL",
        "LOCK TABLE documents IN EXCLUSIVE MODE",
        "UPDATE documents SET kind = 'other'",
    ],
)
def test_sec_F20_the_check_notices_what_holds_others_up(statement: str) -> None:
    migration = Migration(frozenset({"documents"}), [statement])
    assert len(migration.long_locks()) == 1
    assert not migration.sets_lock_timeout()
    assert Migration(frozenset({"customers"}), [statement]).long_locks() == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY ix_x ON documents (number)",
        "ALTER TABLE documents ADD CONSTRAINT ck_x CHECK (kind IN ('invoice')) NOT VALID",
        "ALTER TABLE documents ADD CONSTRAINT uq_x UNIQUE USING INDEX ix_x",
        "ALTER TABLE documents ADD COLUMN x text",
        "ALTER TABLE documents ADD COLUMN x timestamptz DEFAULT now() NOT NULL",
        "CREATE FUNCTION f() RETURNS void AS $$ UPDATE documents SET kind = 'other' $$",
        "UPDATE documents SET kind = 'other' WHERE id = 1",
    ],
)
def test_sec_F20_the_check_lets_through_what_is_brief(statement: str) -> None:
    assert Migration(frozenset({"documents"}), [statement]).long_locks() == []
