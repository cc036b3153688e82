"""`iportal doctor`: is everything there that the portal needs, and if not, what to do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from alembic.config import Config
from alembic.script import ScriptDirectory
from cryptography import x509
from sqlalchemy import text

from api.core.database import Database
from api.core.settings import ROOT, Settings
from api.health import CHECK_SECONDS, check_redis, check_smtp
from api.seals.certificates import InvalidCertificateError
from api.seals.loading import load_sealer
from api.storage import Storage, StorageUnavailable

State = Literal["ok", "warning", "wrong"]
# Codes of authenticator apps are good for 30 seconds, and one step to either side.
MOST_CLOCK_SECONDS = 15.0
CERTIFICATE_WARNING = timedelta(days=60)
SCHEMA = text("SELECT version_num FROM alembic_version")
BOUND = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
CLOCK = text("SELECT clock_timestamp()")


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found; `advice` says it in a sentence."""

    name: str
    state: State
    advice: str


async def examine(settings: Settings) -> AsyncIterator[Result]:
    """Every check, in order; one that fails does not stop the next."""
    database = Database(settings)
    try:
        yield await _tried("PostgreSQL", lambda: _database(database))
        yield await _tried("clock", lambda: _clock(database))
    finally:
        await database.close()
    yield await _tried("Redis", lambda: _answers(check_redis(settings)))
    yield await _tried("S3", lambda: _storage(settings))
    yield await _tried("mail server", lambda: _mail(settings))
    yield _seal(settings)
    yield _screens(settings)
    yield _address(settings)


async def _tried(name: str, check: Callable[[], Awaitable[tuple[State, str]]]) -> Result:
    try:
        async with asyncio.timeout(2 * CHECK_SECONDS):
            return Result(name, *await check())
    except TimeoutError:
        return Result(name, "wrong", "does not answer in time")
    except Exception as error:  # whatever it is, the operator reads it here
        told = str(error.__cause__ or error).strip().partition("\n")[0]
        return Result(name, "wrong", f"{type(error).__name__}: {told}"[:200])


async def _answers(check: Awaitable[None]) -> tuple[State, str]:
    await check
    return "ok", "answers"


async def _database(database: Database) -> tuple[State, str]:
    async with database.transaction() as session:
        unbound = await session.scalar(BOUND)
        applied = await session.scalar(SCHEMA)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    if unbound:
        return "wrong", "the app's role bypasses row-level security: give it neither right"
    if applied != newest:
        return "wrong", f"the schema is at {applied}, not {newest}: run `iportal migrate`"
    return "ok", f"answers, schema {applied}"


async def _clock(database: Database) -> tuple[State, str]:
    async with database.transaction() as session:
        theirs: datetime = (await session.execute(CLOCK)).scalar_one()
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > MOST_CLOCK_SECONDS:
        return "wrong", f"{apart:.0f} s from the database's: sign-in codes will be refused"
    return "ok", f"{apart:.1f} s from the database's"


async def _storage(settings: Settings) -> tuple[State, str]:
    async with Storage(settings) as storage:
        try:
            await storage.ready()
        except StorageUnavailable:
            return "wrong", f"the bucket {settings.s3_bucket} does not answer"
    return "ok", f"the bucket {settings.s3_bucket} answers"


async def _mail(settings: Settings) -> tuple[State, str]:
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        await check_smtp(settings)
    except OSError as error:
        return "warning", f"{where} does not answer, mails wait: {error.strerror or error}"
    if settings.dkim_key is None:
        return "ok", f"{where} answers; mails are not signed (IPORTAL_DKIM_KEY)"
    return "ok", f"{where} answers"


def _seal(settings: Settings) -> Result:
    try:
        sealer = load_sealer(settings)
    except InvalidCertificateError as error:
        return Result("seal", "wrong", str(error))
    ends = x509.load_der_x509_certificate(sealer.plan.certificate).not_valid_after_utc
    left = ends - datetime.now(UTC)
    until = f"the certificate is good until {ends:%Y-%m-%d}"
    if left <= timedelta(0):
        return Result("seal", "wrong", f"{until}: configure a new one")
    if left < CERTIFICATE_WARNING:
        return Result("seal", "warning", f"{until}: get a new one")
    if settings.seal_pkcs12 is None and settings.seal_pkcs11_module is None:
        return Result("seal", "warning", "a demo certificate seals: set IPORTAL_SEAL_PKCS12")
    return Result("seal", "ok", until)


def _screens(settings: Settings) -> Result:
    if (settings.frontend_dir / "index.html").is_file():
        return Result("screens", "ok", str(settings.frontend_dir))
    return Result("screens", "wrong", f"{settings.frontend_dir} is empty: run `make spa`")


def _address(settings: Settings) -> Result:
    if settings.public_url.startswith("https:"):
        return Result("address", "ok", settings.public_url)
    return Result("address", "warning", f"{settings.public_url} is for trials: no TLS")
