"""The ZIP of a print batch: PDFs in printing order and a manifest, built as the administration."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import act_as_staff
from api.core.database import Database
from api.core.settings import Settings
from api.downloads.archive import Entry, Manifest, Written, write_archive
from api.downloads.building import BATCH, ArchiveBuild
from api.downloads.naming import safe_part
from api.einvoice.csv import Value
from api.models import PrintBatch, PrintBatchDocument
from api.outbox import Claim
from api.printing.queries import Letter, expected_size, load_letters
from api.storage import Storage, Upload

COLUMNS = (
    "position",
    "customer",
    "name",
    "kind",
    "number",
    "issue_date",
    "file",
    "size",
    "sha256",
)


class PrintBuild(ArchiveBuild):
    """One attempt at the ZIP of a print batch."""

    model = PrintBatch

    def __init__(
        self, settings: Settings, database: Database, storage: Storage, claim: Claim
    ) -> None:
        super().__init__(settings, database, storage, claim)
        self._left_out: list[UUID] = []

    @property
    def _days(self) -> int:
        return self.settings.print_batch_days

    async def _act(self, session: AsyncSession) -> None:
        await act_as_staff(session)

    async def _read_order(self, session: AsyncSession) -> int:
        return await expected_size(session, self.claim.subject_id)

    async def _pack(self, upload: Upload) -> None:
        manifest = Manifest(COLUMNS, _line)
        await write_archive(self._entries(), manifest, self.storage, upload, self._note)

    def _note(self, _: tuple[int, Letter]) -> None:
        self.done += 1

    async def _entries(self) -> AsyncIterator[Entry[tuple[int, Letter]]]:
        """What is still published; positions run without gaps, as the sheets come out."""
        position = 0
        async for letter in self._letters():
            if letter.state != "published":
                self._left_out.append(letter.document_id)
                continue
            position += 1
            yield Entry((position, letter), _name(position, letter), stored=letter.pdf)

    async def _letters(self) -> AsyncIterator[Letter]:
        last = 0
        while True:
            async with self.database.transaction() as session:
                await self._act(session)
                letters = await load_letters(session, self.claim.subject_id, last, BATCH)
            for letter in letters:
                yield letter
            if len(letters) < BATCH:
                return
            last = letters[-1].position

    async def _outcome(self, session: AsyncSession) -> dict[str, Any]:
        """What was withdrawn or replaced before it was printed is no longer of the batch."""
        unprinted = select(PrintBatch.id).where(
            PrintBatch.id == self.claim.subject_id, PrintBatch.printed_at.is_(None)
        )
        await session.execute(
            delete(PrintBatchDocument).where(
                PrintBatchDocument.batch_id.in_(unprinted),
                PrintBatchDocument.document_id.in_(self._left_out),
            )
        )
        return {}


def _name(position: int, letter: Letter) -> str:
    """By name the files are in printing order, and the position makes each name its own."""
    number = safe_part(letter.number, "document")
    customer = safe_part(letter.customer_number, "customer")
    return f"{position:06d}_{customer}_{letter.issue_date.isoformat()}_{number}.pdf"


def _line(entry: Entry[tuple[int, Letter]], written: Written | None) -> tuple[Value, ...]:
    position, letter = entry.about
    return (
        Decimal(position),
        letter.customer_number,
        letter.customer_name,
        letter.kind,
        letter.number,
        letter.issue_date,
        entry.name,
        Decimal(written.size) if written else None,
        written.sha256.hex() if written else None,
    )
