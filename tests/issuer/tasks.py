"""Stand-ins for engines that are lost on a file."""

import os
import signal
import time


def abort(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def abort_on_pdf(_: bytes) -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def hang(*_: object) -> None:
    while True:
        pass


def hoard(*_: object) -> int:
    return len(bytearray(2**30))


def sleep(seconds: float) -> None:
    time.sleep(seconds)
