"""Run one engine: start it, wait until it answers, start it again when it dies, stop it."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from api.core.processes.priority import let_session_stand_back, stand_back
from api.embedded.addresses import Engine, EngineError
from api.embedded.identity import Identity, tie_to_parent
from api.embedded.state import Files, PortBook, Secrets

START_TIMEOUT = 60.0
START_ATTEMPTS = 3
CRASHES_ALLOWED = 5
CRASH_WINDOW = 60.0
POLL = 0.02


@dataclass(frozen=True)
class Place:
    """What every engine is given: where to keep things, as whom to run, how careful to be."""

    files: Files
    secrets: Secrets
    ports: PortBook
    identity: Identity
    durable: bool
    lock: int
    """Descriptor of the engines' lock, inherited by everything that is started."""
    report: Callable[[str], None]

    def folder(self, name: str) -> Path:
        """Return an engine's folder, made and owned by the user the engine runs as."""
        path = self.files.data_dir / name
        path.mkdir(mode=0o700, exist_ok=True)
        self.identity.own(path)
        return path

    def path_for_engine(self, path: Path, folder: Path) -> str:
        """Name a path for an engine that runs in `folder`, whatever parent is closed to its user.

        The working directory is always open to a process, by this name of Linux's too.
        """
        if self.identity.uid is None:
            return str(path.absolute())
        return str(Path("/proc/self/cwd") / path.relative_to(folder))


@dataclass(frozen=True)
class Launch:
    """How a program is started.

    It runs in `folder` and names files relative to it: as another user it may have no way to the
    folder by its path.
    """

    program: Path
    arguments: list[str]
    folder: Path
    stdin: bytes = b""
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    """Sent by the kernel when the keeper is killed."""
    grace: float = 10.0
    """Seconds to stop in; then it is killed."""
    drop: bool = True
    """Whether to run as the identity of the place rather than as ourselves."""
    behind: bool = False
    """Whether it stands back for what answers requests."""


class Definition(Protocol):
    """What is particular to an engine."""

    engine: Engine
    label: str

    async def prepare(self) -> None:
        """Make the data ready for a start; also after a crash."""

    def choose_ports(self) -> None:
        """Take ports from the place's book."""

    def launch(self) -> Launch:
        """Say how to start it on those ports."""

    async def answers(self) -> bool:
        """Whether it does real work already; EngineError when it never will."""

    def addresses(self) -> dict[str, str | int]:
        """Its part of the EngineAddresses."""

    def tidy(self) -> None:
        """Remove what the program leaves outside of its folder when it has ended."""


async def spawn(place: Place, launch: Launch, log: Path) -> asyncio.subprocess.Process:
    """Start a program with its output in `log`, tied to our life and holding the engines' lock."""
    identity = place.identity if launch.drop else Identity()
    inherited = [place.lock]
    executable = str(launch.program)
    opened: int | None = None
    if not identity.can_run(launch.program):
        # Under a folder that is closed to the engine's user: run the file we can open for it.
        opened = os.open(launch.program, os.O_RDONLY)
        inherited.append(opened)
        executable = f"/proc/self/fd/{opened}"
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = await asyncio.create_subprocess_exec(
            str(launch.program),
            *launch.arguments,
            executable=executable,
            cwd=launch.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=_environment(launch),
            pass_fds=inherited,
            user=identity.uid,
            group=identity.gid,
            extra_groups=None if identity.uid is None else [],
            umask=0o077,
            # Only who leads a session of their own can stand back for those of other sessions.
            start_new_session=launch.behind,
            preexec_fn=tie_to_parent(
                launch.death_signal, first=stand_back if launch.behind else None
            ),
        )
    finally:
        os.close(output)
        if opened is not None:
            os.close(opened)
    if launch.behind:
        let_session_stand_back(process.pid)
    if process.stdin is not None:
        with suppress(ConnectionError):
            process.stdin.write(launch.stdin)
            await process.stdin.drain()
        process.stdin.close()
    return process


def _environment(launch: Launch) -> dict[str, str]:
    """Nothing of ours: PGDATA, AWS_ACCESS_KEY_ID and their like would change what engines do."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": ".",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        **launch.environment,
    }


async def stop(process: asyncio.subprocess.Process, launch: Launch) -> None:
    """Ask the process to end, and kill it when it does not in time."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(launch.stop_signal)
    try:
        await asyncio.wait_for(process.wait(), launch.grace)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def run_tool(place: Place, launch: Launch, log: Path) -> int:
    """Run a program to its end, and return its exit status."""
    process = await spawn(place, launch, log)
    try:
        return await process.wait()
    except asyncio.CancelledError:
        await stop(process, launch)
        raise


def last_lines(log: Path, count: int = 6) -> str:
    """Return the end of a log, to be shown with an error."""
    with suppress(OSError):
        lines = log.read_text(errors="replace").strip().splitlines()
        return "\n".join(f"  {line[:300]}" for line in lines[-count:])
    return ""


class RunningEngine:
    """An engine that is kept running until it is stopped."""

    def __init__(self, place: Place, definition: Definition) -> None:
        self.definition = definition
        self.pid = 0
        self._place = place
        self._log = place.files.run / f"{definition.engine}.log"
        self._launch: Launch | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the engine and wait until it answers.

        Raises:
            EngineError: with the end of its log, when it does not come up.
        """
        began = time.monotonic()
        if self._log.exists():
            self._log.replace(self._log.with_suffix(".log.old"))
        await self.definition.prepare()
        for attempt in range(1, START_ATTEMPTS + 1):
            self.definition.choose_ports()
            if await self._start_once():
                seconds = time.monotonic() - began
                self._place.report(f"{self.definition.label}: ready in {seconds:.1f} s")
                return
            if attempt < START_ATTEMPTS:  # perhaps somebody took a port between look and start
                self._place.ports.forget(f"{self.definition.engine}.")
        raise EngineError(
            f"{self.definition.label} did not start; the end of {self._log}:\n"
            f"{last_lines(self._log)}"
        )

    async def watch(self) -> None:
        """Start the engine again whenever it dies; EngineError when it keeps dying."""
        crashes: list[float] = []
        while self._process is not None:
            status = await self._process.wait()
            now = time.monotonic()
            crashes = [*(then for then in crashes if now - then < CRASH_WINDOW), now]
            self._place.report(f"{self.definition.label} ended (status {status}); starting again")
            if len(crashes) > CRASHES_ALLOWED:
                raise EngineError(f"{self.definition.label} keeps ending; see {self._log}.")
            await self.definition.prepare()
            if await self._start_once():
                self._place.report(f"{self.definition.label} runs again")
            else:
                await asyncio.sleep(0.2 * 2 ** len(crashes))

    async def stop(self) -> None:
        """Stop the engine; it is gone when this returns."""
        if self._process is not None and self._launch is not None:
            await stop(self._process, self._launch)
            self.definition.tidy()

    async def _start_once(self) -> bool:
        self._launch = self.definition.launch()
        self._process = await spawn(self._place, self._launch, self._log)
        self.pid = self._process.pid
        deadline = time.monotonic() + START_TIMEOUT
        while self._process.returncode is None and time.monotonic() < deadline:
            if await self.definition.answers():
                return True
            await asyncio.sleep(POLL)
        await self.stop()
        return False
