"""Building archives in the background, as the person who asked.

A build holds a short lease that it extends while it lives. Each attempt writes under a key of its
own, named after its claim; only the newest claim can make its object the archive's, and whatever
other attempts left is cleared away (F1, F2).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import act_as_requester
from api.core.database import Database
from api.core.settings import Settings
from api.downloads.archive import Contents, write_archive
from api.downloads.clearing import archive_key, clear
from api.downloads.contents import ArchivedDocument, expected_size, load_documents
from api.models import Customer, Download
from api.outbox import Claim
from api.storage import DamagedObject, Storage, StorageUnavailable, StoredObject, Upload

BEAT_SECONDS = 1.0
# Without a beat for this long another worker may have the job; well below the lease.
LOST_AFTER_SECONDS = 12.0
BATCH = 100
MAX_ATTEMPTS = 5
# Counts the claims of workers that were killed over it, too (F19).
MAX_CLAIMS = 12
ABORT_SECONDS = 3

log = structlog.get_logger("api.downloads")


class AccessChanged(Exception):
    """While it was built, something in the archive was withdrawn from its requester."""


class NothingLeft(Exception):
    """None of the documents may be seen any more."""


class AccessEnded(Exception):
    """The requester is no longer a user."""


REASONS: dict[type[Exception], str] = {
    StorageUnavailable: "storage_unavailable",
    DamagedObject: "damaged_file",
    NothingLeft: "no_documents",
    AccessEnded: "access_ended",
}
FINAL = (DamagedObject, NothingLeft, AccessEnded)
Verdict = Literal["lost", "cancelled"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built, as it stands in the download's row."""

    scope_ids: list[UUID] | None
    document_ids: list[UUID]
    formats: list[str]
    size: int


