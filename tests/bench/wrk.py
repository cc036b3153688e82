"""Runs wrk against a server on loopback."""

import re
import subprocess
from dataclasses import dataclass

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured: answers per second, and latencies in milliseconds."""

    per_second: float
    median: float
    p99: float


class BenchFailed(Exception):
    """A measurement that would mean nothing: errors, or no answers."""


def load(url: str, headers: dict[str, str], *, seconds: int = 6, connections: int = 16) -> Load:
    """Ask for one URL as fast as it is answered; raises `BenchFailed` if any answer is no 2xx."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    answer = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in answer or "Socket errors" in answer:
        raise BenchFailed(answer)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", answer)
    if rate is None:
        raise BenchFailed(answer)
    return Load(float(rate.group(1)), _latency(answer, "50"), _latency(answer, "99"))


def _latency(answer: str, percentile: str) -> float:
    match = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", answer)
    if match is None:
        raise BenchFailed(answer)
    return float(match.group(1)) * UNITS[match.group(2)]
