"""The process that holds the engines: `python -m api.embedded.keeper`.

Engines are children of this process, not of the command that wanted them: several commands can
share them, and they stop in good order whatever way the last of those commands ends. The kernel
says so by releasing its lock. Should the keeper itself be killed, the kernel ends the engines.
"""

import asyncio
import fcntl
import json
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.embedded.addresses import Engine, EngineError
from api.embedded.identity import Identity, process_birth
from api.embedded.mail import Mail
from api.embedded.postgres import Postgres
from api.embedded.process import Definition, Place, RunningEngine
from api.embedded.s3 import S3
from api.embedded.state import (
    LOCK_DESCRIPTOR,
    Files,
    PortBook,
    Secrets,
    lock,
    write_private,
)
from api.embedded.valkey import Valkey

UNUSED_POLL = 0.1
DEFINITIONS: dict[Engine, type[Postgres | Valkey | S3 | Mail]] = {
    Engine.POSTGRES: Postgres,
    Engine.VALKEY: Valkey,
    Engine.S3: S3,
    Engine.MAIL: Mail,
}


class Keeper:
    """Starts the wanted engines, records them, and stops them when nobody uses them."""

    def __init__(self, data_dir: Path, wanted: list[Engine], *, durable: bool) -> None:
        self._files = Files(data_dir)
        self._wanted = wanted
        self._durable = durable
        self._starting = True
        self._engines: list[RunningEngine] = []
        self._users: int | None = None

    async def keep(self) -> int:
        """Run until unused, told to stop, or broken; return the exit status."""
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
        end = [asyncio.create_task(told.wait()), asyncio.create_task(self._unused())]
        work = asyncio.create_task(self._work())
        try:
            await asyncio.wait([*end, work], return_when=asyncio.FIRST_COMPLETED)
            return self._outcome(work)
        finally:
            self._files.engines.unlink(missing_ok=True)  # from here on nobody comes in
            for task in (*end, work):
                task.cancel()
            await asyncio.gather(*end, work, return_exceptions=True)
            await asyncio.gather(*(engine.stop() for engine in self._engines))
            self._hand_over()
            self._log("stopped")

    def _outcome(self, work: asyncio.Task[None]) -> int:
        error = work.exception() if work.done() else None
        if error is None:
            return 0
        text = _readable(error)
        self._log(text)
        self._say({"error": text})
        return 1

    async def _work(self) -> None:
        files = self._files
        place = Place(
            files=files,
            secrets=Secrets(files.secrets),
            ports=PortBook(files.ports),
            identity=Identity.for_data(files.data_dir),
            durable=self._durable,
            lock=LOCK_DESCRIPTOR,
            report=self._report,
        )
        definitions: list[Definition] = [DEFINITIONS[engine](place) for engine in self._wanted]
        self._engines = [RunningEngine(place, definition) for definition in definitions]
        async with asyncio.TaskGroup() as group:
            for engine in self._engines:
                group.create_task(engine.start())
        self._record()
        self._hand_over()
        self._say({"ready": True})
        self._starting = False
        async with asyncio.TaskGroup() as group:
            for engine in self._engines:
                group.create_task(engine.watch())

    async def _unused(self) -> None:
        while self._users is None:
            await asyncio.sleep(UNUSED_POLL)
            self._users = lock(self._files.users_lock, fcntl.LOCK_EX)

    def _record(self) -> None:
        addresses: dict[str, str | int] = {}
        for engine in self._engines:
            addresses |= engine.definition.addresses()
        keeper = {"pid": os.getpid(), "birth": process_birth(os.getpid())}
        pids = {engine.definition.engine.value: engine.pid for engine in self._engines}
        state = {"keeper": keeper, "engines": pids, "addresses": addresses}
        write_private(self._files.engines, state)

    def _report(self, text: str) -> None:
        if self._starting:
            self._say({"report": text})
        else:  # an engine was started again
            self._record()
        self._log(text)

    def _say(self, message: dict[str, Any]) -> None:
        """Tell the command that started us; it may be gone."""
        with suppress(OSError):
            os.write(1, json.dumps(message).encode() + b"\n")

    def _log(self, text: str) -> None:
        os.write(2, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}\n".encode())

    def _hand_over(self) -> None:
        """Leave nothing of root's in a data directory that belongs to somebody else."""
        owner = self._files.data_dir.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            identity = Identity(owner.st_uid, owner.st_gid)
            for path in (self._files.run, self._files.secrets, self._files.data_dir / "mail"):
                if path.exists():
                    identity.own(path)


def _readable(error: BaseException) -> str:
    """Give the text of the first error in a group that is meant for people, else name it."""
    while isinstance(error, BaseExceptionGroup):
        meant = error.subgroup(EngineError) or error
        error = meant.exceptions[0]
    return str(error) if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"


def main() -> int:
    """Read what to do from standard input, then keep the engines."""
    with suppress(PermissionError):
        os.setsid()  # Ctrl-C in the terminal is for the command; it decides when we stop
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    order = json.load(sys.stdin)
    keeper = Keeper(
        Path(order["data_dir"]),
        [Engine(name) for name in order["wanted"]],
        durable=order["durable"],
    )
    return asyncio.run(keeper.keep())


if __name__ == "__main__":
    sys.exit(main())
