"""A few limited processes that take tasks one after the other."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple

import structlog

from api.core.processes.outcome import MEGABYTE, Loss, OverLimit, Unfinished
from api.core.processes.wire import CPU_TIME_OVER, LENGTH_BYTES, pack, read_answer

Ts = TypeVarTuple("Ts")
Packed = tuple[bytes, bytes]
T = TypeVar("T")

MEMORY = 768 * MEGABYTE
RECYCLE_ABOVE = 320 * MEGABYTE
# Of CPU time, for one task.
SECONDS = 30.0
# Of wall-clock time: a process that gets no CPU time must not be waited for without end.
GUARD_SECONDS = 300.0
SECONDS_IN_LINE = 60.0
START_SECONDS = 600.0
EXIT_SECONDS = 60.0
# Waits before a process that would not start is started again.
PAUSES = (0.1, 1.0, 5.0)
MOST_BYTES_BACK = 256 * MEGABYTE
# What a process may know of our surroundings; secrets are in variables, too.
VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")

log = structlog.get_logger(__name__)


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


class Processes:
    """Limited processes; as a context manager it starts them at once and ends them at last.

    `prepare` is called in each new process before its first task, without limits: what it loads
    does not count as the fault of a task. `memory` bounds the writable memory of a process in
    bytes; above `recycle_above` resident bytes it is replaced after its task. `guard` and
    `seconds_in_line` bound the wall-clock time of a task and of the wait for a free process.
    """

    def __init__(
        self,
        count: int,
        *,
        prepare: Callable[[], object] | None = None,
        memory: int = MEMORY,
        recycle_above: int = RECYCLE_ABOVE,
        guard: float = GUARD_SECONDS,
        seconds_in_line: float = SECONDS_IN_LINE,
    ) -> None:
        self.guard = guard
        self.seconds_in_line = seconds_in_line
        self._count = count
        self._prepare = prepare
        self._memory = memory
        self._limits = (str(memory), str(recycle_above))
        self._free: asyncio.Queue[_Process] = asyncio.Queue()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._alive: set[_Process] = set()
        self._started = 0
        self._closed = False

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def start(self, most: int | None = None) -> None:
        """Begin to start the processes, or the first of them, in the background."""
        wanted = self._count if most is None else min(most, self._count)
        while self._started < wanted:
            self._started += 1
            self._spawn(self._add())

    async def run(
        self, function: Callable[[*Ts], T], *arguments: *Ts, seconds: float = SECONDS
    ) -> T | OverLimit:
        """Call a function of a module in one of the processes; its exceptions are raised here.

        `seconds` are of CPU time. Waits for a free process; raises `Unfinished` when none gets free
        in time, and for a task that is lost. A caller that is cancelled does not interrupt the
        task, whose answer is then dropped.
        """
        self.start()
        return await asyncio.shield(self._spawn(self._run(function, arguments, seconds)))

    async def close(self) -> None:
        """End the processes; tasks that still run are lost."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(process.end() for process in list(self._alive)))

    def _spawn(self, coroutine: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, also when the caller has left

    async def _run(
        self, function: Callable[..., T], arguments: Any, seconds: float
    ) -> T | OverLimit:
        guard = self.guard
        task = pack((function, arguments, seconds, guard))
        package = function.__module__.partition(".")[0]
        try:
            async with asyncio.timeout(self.seconds_in_line):
                process = await self._take()
        except TimeoutError as error:
            raise _lost(function, "in_line") from error
        kind, value = await process.ask(task, guard, package)
        self._give_back(process)
        if kind == "error":
            raise value
        if kind == "over":
            limit = OverLimit(value, self._memory if value == "memory" else seconds)
            log.warning("task_over_limit", task=function.__qualname__, used=str(limit))
            return limit
        if kind == "lost":
            raise _lost(function, value)
        answer: T = value
        return answer

    async def _take(self) -> "_Process":
        while (process := await self._free.get()).ended:
            # Something else ended it while it was idle.
            self._give_back(process)
        return process

    def _give_back(self, process: "_Process") -> None:
        if not process.ended:
            self._free.put_nowait(process)
            return
        self._alive.discard(process)
        if not self._closed:
            self._spawn(process.end())
            self._spawn(self._add())

    async def _add(self) -> None:
        """Start one process, again and again until it is ready."""
        tries = 0
        while True:
            process = _Process()
            self._alive.add(process)
            if await process.start(self._prepare, self._limits):
                break
            self._alive.discard(process)
            log.error("process_did_not_start", tries=tries + 1)
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1
        self._free.put_nowait(process)


class _Process:
    """One of them, and the pipes to it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._leaving = False

    @property
    def ended(self) -> bool:
        """Whether it takes no more tasks."""
        process = self._process
        if self._leaving or process is None or process.stdout is None:
            return True
        return process.returncode is not None or process.stdout.at_eof()

    async def start(self, prepare: Callable[[], object] | None, limits: tuple[str, str]) -> bool:
        """Start it and wait until it is prepared; False when it ended instead."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "api.core.processes.child",
            *limits,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            # Ctrl-C reaches the whole group; the server ends its processes itself.
            start_new_session=True,
        )
        kind, _ = await self.ask(pack(prepare), START_SECONDS, "api")
        return kind == "ready"

    async def ask(self, task: Packed, guard: float, package: str) -> tuple[str, Any]:
        """Send a task and wait for its answer; a process that gives none is ended."""
        try:
            async with asyncio.timeout(guard):
                kind, value = await self._exchange(task, package)
        except TimeoutError:
            await self.end()
            return "lost", "wall_clock"
        except asyncio.CancelledError:
            await self.end()
            raise
        except (asyncio.IncompleteReadError, ConnectionError):
            over = await self._exit_status() == -CPU_TIME_OVER
            return ("over", "cpu_time") if over else ("lost", "crashed")
        except Exception as error:
            # What came through the pipe was no answer of ours.
            log.warning("answer_refused", error=type(error).__name__)
            await self.end()
            return "lost", "crashed"
        return ("over", kind) if kind in ("memory", "cpu_time") else (kind, value)

    async def _exchange(self, task: Packed, package: str) -> tuple[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.writelines(task)
        await process.stdin.drain()
        head = await process.stdout.readexactly(LENGTH_BYTES)
        length = int.from_bytes(head, "big")
        if length > MOST_BYTES_BACK:
            raise EOFError
        answer = await process.stdout.readexactly(length)
        kind, value, self._leaving = read_answer(answer, package)
        return str(kind), value

    async def _exit_status(self) -> int | None:
        """How a process ended that has closed its pipes; None for one that goes on without them.

        It must not be killed here, which on some event loops takes its exit status away.
        """
        self._leaving = True
        try:
            async with asyncio.timeout(EXIT_SECONDS):
                return await self._process.wait() if self._process else None
        except TimeoutError:
            await self.end()
            return None

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        self._leaving = True
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


def _lost(function: Callable[..., Any], reason: Loss) -> Unfinished:
    log.warning("task_lost", task=function.__qualname__, reason=reason)
    return Unfinished(reason)


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    return {**known, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