class Build:
    """One attempt at one archive."""

    def __init__(
        self, settings: Settings, database: Database, storage: Storage, claim: Claim
    ) -> None:
        self.settings, self.database, self.storage = settings, database, storage
        self.claim = claim
        self.key = archive_key(claim)
        self.done = 0
        self._scope: list[UUID] | None = None
        self._upload: Upload | None = None

    async def run(self) -> None:
        """Build, and settle the row: finished, failed, or left to whoever holds the job now."""
        try:
            async with self.database.transaction() as session:
                order = await self._begin(session)
            if order is not None:
                verdict = await self._write_watched(order)
                if verdict == "lost":
                    log.warning("archive_handed_on", download=str(self.claim.subject_id))
                    return
                if verdict == "cancelled":
                    await self._let_go()
        except asyncio.CancelledError:
            async with asyncio.timeout(ABORT_SECONDS), self.database.transaction() as session:
                await outbox.release(session, [(self.claim.id, self.claim.fence)])
            raise
        except Exception as error:
            await self._failed(error)
        await clear(self.database, self.storage, self.claim.subject_id)

    async def _act(self, session: AsyncSession) -> None:
        if self.claim.user_id is None or not await act_as_requester(
            session, self.claim.user_id, self._scope
        ):
            raise AccessEnded

    async def _begin(self, session: AsyncSession) -> Order | None:
        """Take the row into work; None, and the job is over, when it was cancelled or removed."""
        if self.claim.fence > MAX_CLAIMS:
            raise RuntimeError("given up after many attempts that ended without a word")
        if not await outbox.extend(session, self.claim):
            return None
        await self._act(session)
        row = (
            await session.execute(
                update(Download)
                .where(
                    Download.id == self.claim.subject_id, Download.state.in_(("queued", "running"))
                )
                .values(state="running", done=0)
                .returning(Download.scope_ids, Download.document_ids, Download.formats)
            )
        ).one_or_none()
        if row is None:
            await outbox.finish(session, self.claim)
            return None
        self._scope = row.scope_ids
        size = await expected_size(session, row.document_ids)
        return Order(row.scope_ids, row.document_ids, row.formats, size)

    async def _write_watched(self, order: Order) -> Verdict | None:
        work = asyncio.create_task(self._write(order))
        beat = asyncio.create_task(self._beat())
        try:
            await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return beat.result()
            await self._finish(*work.result())
            return None
        finally:
            for task in (work, beat):
                task.cancel()
            await asyncio.gather(work, beat, return_exceptions=True)
            await self._abort()

    async def _write(self, order: Order) -> tuple[StoredObject, Contents]:
        self._upload = await self.storage.start_upload(self.key, "application/zip", order.size)
        contents = await write_archive(
            self._batches(order), order.formats, self.storage, self._upload, self._advance
        )
        if not contents.document_ids:
            raise NothingLeft
        stored = await self._upload.complete()
        self._upload = None
        return stored, contents

    def _advance(self) -> None:
        self.done += 1

    async def _batches(self, order: Order) -> AsyncIterator[list[ArchivedDocument]]:
        for start in range(0, len(order.document_ids), BATCH):
            async with self.database.transaction() as session:
                await self._act(session)
                ids = order.document_ids[start : start + BATCH]
                found = await load_documents(session, ids, order.formats)
            yield found

    async def _beat(self) -> Verdict:
        """Extend the lease and tell the progress, until the job is lost or cancelled."""
        clock = asyncio.get_running_loop()
        last = clock.time()
        while clock.time() - last < LOST_AFTER_SECONDS:
            await asyncio.sleep(BEAT_SECONDS)
            with contextlib.suppress(SQLAlchemyError, OSError):
                async with self.database.transaction() as session:
                    if not await outbox.extend(session, self.claim):
                        return "lost"
                    await self._act(session)
                    if not await self._tell_progress(session):
                        return "cancelled"
                last = clock.time()
        return "lost"

    async def _tell_progress(self, session: AsyncSession) -> bool:
        told = await session.scalar(
            update(Download)
            .where(Download.id == self.claim.subject_id, Download.state == "running")
            .values(done=self.done)
            .returning(Download.id)
        )
        return told is not None

    async def _finish(self, stored: StoredObject, contents: Contents) -> None:
        """Make the object the archive's, if the job is still ours and all of it may be seen."""
        async with self.database.transaction() as session:
            if await outbox.find_claim(session, self.claim.id, self.claim.fence) is None:
                return
            await self._act(session)
            wanted = contents.customer_ids
            seen = await session.scalars(select(Customer.id).where(Customer.id.in_(wanted)))
            if set(seen) != wanted:
                raise AccessChanged
            count = len(contents.document_ids)
            await session.execute(
                update(Download)
                .where(Download.id == self.claim.subject_id, Download.state == "running")
                .values(
                    state="finished",
                    done=count,
                    total=count,
                    document_ids=contents.document_ids,
                    customer_ids=list(wanted),
                    object_key=stored.key,
                    size_bytes=stored.size,
                    sha256=stored.sha256,
                    finished_at=func.now(),
                    expires_at=func.now() + timedelta(days=self.settings.download_days),
                )
            )
            await outbox.finish(session, self.claim)

    async def _let_go(self) -> None:
        async with self.database.transaction() as session:
            await outbox.finish(session, self.claim)

    async def _abort(self) -> None:
        if self._upload is None:
            return
        with contextlib.suppress(StorageUnavailable, DamagedObject, TimeoutError):
            async with asyncio.timeout(ABORT_SECONDS):
                await self._upload.abort()
        self._upload = None

    async def _failed(self, error: Exception) -> None:
        reason = next((why for kind, why in REASONS.items() if isinstance(error, kind)), "internal")
        given_up = isinstance(error, FINAL) or self.claim.fence > MAX_CLAIMS
        async with self.database.transaction() as session:
            held = await outbox.find_claim(session, self.claim.id, self.claim.fence)
            if held is None or self.claim.user_id is None:
                return
            most = 1 if given_up else MAX_ATTEMPTS
            dead = await outbox.postpone(session, self.claim, reason, most)
            await act_as_requester(session, self.claim.user_id, self._scope)
            values = {"state": "failed", "error": reason} if dead else {"state": "queued"}
            await session.execute(
                update(Download)
                .where(
                    Download.id == self.claim.subject_id, Download.state.in_(("queued", "running"))
                )
                .values(**values, done=0)
            )
        log.warning("archive_failed", error=type(error).__name__, reason=reason, dead=dead)
