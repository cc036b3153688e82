"""The few limited processes that read PDFs for anyone, and the short line before them."""

from types import TracebackType
from typing import Self

from api.core import errors
from api.core.errors import Problem
from api.core.processes import OverLimit, Processes
from api.einvoice.pdf import InvalidPdf
from api.portal.reading import read_seal, warm_up
from api.seals.facts import SealFacts
from api.seals.sealing import Sealer

# Of CPU time.
READING_SECONDS = 8.0
# Of wall-clock time: for want of it a file is not read, and nothing is said about it.
GUARD_SECONDS = 60.0
SECONDS_IN_LINE = 20.0
PROCESSES = 2
MOST_WAITING = 8
MEMORY = 512 * 2**20


class Verifier:
    """Reads seals with bounded concurrency, memory and time. A context manager."""

    def __init__(self, sealer: Sealer) -> None:
        self._ours = sealer.ours
        self.processes = Processes(
            PROCESSES,
            prepare=warm_up,
            memory=MEMORY,
            guard=GUARD_SECONDS,
            seconds_in_line=SECONDS_IN_LINE,
        )
        self._inside = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.processes.close()

    def start(self) -> None:
        """Start a process ahead, in the background; the others start with the first who asks.

        Loading the readers takes seconds on a busy machine, and nobody should wait for that.
        """
        self.processes.start(1)

    async def read(self, data: bytes) -> SealFacts | None:
        """The facts of a PDF's seal, None when it has none.

        Raises `INVALID_PDF`, also for a file that takes too much CPU time or memory to read,
        `UNAVAILABLE` when too many are waiting, and `Unfinished` when it could not be read in time.
        """
        if self._inside >= PROCESSES + MOST_WAITING:
            raise Problem(errors.UNAVAILABLE)
        self._inside += 1
        try:
            found = await self.processes.run(read_seal, data, self._ours, seconds=READING_SECONDS)
        except InvalidPdf as error:
            raise errors.invalid_pdf(error.reason) from error
        finally:
            self._inside -= 1
        if isinstance(found, OverLimit):
            raise errors.pdf_over_limit(found)
        return found
