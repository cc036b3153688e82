"""Use the engines of a data directory: those that run, else our own."""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from api.embedded.addresses import Engine, EngineAddresses, EngineError
from api.embedded.process import last_lines
from api.embedded.state import LOCK_DESCRIPTOR, Files, lock, running

WAIT_TIMEOUT = 120.0
STOP_TIMEOUT = 40.0
POLL = 0.05
Report = Callable[[str], None]


def _silent(_text: str) -> None:
    """Report nothing."""


@contextmanager
def running_engines(
    data_dir: Path,
    wanted: Collection[Engine],
    report: Report = _silent,
    *,
    durable: bool = True,
) -> Iterator[EngineAddresses]:
    """Give the addresses of the wanted engines, which run until the block is left.

    Engines that another process runs on the same data directory are used; otherwise they are
    started. They stop when the last process that uses them leaves its block or dies, in whatever
    way; a normal end waits until they have stopped. `report` is called with lines about progress.
    `durable=False` saves the disk in tests: a power cut may then lose data.

    Raises:
        EngineError: an engine cannot be started, or the engines that already run on this data
            directory do not include a wanted one.
    """
    if not wanted:
        yield EngineAddresses()
        return
    session = _Session(Files(data_dir.absolute()), frozenset(wanted), report, durable)
    try:
        yield session.enter()
    finally:
        session.leave()


def attached(data_dir: Path) -> EngineAddresses | None:
    """Give the addresses of the engines that a live process runs on `data_dir`, if there are any.

    This does not keep them running: use :func:`running_engines` for work on them.
    """
    state = running(Files(data_dir.absolute()))
    return EngineAddresses(**state["addresses"]) if state else None


class _Session:
    """One process's use of the engines."""

    def __init__(
        self, files: Files, wanted: frozenset[Engine], report: Report, durable: bool
    ) -> None:
        self._files = files
        self._wanted = wanted
        self._report = report
        self._durable = durable
        self._users: int | None = None
        self._keeper_pid = 0

    def enter(self) -> EngineAddresses:
        self._files.make()
        deadline = time.monotonic() + WAIT_TIMEOUT
        told = False
        while True:
            state = self._try_to_join()
            if state is not None:
                return self._checked(state)
            if time.monotonic() > deadline:
                raise EngineError(
                    f"Another process holds {self._files.engines_lock} and does not get ready."
                )
            if not told:
                self._report("Waiting for engines that another command starts or stops")
                told = True
            time.sleep(POLL)

    def _try_to_join(self) -> dict[str, Any] | None:
        """Join engines that run, or start them if nobody does; None when it is to be retried."""
        if self._users is None:
            self._users = lock(self._files.users_lock, fcntl.LOCK_SH)
        if self._users is None:  # a keeper is stopping
            return None
        state = running(self._files)
        if state is not None:
            return state
        engines = lock(self._files.engines_lock, fcntl.LOCK_EX)
        if engines is None:
            return None
        try:
            # The last keeper may have been killed, or somebody been faster; nobody runs now.
            self._files.engines.unlink(missing_ok=True)
            self._start_keeper(engines)
        finally:
            os.close(engines)
        return running(self._files)

    def _checked(self, state: dict[str, Any]) -> EngineAddresses:
        missing = self._wanted - {Engine(name) for name in state["engines"]}
        if missing:
            raise EngineError(
                f"The portal that runs on {self._files.data_dir} (process "
                f"{state['keeper']['pid']}) does so without {', '.join(sorted(missing))}: use the "
                "same settings, or stop it first."
            )
        return EngineAddresses(**state["addresses"])

    def _start_keeper(self, engines_lock: int) -> None:
        order_read, order_write = os.pipe()
        news_read, news_write = os.pipe()
        log = os.open(
            self._files.keeper_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        package_root = Path(__file__).resolve().parents[2]
        environment = {**os.environ, "PYTHONPATH": str(package_root)}
        try:
            self._keeper_pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", "api.embedded.keeper"],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, order_read, 0),
                    (os.POSIX_SPAWN_DUP2, news_write, 1),
                    (os.POSIX_SPAWN_DUP2, log, 2),
                    (os.POSIX_SPAWN_DUP2, engines_lock, LOCK_DESCRIPTOR),
                ],
            )
        finally:
            for descriptor in (order_read, news_write, log):
                os.close(descriptor)
        order = {
            "data_dir": str(self._files.data_dir),
            "wanted": sorted(self._wanted),
            "durable": self._durable,
        }
        with os.fdopen(order_write, "w") as file, suppress(BrokenPipeError):
            json.dump(order, file)
        with os.fdopen(news_read) as news:
            self._follow(news)

    def _follow(self, news: Any) -> None:
        for line in news:
            message = json.loads(line)
            if "ready" in message:
                return
            if "error" in message:
                raise EngineError(message["error"])
            self._report(message["report"])
        raise EngineError(
            f"The engines ended while they started; the end of {self._files.keeper_log}:\n"
            f"{last_lines(self._files.keeper_log)}"
        )

    def leave(self) -> None:
        """Give the engines up; when we were their last user, see them stop."""
        if self._users is None:
            return
        try:
            if self._is_last_user():
                self._see_them_stop()
            else:
                self._report("The engines go on for another command")
        finally:
            os.close(self._users)
            self._users = None
            self._reap(os.WNOHANG)

    def _is_last_user(self) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(self._users or 0, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _see_them_stop(self) -> None:
        """Tell the keeper, and wait for the lock that it shares with its engines."""
        state = running(self._files)
        if state is not None:
            with suppress(OSError):
                os.kill(state["keeper"]["pid"], signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while time.monotonic() < deadline:
            engines = lock(self._files.engines_lock, fcntl.LOCK_EX)
            if engines is not None:
                os.close(engines)
                self._reap(0)
                return
            time.sleep(POLL)
        self._report("The engines have not stopped yet")

    def _reap(self, options: int) -> None:
        if self._keeper_pid:
            with suppress(ChildProcessError):
                os.waitpid(self._keeper_pid, options)
