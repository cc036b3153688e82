"""The portal that a command works on: its engines and its settings."""

import asyncio
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg

from api.core.asking import ask
from api.core.settings import ROOT, Settings
from api.embedded import Engine, EngineAddresses, running_engines

Report = Callable[[str], None]

# The variable that says an engine runs elsewhere, and so is not started here.
ENGINE_VARIABLES = {
    Engine.POSTGRES: "IPORTAL_DATABASE_URL",
    Engine.VALKEY: "IPORTAL_REDIS_URL",
    Engine.S3: "IPORTAL_S3_ENDPOINT_URL",
    Engine.MAIL: "IPORTAL_SMTP_HOST",
}
DEFAULT_DATA_DIR = "var"
KEY_FILE = "secret_key"
MIGRATIONS = ROOT / "migrations"
REVISION = "SELECT version_num FROM alembic_version"
KEYS = tuple((name, f'^{name} = "(.+)"') for name in ("revision", "down_revision"))


def data_dir() -> Path:
    """Where embedded engines keep their data: `IPORTAL_DATA_DIR`, else `var/`."""
    return Path(os.environ.get("IPORTAL_DATA_DIR") or DEFAULT_DATA_DIR).resolve()


def embedded_engines() -> frozenset[Engine]:
    """The engines that no variable points elsewhere."""
    return frozenset(
        engine for engine, name in ENGINE_VARIABLES.items() if not os.environ.get(name)
    )


@contextmanager
def portal(report: Report) -> Iterator[Settings]:
    """The settings, with every engine running: configured, found running, or started for us."""
    wanted = embedded_engines()
    folder = data_dir()
    if (folder / KEY_FILE).exists():
        os.environ.setdefault("IPORTAL_SECRET_KEY", local_secret(folder))
    if not wanted:
        yield Settings()
        return
    with running_engines(folder, wanted, report) as addresses:
        os.environ.update(_variables(addresses))
        os.environ.setdefault("IPORTAL_SECRET_KEY", local_secret(folder))
        settings = Settings()
        if Engine.POSTGRES in wanted:
            migrate(settings)
        yield settings


def _variables(addresses: EngineAddresses) -> dict[str, str]:
    values = {
        "IPORTAL_DATABASE_URL": addresses.database_url,
        "IPORTAL_OWNER_DATABASE_URL": addresses.owner_database_url,
        "IPORTAL_REDIS_URL": addresses.redis_url,
        "IPORTAL_S3_ENDPOINT_URL": addresses.s3_endpoint_url,
        "IPORTAL_S3_BUCKET": addresses.s3_bucket,
        "IPORTAL_S3_ACCESS_KEY_ID": addresses.s3_access_key_id,
        "IPORTAL_S3_SECRET_ACCESS_KEY": addresses.s3_secret_access_key,
        "IPORTAL_SMTP_HOST": addresses.smtp_host,
        "IPORTAL_SMTP_PORT": addresses.smtp_port,
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def local_secret(folder: Path) -> str:
    """The secret of a portal with embedded engines, made once and kept beside their data."""
    file = folder / KEY_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema; quick when it is there."""
    if asyncio.run(_revision(settings)) == newest_revision():
        return
    # A portal whose database is elsewhere, or as it should be, never needs them in memory.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = settings.migration_url
    command.upgrade(config, "head")


def newest_revision() -> str:
    """The revision that the code stands on: the one that no other migration follows."""
    sources = [path.read_text("utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    found = {
        name: set(re.findall(pattern, "\n".join(sources), re.MULTILINE)) for name, pattern in KEYS
    }
    (newest,) = found["revision"] - found["down_revision"]
    return str(newest)


async def _revision(settings: Settings) -> str | None:
    """The database's revision; None before the first migration."""
    with suppress(asyncpg.UndefinedTableError):
        revision: str | None = await ask(settings.migration_url, REVISION)
        return revision
    return None
