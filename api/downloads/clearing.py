"""Clearing up after archives: expired ones, and what killed or abandoned attempts left in S3."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import act_as_staff
from api.core.database import Database
from api.models import PrintBatch
from api.outbox import Claim, Job
from api.storage import Storage

PREFIXES = {Job.BUILD_ARCHIVE: "downloads/", Job.BUILD_PRINT_BATCH: "print-batches/"}
BATCH = 500
EXPIRE = text("SELECT * FROM iportal.expire_downloads()")
EXPIRE_PRINTED = (
    update(PrintBatch)
    .where(PrintBatch.object_key.is_not(None), PrintBatch.expires_at < func.now())
    .values(object_key=None)
    .returning(PrintBatch.id)
)
KNOWN = text("SELECT * FROM iportal.known_archives(:keys)")


def archive_key(claim: Claim) -> str:
    """The key that one attempt writes to."""
    return f"{PREFIXES[claim.job]}{claim.subject_id}/{claim.id}-{claim.fence}"


async def clear(database: Database, storage: Storage, subject_id: UUID | None = None) -> int:
    """Delete objects and drop uploads that are no archive's; of all when none is named.

    What a running attempt writes is left alone. Since S3 is listed first, an attempt that began
    afterwards is not in the list. Returns how many were removed.
    """
    return sum([await _clear(database, storage, job, subject_id) for job in PREFIXES])


async def _clear(database: Database, storage: Storage, job: Job, subject_id: UUID | None) -> int:
    prefix = PREFIXES[job] if subject_id is None else f"{PREFIXES[job]}{subject_id}/"
    uploads = [found async for found in storage.open_uploads(prefix)]
    objects = [key async for key, _ in storage.keys(prefix)]
    removed = 0
    for start in range(0, max(len(uploads), len(objects)), BATCH):
        some_uploads, some_objects = uploads[start:][:BATCH], objects[start:][:BATCH]
        keys = {*some_objects, *(key for key, _ in some_uploads)}
        async with database.transaction() as session:
            kept = await _kept(session, job, keys)
        for key, upload_id in some_uploads:
            if key not in kept:
                await storage.abort_upload(key, upload_id)
                removed += 1
        for key in some_objects:
            if key not in kept:
                await storage.delete(key)
                removed += 1
    return removed


async def _kept(session: AsyncSession, job: Job, keys: Collection[str]) -> set[str]:
    """The keys that rows name, and those that running attempts write to."""
    if job is Job.BUILD_PRINT_BATCH:
        await act_as_staff(session)
        named = select(PrintBatch.object_key).where(PrintBatch.object_key.in_(keys))
        known: set[str | None] = set(await session.scalars(named))
    else:
        known = set(await session.scalars(KNOWN, {"keys": sorted(keys)}))
    subjects = {key.split("/")[1] for key in keys}
    running = await outbox.under_way(session, job, subjects)
    prefix = PREFIXES[job]
    kept = {f"{prefix}{subject}/{entry}-{fence}" for subject, entry, fence in running}
    return kept | {key for key in known if key is not None}


async def expire(database: Database) -> Sequence[UUID]:
    """Let archives past their time go and have their objects deleted; a print batch itself stays.

    Returns whose archives they were.
    """
    async with database.transaction() as session:
        await act_as_staff(session)
        downloads = (await session.scalars(EXPIRE)).all()
        printed = (await session.scalars(EXPIRE_PRINTED)).all()
        expired = [*downloads, *printed]
        for subject_id in expired:
            await outbox.put(session, Job.DISCARD_ARCHIVE, subject_id)
        return expired


async def discard(database: Database, storage: Storage, claim: Claim) -> None:
    """Delete what is left of an archive that expired or was removed."""
    await clear(database, storage, claim.subject_id)
    async with database.transaction() as session:
        await outbox.finish(session, claim)
