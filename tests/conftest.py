"""Real engines for the whole run, started from wheels; a migrated database; the application."""

import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.cli.portal import migrate
from api.core.settings import Settings
from api.embedded import Engine, EngineAddresses, running_engines
from tests.support.post import Post
from tests.support.world import World, owner_engine


def pytest_configure() -> None:
    """A shell that starts us in the background has us ignore Ctrl-C, and so all that we start."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# Test packages whose tests start engines or portals of their own, without the fixture.
WITH_ENGINES = ("browser", "cli", "demo", "embedded", "faults")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs no engine, and has no machine to itself, as `unit`."""
    for item in items:
        room = Path(item.path).relative_to(Path(__file__).parent).parts[0]
        fixtures = getattr(item, "fixturenames", ())
        if not ("engines" in fixtures or room in WITH_ENGINES or item.get_closest_marker("alone")):
            item.add_marker("unit")


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineAddresses]:
    """PostgreSQL, Valkey, S3 and the mail sink, empty."""
    folder = tmp_path_factory.mktemp("engines")
    with running_engines(folder, frozenset(Engine), durable=False) as addresses:
        yield addresses


@pytest.fixture(scope="session")
def settings(engines: EngineAddresses, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the portal under test."""
    return Settings(
        database_url=engines.database_url or "",
        owner_database_url=engines.owner_database_url,
        redis_url=engines.redis_url or "",
        s3_endpoint_url=engines.s3_endpoint_url or "",
        s3_bucket=engines.s3_bucket or "",
        s3_access_key_id=engines.s3_access_key_id or "",
        s3_secret_access_key=engines.s3_secret_access_key or "",
        smtp_host=engines.smtp_host or "",
        smtp_port=engines.smtp_port or 25,
        secret_key="a-secret-for-tests-0123456789-abcdefghij",
        data_dir=tmp_path_factory.mktemp("data"),
        frontend_dir=Path(__file__).parent / "data" / "spa",
        max_upload_bytes=5_000_000,
        verify_per_minute=100_000,
        log_level="WARNING",
    )


@pytest.fixture(scope="session")
def migrated(settings: Settings) -> Settings:
    """The settings, once the schema is there."""
    migrate(settings)
    return settings


@pytest.fixture(scope="session")
async def app(migrated: Settings) -> AsyncIterator[FastAPI]:
    """The application as it is served, with its engines open."""
    application = create_app(migrated)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture(scope="session")
async def world(app: FastAPI, migrated: Settings) -> AsyncIterator[World]:
    """People, customers and documents."""
    owner = owner_engine(migrated)
    created = World(app, migrated, owner)
    yield created
    await created.close()
    await owner.dispose()


@pytest.fixture(scope="session")
async def post(world: World, engines: EngineAddresses) -> AsyncIterator[Post]:
    """The mails of accounts, as they arrive."""
    async with httpx.AsyncClient(base_url=engines.mailbox_url or "") as mailbox:
        yield Post(world, mailbox)
