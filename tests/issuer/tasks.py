"""Stand-ins for engines that are lost on a file."""

import os
import signal
import time


def abort(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def kill(*_: object) -> None:
    """What the system does when it runs out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop(*_: object) -> None:
    """What a machine without a moment for a process looks like."""
    os.kill(os.getpid(), signal.SIGSTOP)


def hang(*_: object) -> None:
    while True:
        pass


def hoard(*_: object) -> int:
    return len(bytearray(2**30))


def sleep(seconds: float) -> None:
    time.sleep(seconds)
