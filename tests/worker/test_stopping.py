"""A worker is told to stop, or its engines are gone: it ends, and nothing is lost (F22)."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.portals import command, environment, free_port
from tests.support.waiting import eventually
from tests.support.world import World
from tests.worker.mail_server import mail_server
from tests.worker.office import Office

pytestmark = pytest.mark.alone

DRAINED_SECONDS = 30


async def ended(process: "subprocess.Popen[bytes]", seconds: float) -> int:
    return await asyncio.wait_for(asyncio.to_thread(process.wait), seconds)


async def test_sec_F22_a_worker_finishes_what_it_does_and_ends(
    world: World, office: Office, tmp_path: Path
) -> None:
    """SIGTERM while the mail server thinks: the mail is settled, the next ones stay for others."""
    company = await world.company()
    documents = [await world.publish(company) for _ in range(30)]
    async with mail_server() as server:
        server.hold = asyncio.Event()
        variables = {"SMTP_PORT": str(server.port), "LOG_LEVEL": "INFO", "SMTP_CONNECTIONS": "2"}
        with command(world.settings, "worker", tmp_path / "log", **variables) as running:
            await asyncio.wait_for(server.taken.wait(), 120)
            begun = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(1)
            assert running.process.poll() is None, "it waits for the mail under way"
            server.hold.set()
            assert await ended(running.process, DRAINED_SECONDS) == 0, running.lines()
            assert time.monotonic() - begun < DRAINED_SECONDS
        await office.pass_time()  # rather than to wait for leases
        with command(world.settings, "worker", tmp_path / "log2", **variables):

            async def all_sent() -> bool:
                rows = await world.rows("SELECT count(*) FROM outbox WHERE state = 'waiting'")
                return int(rows[0][0]) == 0

            await eventually(all_sent, "the next worker takes over", 120)
    states = [row.state for d in documents for row in await office.deliveries(d["id"])]
    assert states == ["sent"] * 30
    subjects = [
        line for raw in server.received for line in raw.splitlines() if line.startswith("Subject:")
    ]
    assert len(subjects) == len(set(subjects)) == 30


async def test_sec_F22_a_worker_without_engines_can_be_stopped(
    world: World, tmp_path: Path
) -> None:
    """Redis is away for good, and SIGTERM comes: it must not outlive its engines."""
    port = free_port()
    variables = {"REDIS_URL": f"redis://127.0.0.1:{port}", "LOG_LEVEL": "INFO"}
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-m", "api.cli", "worker"],
            env=environment(world.settings, **variables),
            stdout=stream,
            stderr=stream,
        )
    try:

        async def tries() -> bool:
            return "redis connection error" in log.read_text("utf-8", "replace")

        await eventually(tries, "it looks for Redis", 120)
        process.send_signal(signal.SIGTERM)
        assert await ended(process, 60) == 0
    finally:
        process.kill()
        process.wait()


async def test_sec_F22_a_worker_gives_up_when_redis_stays_away(
    world: World, tmp_path: Path
) -> None:
    """Whoever runs it is told by the exit code, and starts it anew."""
    code = (
        "import api.worker as w; w.MOST_SECONDS_WITHOUT_REDIS = 2; w.RETRIES = 1;"
        "from api.cli import main; import sys; sys.argv = ['iportal', 'worker']; main()"
    )
    variables = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}", "LOG_LEVEL": "INFO"}
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-c", code],
            env=environment(world.settings, **variables),
            stdout=stream,
            stderr=stream,
        )
    try:
        assert await ended(process, 120) == 1, log.read_text()
        assert "worker_gives_up" in log.read_text()
    finally:
        process.kill()
        process.wait()
