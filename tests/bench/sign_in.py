"""Sign-ins under load, and what they do to the list that others read meanwhile."""

import asyncio
import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Thread
from types import TracebackType

from argon2 import PasswordHasher

from api.core.settings import Settings
from api.demo.cast import PASSWORD
from api.demo.crowd import FEW_EMAIL
from tests.bench.people import Reader, readers
from tests.bench.report import Measure
from tests.bench.servers import portal_server
from tests.bench.wrk import Load, load

ROUNDS = 3
# As `api.core.passwords` has them: 19 MiB, two passes, one lane, two threads.
HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
THREADS = 2
FLOOR_SECONDS = 4
# As many as keep both threads at work.
CROWD = 4
# A few readers, and people who sign in one after the other without a pause: the machine is not full
# before they come.
READERS, SIGNING_IN = 2, 1
RATE_GOAL = 0.50
LATENCY_GOAL = 2.0


def measure_sign_in(settings: Settings) -> list[Measure]:
    """Sign-ins against bare argon2; the list's p95 and p99 beside sign-ins against those alone."""
    reader = asyncio.run(readers(settings.migration_url.replace("+asyncpg", "")))[0]
    with portal_server() as base:
        headers = _known_browser(base, settings)
        rates = [
            (_sign_ins(base, headers, CROWD).per_second, _bare_argon2()) for _ in range(ROUNDS)
        ]
        ours, floor = sorted(rates, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
        pairs = [_beside(base, headers, reader) for _ in range(ROUNDS)]
    busy, idle = sorted(pairs, key=lambda pair: pair[0].p95 / pair[1].p95)[ROUNDS // 2]
    return [
        Measure("sign-ins/s, against argon2 alone", ours, floor, at_least=RATE_GOAL),
        Measure("list p95 ms, while signing in", busy.p95, idle.p95, at_most=LATENCY_GOAL),
        Measure("list p99 ms, while signing in", busy.p99, idle.p99, at_most=LATENCY_GOAL),
    ]


BODY = {"email": FEW_EMAIL, "password": PASSWORD}
JSON_HEADERS = {"Content-Type": "application/json", "X-Requested-With": "i-portal"}


def _known_browser(base: str, settings: Settings) -> dict[str, str]:
    """The headers of a browser that signed in before: nobody is mailed about a new one."""
    request = urllib.request.Request(
        f"{base}/auth/login", json.dumps(BODY).encode(), JSON_HEADERS, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        cookies = [line.split(";")[0] for line in answer.headers.get_all("Set-Cookie")]
    (device,) = [cookie for cookie in cookies if cookie.startswith(f"{settings.device_cookie}=")]
    return {**JSON_HEADERS, "Cookie": device}


def _sign_ins(base: str, headers: dict[str, str], connections: int) -> Load:
    return load(f"{base}/auth/login", headers, body=BODY, connections=connections)


def _bare_argon2() -> float:
    """Verifications per second with the same parameters, on as many threads, and nothing else."""
    hashed = HASHER.hash(PASSWORD)
    end = time.perf_counter() + FLOOR_SECONDS

    def verify() -> int:
        count = 0
        while time.perf_counter() < end:
            HASHER.verify(hashed, PASSWORD)
            count += 1
        return count

    with ThreadPoolExecutor(THREADS) as pool:
        done = [pool.submit(verify) for _ in range(THREADS)]
        return sum(future.result() for future in done) / FLOOR_SECONDS


class _SigningIn(AbstractContextManager[None]):
    """Sign-ins that go on beside whatever is measured."""

    def __init__(self, base: str, headers: dict[str, str]) -> None:
        self._thread = Thread(target=_sign_ins, args=(base, headers, SIGNING_IN))

    def __enter__(self) -> None:
        self._thread.start()
        # Not before they are under way.
        time.sleep(0.5)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.join()


def _beside(base: str, headers: dict[str, str], reader: Reader) -> tuple[Load, Load]:
    """The list while others sign in, and the list alone, one after the other."""
    cookie = {"Cookie": f"session={reader.cookie}"}
    loads = []
    for surroundings in (_SigningIn(base, headers), nullcontext()):
        with surroundings:
            loads.append(load(f"{base}/documents", cookie, seconds=5, connections=READERS))
    return loads[0], loads[1]
