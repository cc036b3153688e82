"""The two servers that are compared: the portal, and the floor."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FLOOR_PORT, PORTAL_PORT = 18030, 18031
START_SECONDS = 60


@contextmanager
def _process(command: list[str], url: str, **variables: str) -> Iterator[None]:
    process = subprocess.Popen(command, env={**os.environ, **variables})
    try:
        _wait(url, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


@contextmanager
def floor(dsn: str, statements: dict[str, Any]) -> Iterator[str]:
    """FastAPI and asyncpg with nothing between them; gives its base URL."""
    base = f"http://127.0.0.1:{FLOOR_PORT}"
    command = [sys.executable, "-m", "uvicorn", "tests.bench.floor:app", "--no-access-log"]
    command += ["--port", str(FLOOR_PORT), "--log-level", "warning"]
    variables = {"FLOOR_DSN": dsn, "FLOOR_STATEMENTS": json.dumps(statements)}
    with _process(command, f"{base}/", **variables):
        yield base


@contextmanager
def portal_server() -> Iterator[str]:
    """`iportal serve` as it runs in production: one process; gives the URL of its API."""
    base = f"http://127.0.0.1:{PORTAL_PORT}"
    variables = {"IPORTAL_PORT": str(PORTAL_PORT), "IPORTAL_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "api.cli", "serve"]
    with _process(command, f"{base}/healthz", **variables):
        yield f"{base}/api/v1"
