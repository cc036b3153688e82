"""Tasks for limited processes, good and bad."""

import ctypes
import hashlib
import os
import signal
import threading
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Facts:
    length: int
    pid: int
    day: date = date(2026, 1, 2)
    amount: Decimal = Decimal("1.50")


class Stubborn(Exception):
    """An error of ours."""


class _Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


prepared = False


def prepare() -> None:
    global prepared  # noqa: PLW0603 - what a process has loaded
    prepared = True


def is_prepared() -> bool:
    return prepared


def measure(data: bytes) -> Facts:
    return Facts(len(data), os.getpid())


def echo(data: bytes) -> bytes:
    return data


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def spin() -> None:
    while True:
        pass


def work(cpu_seconds: float) -> str:
    """Use up so much CPU time, however long that takes."""
    while time.process_time() < cpu_seconds:
        pass
    return "worked"


def cpu_time() -> float:
    """What this process has used so far."""
    return time.process_time()


def spin_natively() -> None:
    """An engine that neither returns nor lets go of the interpreter, with a thread of its own."""
    threading.Thread(target=spin, daemon=True).start()
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)


def stop() -> None:
    """What a machine without a moment for a process looks like."""
    os.kill(os.getpid(), signal.SIGSTOP)


def kill() -> None:
    """What the system does when it runs out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise Stubborn("no")


def abort() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def abort_later() -> int:
    threading.Timer(0.05, os._exit, [9]).start()
    return os.getpid()


def hoard(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def hoard_natively(megabytes: int) -> None:
    """What an engine in C does when it is given no memory."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    if not libc.malloc(ctypes.c_size_t(megabytes * 2**20)):
        os.abort()


def grow(megabytes: int) -> int:
    kept.append(bytearray(os.urandom(2**20) * megabytes))
    return os.getpid()


kept: list[bytearray] = []


def hostile_answer() -> object:
    return _Hostile()


def unpicklable() -> object:
    return lambda: None


def chatter() -> str:
    print("noise", flush=True)  # noqa: T201
    os.write(1, b"noise")
    return "said"


def environment() -> dict[str, str]:
    return dict(os.environ)


def write_file(path: str) -> bool:
    try:
        Path(path).write_bytes(b"x")
    except OSError:
        return False
    return True
