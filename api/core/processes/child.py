"""The process in which tasks run; started by `Processes`, never by hand.

It answers one task after the other until its input ends, as it does when the server is gone.
"""

import os
import pickle
import resource
import signal
import sys
from typing import Any, BinaryIO

from api.core.processes.priority import stand_back
from api.core.processes.wire import CPU_TIME_OVER, LENGTH_BYTES, pack

# Should the server be gone when a task's guard is over, the process ends by itself.
GRACE_SECONDS = 5


def _limit(memory: int) -> None:
    # Of memory, what can be written to is counted: Saxon's runtime reserves far more than it uses.
    for limit, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    stand_back()


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two ends that the server holds; whatever a library prints goes nowhere."""
    tasks, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nowhere, standard)
    return os.fdopen(tasks, "rb"), os.fdopen(answers, "wb")


def _perform(task: bytes) -> tuple[str, Any]:
    """What a task gives: its value or its error."""
    try:
        function, arguments, seconds, guard = pickle.loads(task)  # noqa: S301 - from our server
        signal.setitimer(signal.ITIMER_REAL, guard + GRACE_SECONDS)
        # Counts the CPU time of all threads; the kernel then ends the process by CPU_TIME_OVER.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        began = _cpu_time()
        value = function(*arguments)
        # The timer looks at every tick of the kernel only, which a short task may never meet.
        over = _cpu_time() - began > seconds
    except MemoryError:
        return "memory", None
    except Exception as error:
        return "error", error
    else:
        return ("cpu_time", None) if over else ("value", value)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _cpu_time() -> float:
    # Exact also while a timer runs, when Linux moves the process's CPU clock by ticks only.
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _packed(kind: str, value: Any, *, leaving: bool) -> tuple[bytes, bytes]:
    try:
        return pack((kind, value, leaving))
    except MemoryError:
        return pack(("memory", None, leaving))
    except Exception as error:
        refusal = TypeError(f"the answer cannot be sent: {type(error).__name__}")
        return pack(("error", refusal, leaving))


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - once per task
        return int(file.read().split()[1]) * resource.getpagesize()


def main() -> None:
    """Prepare, tell that we are ready, then answer tasks."""
    memory, recycle_above = int(sys.argv[1]), int(sys.argv[2])
    for timer in (CPU_TIME_OVER, signal.SIGALRM):
        signal.signal(timer, signal.SIG_DFL)  # the server's parent may have ignored them
    tasks, answers = _take_pipes()
    prepare = pickle.loads(tasks.read(_length(tasks)))  # noqa: S301 - from our own server
    if prepare is not None:
        prepare()
    _limit(memory)
    answers.writelines(pack(("ready", None, False)))
    answers.flush()
    leaving = False
    while not leaving and (length := _length(tasks)):
        kind, value = _perform(tasks.read(length))
        leaving = kind == "memory" or _resident() > recycle_above
        answers.writelines(_packed(kind, value, leaving=leaving))
        answers.flush()


def _length(tasks: BinaryIO) -> int:
    return int.from_bytes(tasks.read(LENGTH_BYTES), "big")


if __name__ == "__main__":
    main()
