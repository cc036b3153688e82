"""The archive of a download, built as the person who asked for it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import act_as_requester
from api.core.database import Database
from api.core.settings import Settings
from api.downloads.archive import write_archive
from api.downloads.building import BATCH, AccessChanged, AccessEnded, ArchiveBuild
from api.downloads.contents import ArchivedDocument, expected_size, load_documents
from api.downloads.packing import MANIFEST, Part, entries_of
from api.models import Customer, Download
from api.outbox import Claim
from api.storage import Storage, Upload


class Build(ArchiveBuild):
    """One attempt at one download's archive."""

    model = Download

    def __init__(
        self, settings: Settings, database: Database, storage: Storage, claim: Claim
    ) -> None:
        super().__init__(settings, database, storage, claim)
        self._scope: list[UUID] | None = None
        self._wanted: list[UUID] = []
        self._formats: list[str] = []
        self._document_ids: list[UUID] = []
        self._customer_ids: set[UUID] = set()

    @property
    def _days(self) -> int:
        return self.settings.download_days

    async def _act(self, session: AsyncSession) -> None:
        if self.claim.user_id is None or not await act_as_requester(
            session, self.claim.user_id, self._scope
        ):
            raise AccessEnded

    async def _read_order(self, session: AsyncSession) -> int:
        row = (
            await session.execute(
                select(Download.scope_ids, Download.document_ids, Download.formats).where(
                    Download.id == self.claim.subject_id
                )
            )
        ).one()
        self._scope, self._wanted, self._formats = row
        return await expected_size(session, self._wanted)

    async def _pack(self, upload: Upload) -> None:
        entries = entries_of(self._batches(), self._formats)
        await write_archive(entries, MANIFEST, self.storage, upload, self._note)

    def _note(self, part: Part) -> None:
        if part.is_last:
            self._document_ids.append(part.document.id)
            self._customer_ids.add(part.document.customer_id)
            self.done += 1

    async def _batches(self) -> AsyncIterator[list[ArchivedDocument]]:
        for start in range(0, len(self._wanted), BATCH):
            async with self.database.transaction() as session:
                await self._act(session)
                ids = self._wanted[start : start + BATCH]
                found = await load_documents(session, ids, self._formats)
            yield found

    async def _outcome(self, session: AsyncSession) -> dict[str, Any]:
        """What is in it and whose that is; raises `AccessChanged` unless all of it may be seen."""
        wanted = self._customer_ids
        seen = await session.scalars(select(Customer.id).where(Customer.id.in_(wanted)))
        if set(seen) != wanted:
            raise AccessChanged
        return {"document_ids": self._document_ids, "customer_ids": list(wanted)}
