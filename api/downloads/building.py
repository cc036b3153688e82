"""Building archives in the background.

A build holds a short lease that it extends while it lives. Each attempt writes under a key of its
own, named after its claim; only the newest claim can make its object the archive's, and whatever
other attempts left is cleared away (F1, F2).
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any, ClassVar, Literal

import structlog
from sqlalchemy import func, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.core.database import Database
from api.core.settings import Settings
from api.downloads.clearing import archive_key, clear
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
UNDER_WAY = ("queued", "running")

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


class ArchiveBuild(ABC):
    """One attempt at one archive; `model` is the table of its row, which tells how far it is."""

    model: ClassVar[Any]

    def __init__(
        self, settings: Settings, database: Database, storage: Storage, claim: Claim
    ) -> None:
        self.settings, self.database, self.storage = settings, database, storage
        self.claim = claim
        self.key = archive_key(claim)
        self.done = 0
        self._upload: Upload | None = None

    @abstractmethod
    async def _act(self, session: AsyncSession) -> None:
        """Become whoever it is built for; raises `AccessEnded` when they are gone."""

    @abstractmethod
    async def _read_order(self, session: AsyncSession) -> int:
        """Read what is to be built; about how many bytes that is."""

    @abstractmethod
    async def _pack(self, upload: Upload) -> None:
        """Write the archive, counting in `done` the documents that are in."""

    @abstractmethod
    async def _outcome(self, session: AsyncSession) -> dict[str, Any]:
        """What else the row tells when it is finished; raises when it must not be."""

    @property
    @abstractmethod
    def _days(self) -> int:
        """How long the archive stays."""

    async def run(self) -> None:
        """Build, and settle the row: finished, failed, or left to whoever holds the job now."""
        try:
            async with self.database.transaction() as session:
                size = await self._begin(session)
            if size is not None:
                verdict = await self._write_watched(size)
                if verdict == "lost":
                    log.warning("archive_handed_on", subject=str(self.claim.subject_id))
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

    async def _begin(self, session: AsyncSession) -> int | None:
        """Take the row into work; None, and the job is over, when it was cancelled or removed."""
        if self.claim.fence > MAX_CLAIMS:
            raise RuntimeError("given up after many attempts that ended without a word")
        if not await outbox.extend(session, self.claim):
            return None
        await self._act(session)
        if not await self._update(session, UNDER_WAY, state="running", done=0):
            await outbox.finish(session, self.claim)
            return None
        return await self._read_order(session)

    async def _update(
        self, session: AsyncSession, states: tuple[str, ...], **values: object
    ) -> bool:
        """Change the row if it is in one of the states, and tell whether it was."""
        changed = await session.scalar(
            update(self.model)
            .where(self.model.id == self.claim.subject_id, self.model.state.in_(states))
            .values(**values)
            .returning(self.model.id)
        )
        return changed is not None

    async def _write_watched(self, size: int) -> Verdict | None:
        work = asyncio.create_task(self._write(size))
        beat = asyncio.create_task(self._beat())
        try:
            await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return beat.result()
            await self._finish(work.result())
            return None
        finally:
            for task in (work, beat):
                task.cancel()
            await asyncio.gather(work, beat, return_exceptions=True)
            await self._abort()

    async def _write(self, size: int) -> StoredObject:
        self._upload = await self.storage.start_upload(self.key, "application/zip", size)
        await self._pack(self._upload)
        if self.done == 0:
            raise NothingLeft
        stored = await self._upload.complete()
        self._upload = None
        return stored

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
                    if not await self._update(session, ("running",), done=self.done):
                        return "cancelled"
                last = clock.time()
        return "lost"

    async def _finish(self, stored: StoredObject) -> None:
        """Make the object the archive's, if the job is still ours."""
        async with self.database.transaction() as session:
            if await outbox.find_claim(session, self.claim.id, self.claim.fence) is None:
                return
            await self._act(session)
            outcome = await self._outcome(session)
            await self._update(
                session,
                ("running",),
                state="finished",
                done=self.done,
                total=self.done,
                object_key=stored.key,
                size_bytes=stored.size,
                sha256=stored.sha256,
                finished_at=func.now(),
                expires_at=func.now() + timedelta(days=self._days),
                **outcome,
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
            if held is None:
                return
            most = 1 if given_up else MAX_ATTEMPTS
            dead = await outbox.postpone(session, self.claim, reason, most)
            # Whoever is gone sees their own rows all the same, so that they can be settled.
            with contextlib.suppress(AccessEnded):
                await self._act(session)
            values = {"state": "failed", "error": reason} if dead else {"state": "queued"}
            await self._update(session, UNDER_WAY, **values, done=0)
        file = str(error) if isinstance(error, DamagedObject) else None
        failure = {"error": type(error).__name__, "file": file, "reason": reason, "dead": dead}
        log.warning("archive_failed", **failure)
