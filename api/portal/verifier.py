"""The few limited processes that read PDFs for anyone, and the short line before them."""

import asyncio
from types import TracebackType
from typing import Self

from api.core import errors
from api.core.errors import Problem
from api.core.processes import Lost, Processes
from api.einvoice.pdf import InvalidPdf
from api.portal.reading import read_seal, warm_up
from api.seals.facts import SealFacts
from api.seals.sealing import Sealer

SECONDS = 10
READING_SECONDS = 8.0
PROCESSES = 2
MOST_WAITING = 8
MEMORY = 512 * 2**20


class Verifier:
    """Reads seals with bounded concurrency, memory and time. A context manager."""

    def __init__(self, sealer: Sealer) -> None:
        self._ours = sealer.ours
        self._processes = Processes(PROCESSES, prepare=warm_up, memory=MEMORY)
        self._inside = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._processes.close()

    def start(self) -> None:
        """Start a process ahead, in the background; the others start with the first who asks.

        Loading the readers takes seconds on a busy machine, and nobody should wait for that.
        """
        self._processes.start(1)

    async def read(self, data: bytes) -> SealFacts | None:
        """The facts of a PDF's seal, None when it has none.

        Raises `INVALID_PDF`, also for a file that takes too much time or memory to read, and
        `UNAVAILABLE` when too many are waiting.
        """
        if self._inside >= PROCESSES + MOST_WAITING:
            raise Problem(errors.UNAVAILABLE)
        self._inside += 1
        try:
            async with asyncio.timeout(SECONDS):
                found = await self._processes.run(
                    read_seal, data, self._ours, seconds=READING_SECONDS
                )
        except InvalidPdf as error:
            raise errors.invalid_pdf(error.reason) from error
        finally:
            self._inside -= 1
        if isinstance(found, Lost):
            raise errors.invalid_pdf("too_complex")
        return found
