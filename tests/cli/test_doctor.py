"""`iportal doctor` says what is wrong, and that nothing is when nothing is."""

import socket
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from api.cli.doctor import Result, examine
from api.core.settings import Settings
from tests.seals.support import rsa_key, write_pkcs12
from tests.support.portals import database_url, free_port
from tests.support.world import owner_engine


async def found(settings: Settings, **changes: Any) -> dict[str, Result]:
    changed = settings.model_copy(update=changes)
    return {result.name: result async for result in examine(changed)}


async def test_nothing_is_wrong_with_the_portal_of_the_tests(migrated: Settings) -> None:
    results = await found(migrated)
    assert [name for name, result in results.items() if result.state == "wrong"] == []
    assert set(results) == {
        "PostgreSQL", "clock", "Redis", "S3", "mail server", "seal", "screens", "address",
    }  # fmt: skip


async def test_an_engine_that_is_away_is_named_and_the_rest_is_still_checked(
    migrated: Settings, tmp_path: Path
) -> None:
    closed = free_port()
    results = await found(
        migrated,
        database_url=database_url(migrated, closed),
        redis_url=f"redis://127.0.0.1:{closed}",
        s3_endpoint_url=f"http://127.0.0.1:{closed}",
        smtp_port=closed,
        frontend_dir=tmp_path,
    )
    states = {name: result.state for name, result in results.items()}
    assert [states[name] for name in ("PostgreSQL", "Redis", "S3", "screens")] == ["wrong"] * 4
    # Mails wait in the outbox meanwhile.
    assert states["mail server"] == "warning"
    assert (await found(migrated, s3_bucket="nowhere"))["S3"].state == "wrong"


async def test_a_silent_engine_does_not_hold_it_up(migrated: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        result = (await found(migrated, redis_url=f"redis://127.0.0.1:{port}"))["Redis"]
    assert (result.state, result.advice) == ("wrong", "does not answer in time")


async def test_an_old_schema_and_a_role_without_bounds_are_told(migrated: Settings) -> None:
    owner = owner_engine(migrated)
    async with owner.begin() as connection:
        newest = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        await connection.execute(text("UPDATE alembic_version SET version_num = 'old'"))
    try:
        told = (await found(migrated))["PostgreSQL"]
    finally:
        async with owner.begin() as connection:
            await connection.execute(
                text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest}
            )
        await owner.dispose()
    assert told.state == "wrong"
    assert "iportal migrate" in told.advice
    away = make_url(migrated.database_url).set(password="not the password")
    refused = await found(migrated, database_url=away.render_as_string(hide_password=False))
    assert refused["PostgreSQL"].state == "wrong"
    assert "not the password" not in refused["PostgreSQL"].advice


@pytest.mark.parametrize(("days", "state"), [(-0.5, "wrong"), (30, "warning"), (400, "ok")])
async def test_a_certificate_that_ends_is_told(
    migrated: Settings, tmp_path: Path, days: float, state: str
) -> None:
    file = tmp_path / "seal.p12"
    write_pkcs12(file, "Doctor", rsa_key(), days=days)
    assert (await found(migrated, seal_pkcs12=file))["seal"].state == state
