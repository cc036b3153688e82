"""Clearing up after archives: expired ones, and what killed or abandoned attempts left in S3."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.core.database import Database
from api.outbox import Claim, Job
from api.storage import Storage

PREFIX = "downloads/"
BATCH = 500
EXPIRE = text("SELECT * FROM iportal.expire_downloads()")
KNOWN = text("SELECT * FROM iportal.known_archives(:keys)")


def archive_key(claim: Claim) -> str:
    """The key that one attempt writes to."""
    return f"{PREFIX}{claim.subject_id}/{claim.id}-{claim.fence}"


async def clear(database: Database, storage: Storage, download_id: UUID | None = None) -> int:
    """Delete objects and drop uploads that are no archive's; of all when no download is named.

    What a running attempt writes is left alone. Since S3 is listed first, an attempt that began
    afterwards is not in the list. Returns how many were removed.
    """
    prefix = PREFIX if download_id is None else f"{PREFIX}{download_id}/"
    uploads = [found async for found in storage.open_uploads(prefix)]
    objects = [key async for key, _ in storage.keys(prefix)]
    removed = 0
    for start in range(0, max(len(uploads), len(objects)), BATCH):
        some_uploads, some_objects = uploads[start:][:BATCH], objects[start:][:BATCH]
        keys = {*some_objects, *(key for key, _ in some_uploads)}
        async with database.transaction() as session:
            kept = await _kept(session, keys)
        for key, upload_id in some_uploads:
            if key not in kept:
                await storage.abort_upload(key, upload_id)
                removed += 1
        for key in some_objects:
            if key not in kept:
                await storage.delete(key)
                removed += 1
    return removed


async def _kept(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """The keys that rows name, and those that running attempts write to."""
    known = set(await session.scalars(KNOWN, {"keys": sorted(keys)}))
    subjects = {key.split("/")[1] for key in keys}
    running = await outbox.under_way(session, Job.BUILD_ARCHIVE, subjects)
    return known | {f"{PREFIX}{subject}/{entry}-{fence}" for subject, entry, fence in running}


async def expire(database: Database) -> Sequence[UUID]:
    """Mark archives past their time as expired and have their objects deleted."""
    async with database.transaction() as session:
        expired = (await session.scalars(EXPIRE)).all()
        for download_id in expired:
            await outbox.put(session, Job.DISCARD_ARCHIVE, download_id)
        return expired


async def discard(database: Database, storage: Storage, claim: Claim) -> None:
    """Delete what is left of an archive that expired or was removed."""
    await clear(database, storage, claim.subject_id)
    async with database.transaction() as session:
        await outbox.finish(session, claim)
