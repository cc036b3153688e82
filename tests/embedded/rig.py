"""What the tests of the engines need: commands to kill, data to find again, a look at /proc."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import botocore.session
import redis
from botocore.config import Config
from botocore.handlers import add_expect_header

from api.embedded import Engine, EngineAddresses
from api.embedded.identity import process_birth
from tests.support.running import killed_after

ROOT = Path(__file__).resolve().parents[2]
ALL = [*Engine]


class Command:
    """A second process that uses the engines of a data directory."""

    def __init__(
        self, data_dir: Path, wanted: list[Engine], *, prefix: tuple[str, ...] = ()
    ) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "tests.embedded.holder", str(data_dir), *wanted],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> dict[str, Any]:
        """Wait until it has its addresses, or an error."""
        assert self.process.stdout
        with killed_after(self.process, 120):
            line = self.process.stdout.readline()
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def addresses(self) -> EngineAddresses:
        """Wait for its addresses."""
        return EngineAddresses(**self.answer())

    def end(self) -> None:
        """Let it leave the block and end as a command does."""
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def clean(self) -> None:
        """Leave no process behind, whatever the test did."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@contextmanager
def command(data_dir: Path, wanted: list[Engine] = ALL) -> Iterator[Command]:
    """Run a command that uses the engines."""
    it = Command(data_dir, wanted)
    try:
        yield it
    finally:
        it.clean()


def state(data_dir: Path) -> dict[str, Any]:
    """What is recorded of the engines that run."""
    content = json.loads((data_dir / "run" / "engines.json").read_text())
    assert isinstance(content, dict)
    return content


def family(data_dir: Path) -> dict[int, str | None]:
    """The keeper and everything that descends from it, each with its time of birth."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    found = {state(data_dir)["keeper"]["pid"]}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: process_birth(pid) for pid in found}


def alive(processes: dict[int, str | None]) -> list[int]:
    """Which of them still run."""
    return [pid for pid, birth in processes.items() if birth and process_birth(pid) == birth]


def eventually(condition: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def plain(url: str | None) -> str:
    """The URL as asyncpg wants it."""
    assert url
    return url.replace("+asyncpg", "")


def s3_client(addresses: EngineAddresses, secret: str | None = None) -> Any:
    """A client of the store, with a wrong secret if wanted."""
    client = botocore.session.get_session().create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=addresses.s3_endpoint_url,
        aws_access_key_id=addresses.s3_access_key_id,
        aws_secret_access_key=secret or addresses.s3_secret_access_key,
        config=Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"max_attempts": 0},
            read_timeout=10,
        ),
    )
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


async def put_data(addresses: EngineAddresses, mark: str) -> None:
    """Write something to the database, the queue's store and the object store."""
    connection = await asyncpg.connect(plain(addresses.owner_database_url))
    await connection.execute("CREATE TABLE IF NOT EXISTS marks (mark text)")
    await connection.execute("INSERT INTO marks VALUES ($1)", mark)
    await connection.close()
    with redis.Redis.from_url(addresses.redis_url or "") as valkey:
        valkey.set(mark, mark)
    client = s3_client(addresses)
    client.put_object(Bucket=addresses.s3_bucket, Key=mark, Body=mark.encode() * 50_000)
    client.close()


async def find_data(addresses: EngineAddresses, mark: str) -> None:
    """Assert that what was written is there."""
    connection = await asyncpg.connect(plain(addresses.owner_database_url))
    assert await connection.fetchval("SELECT count(*) FROM marks WHERE mark = $1", mark) == 1
    await connection.close()
    with redis.Redis.from_url(addresses.redis_url or "") as valkey:
        assert valkey.get(mark) == mark.encode()
    client = s3_client(addresses)
    body = client.get_object(Bucket=addresses.s3_bucket, Key=mark)["Body"].read()
    client.close()
    assert body == mark.encode() * 50_000


def listening(processes: dict[int, str | None]) -> dict[str, set[int]]:
    """The TCP addresses on which the processes listen, with the ports."""
    inodes = set()
    for pid in processes:
        for link in (Path("/proc") / str(pid) / "fd").glob("*"):
            try:
                inodes.add(str(link.readlink()))
            except OSError:
                continue
    found: dict[str, set[int]] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                address, port = fields[1].split(":")
                found.setdefault(address, set()).add(int(port, 16))
    return found
