"""More portals on the same engines: other settings in this process, or a real server of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import make_url

from api.app import create_app
from api.core.settings import ROOT, Settings
from tests.support.world import World

START_SECONDS = 120


@asynccontextmanager
async def portal_with(world: World, **changes: Any) -> AsyncIterator[World]:
    """The same world seen through an application with some settings changed."""
    changed = world.settings.model_copy(update=changes)
    app = create_app(changed)
    async with app.router.lifespan_context(app):
        other = World(app, changed, world.owner)
        try:
            yield other
        finally:
            await other.close()


def database_url(settings: Settings, port: int) -> str:
    """The app's database behind another port."""
    url = make_url(settings.database_url).set(host="127.0.0.1", port=port)
    return url.render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class Served:
    """A server or a worker in its own process, with everything it wrote."""

    process: "subprocess.Popen[bytes]"
    log: Path
    url: str = ""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def processor_seconds(self) -> float:
        """What it has worked so far; unlike the time that passes, other programs change it little.

        What it may cost is told in these: a busy machine must not make a test fail.
        """
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def lines(self) -> str:
        """What it has logged so far."""
        return self.log.read_text("utf-8", "replace")


def environment(settings: Settings, **changes: str) -> dict[str, str]:
    """The variables that make a command use the engines of the tests."""
    values = {
        "DATABASE_URL": settings.database_url,
        "OWNER_DATABASE_URL": settings.owner_database_url or "",
        "REDIS_URL": settings.redis_url,
        "S3_ENDPOINT_URL": settings.s3_endpoint_url,
        "S3_BUCKET": settings.s3_bucket,
        "S3_ACCESS_KEY_ID": settings.s3_access_key_id,
        "S3_SECRET_ACCESS_KEY": settings.s3_secret_access_key.get_secret_value(),
        "SMTP_HOST": settings.smtp_host,
        "SMTP_PORT": str(settings.smtp_port),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "PUBLIC_URL": settings.public_url,
        "DATA_DIR": str(settings.data_dir),
        "FRONTEND_DIR": str(settings.frontend_dir),
        "MAX_UPLOAD_BYTES": str(settings.max_upload_bytes),
        "LOG_LEVEL": "DEBUG",
        **changes,
    }
    return {**os.environ, **{f"IPORTAL_{name}": value for name, value in values.items()}}


@contextmanager
def command(
    settings: Settings, name: str, log: Path, *, root: str = str(ROOT), **changes: str
) -> Iterator[Served]:
    """`iportal serve` or `iportal worker`, as it is run in production, until the block ends.

    `root` is where its code is.
    """
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", name],
            cwd=root,
            env=environment(settings, **changes),
            stdout=stream,
            stderr=stream,
        )
    try:
        yield Served(process, log, f"http://127.0.0.1:{changes.get('PORT', '0')}")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until_ready(served: Served, seconds: float = START_SECONDS) -> None:
    """Wait until a server answers."""
    async with httpx.AsyncClient(timeout=2) as client, asyncio.timeout(seconds):
        while True:
            assert served.process.poll() is None, served.lines()
            try:
                if (await client.get(f"{served.url}/healthz")).status_code == 200:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
