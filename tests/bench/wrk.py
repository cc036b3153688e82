"""Runs wrk against a server on loopback."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support import debian

# wrk itself tells no 95th percentile.
SCRIPT = """
done = function(summary, latency)
  for _, share in ipairs({50, 95, 99}) do
    io.write(string.format("p%d: %.3f\\n", share, latency:percentile(share) / 1000))
  end
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured: answers per second, and latencies in milliseconds."""

    per_second: float
    median: float
    p95: float
    p99: float


class BenchFailed(Exception):
    """A measurement that would mean nothing: errors, or no answers."""


def load(
    url: str,
    headers: dict[str, str],
    *,
    body: dict[str, str] | None = None,
    seconds: int = 6,
    connections: int = 16,
) -> Load:
    """Ask for one URL, or post one body, as fast as it is answered.

    Raises `BenchFailed` if any answer is no 2xx.
    """
    command = [debian.find("wrk") or "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "wrk.lua")
        script.write_text(SCRIPT + (_post(body) if body else ""))
        command += ["-s", str(script), url]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in answer or "Socket errors" in answer:
        raise BenchFailed(answer)
    return Load(
        _number(r"Requests/sec:\s+([\d.]+)", answer),
        _number(r"p50: ([\d.]+)", answer),
        _number(r"p95: ([\d.]+)", answer),
        _number(r"p99: ([\d.]+)", answer),
    )


def _post(body: dict[str, str]) -> str:
    return f'wrk.method = "POST"\nwrk.body = [[{json.dumps(body)}]]\n'


def _number(pattern: str, answer: str) -> float:
    match = re.search(pattern, answer)
    if match is None:
        raise BenchFailed(answer)
    return float(match.group(1))
