"""What becomes of a task that gives no answer: over a limit of its own, or unfinished."""

from dataclasses import dataclass
from typing import Literal

Limit = Literal["cpu_time", "memory"]
Loss = Literal["crashed", "wall_clock", "in_line"]

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A task that used up a limit by itself, however busy the machine: a fact about its input.

    `amount` is the limit: seconds of CPU time, or bytes of memory.
    """

    limit: Limit
    amount: float

    def __str__(self) -> str:
        if self.limit == "memory":
            return f"more than {self.amount / MEGABYTE:.0f} MB of memory"
        return f"more than {self.amount:g} s of CPU time"


class Unfinished(Exception):
    """A task that was lost for a reason outside of its input, about which nothing is known.

    `crashed`: its process ended, for instance killed by the system for lack of memory.
    `wall_clock`: the guard against processes that get no CPU time. `in_line`: no process got free.
    """

    def __init__(self, reason: Loss) -> None:
        super().__init__(reason)
        self.reason = reason
