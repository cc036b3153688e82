"""How tasks and answers travel between a server and its processes: a length, then a pickle."""

import io
import pickle
import signal
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

LENGTH_BYTES = 8
# Ends a process whose task is over its CPU time: the signal of the timer ITIMER_PROF.
CPU_TIME_OVER = signal.SIGPROF
PLAIN = (date, datetime, timedelta, timezone, Decimal, UUID)
_PLAIN = {(kind.__module__, kind.__qualname__): kind for kind in PLAIN}


def pack(value: object) -> tuple[bytes, bytes]:
    """A value's length and its pickle, to be written one after the other."""
    data = pickle.dumps(value, protocol=5)
    return len(data).to_bytes(LENGTH_BYTES, "big"), data


class UnsafeAnswer(pickle.UnpicklingError):
    """An answer names something that no answer of ours contains."""


class _AnswerReader(pickle.Unpickler):
    """Accepts plain values and classes of ours, so that a taken-over process cannot call into us.

    A pickle may name any function of any module and have it called when it is read.
    """

    def __init__(self, data: bytes, package: str) -> None:
        super().__init__(io.BytesIO(data))
        self._packages = ("api", "builtins", package)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        if module.partition(".")[0] not in self._packages:
            raise UnsafeAnswer(f"{module}.{name}")
        found = super().find_class(module, name)
        ours = module != "builtins"
        if not isinstance(found, type) or not (ours or issubclass(found, Exception)):
            raise UnsafeAnswer(f"{module}.{name}")
        return found


def read_answer(data: bytes, package: str) -> Any:
    """The value of an answer, which may name classes of `api` and of the task's own package.

    Raises `pickle.UnpicklingError`, or what those classes raise.
    """
    return _AnswerReader(data, package).load()
