"""The list's p99 while a ZIP is built, and while a folder is ingested and people sign in too."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import httpx

from api.core.settings import Settings
from tests.bench.people import readers
from tests.bench.report import Measure
from tests.bench.servers import portal_server
from tests.bench.wrk import load

ROUNDS = 3
# Few enough that the idle portal answers at once: a queue of its own would hide the others.
CONNECTIONS = 2
P99_GOAL = 2.0
MOST_MEGABYTES = 180.0
RESIDENT = "process_resident_memory_bytes"
BURDENS = {
    "a ZIP is built": ("archives",),
    "ZIP, ingest, sign-ins run": ("archives", "ingest", "sign-ins"),
}


def measure_busy(settings: Settings) -> list[Measure]:
    """The p99 of the list, busy against idle, alternating; then the memory of the API process."""
    reader = asyncio.run(readers(settings.migration_url.replace("+asyncpg", "")))[0]
    header = {"Cookie": f"session={reader.cookie}"}
    measures = []
    with portal_server() as url:

        def p99() -> float:
            return load(f"{url}/documents", header, connections=CONNECTIONS).p99

        p99()  # what is asked for first is not yet in memory
        for meanwhile, burdens in BURDENS.items():
            idle, busy = [], []
            for _ in range(ROUNDS):
                idle.append(p99())
                with _burdened(url, burdens):
                    busy.append(p99())
            name = f"list, p99 ms while {meanwhile} (idle)"
            measures.append(Measure(name, median(busy), median(idle), at_most=P99_GOAL))
        megabytes = _resident(url)
    most = "API process, memory in MB (at most)"
    return [*measures, Measure(most, megabytes, MOST_MEGABYTES, at_most=1.0)]


@contextmanager
def _burdened(url: str, burdens: tuple[str, ...]) -> Iterator[None]:
    """Other work, each kind in a process that tells when it has begun and goes on until stopped."""
    # Stopped in the midst of it they clear up nothing.
    with tempfile.TemporaryDirectory() as folder:
        processes = [_burden(burden, url, folder) for burden in burdens]
        try:
            for burden, process in zip(burdens, processes, strict=True):
                assert process.stdout is not None
                if process.stdout.readline() != b"begun\n":
                    raise RuntimeError(f"{burden} did not begin")
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def _burden(burden: str, url: str, folder: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.burden", burden, url],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": folder},
        start_new_session=True,
    )


def _resident(url: str) -> float:
    """Megabytes of the API process, as it tells itself."""
    metrics = httpx.get(f"{url.removesuffix('/api/v1')}/metrics").text
    lines = (line for line in metrics.splitlines() if line.startswith(RESIDENT))
    return float(next(lines).split()[1]) / 1e6
