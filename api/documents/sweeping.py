"""Clearing up: objects without a row, and sessions that are over."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, text

from api.access import act_as_staff
from api.core.database import Database
from api.models import BrowserSession, DocumentFile
from api.storage import Storage

# Long enough that no publication can still be on its way to its commit.
GRACE = timedelta(hours=1)
BATCH = 500


async def sweep_orphans(database: Database, storage: Storage, grace: timedelta = GRACE) -> int:
    """Delete objects that no row names, left by publications that failed; returns how many."""
    swept = 0
    batch: list[str] = []
    youngest = datetime.now(UTC) - grace
    async for key, written_at in storage.keys("documents/"):
        if written_at < youngest:
            batch.append(key)
        if len(batch) == BATCH:
            swept += await _sweep_batch(database, storage, batch)
            batch = []
    return swept + await _sweep_batch(database, storage, batch)


async def _sweep_batch(database: Database, storage: Storage, keys: list[str]) -> int:
    async with database.transaction() as session:
        await act_as_staff(session)
        known = set(
            await session.scalars(
                select(DocumentFile.object_key).where(DocumentFile.object_key.in_(keys))
            )
        )
    orphans = [key for key in keys if key not in known]
    for key in orphans:
        await storage.delete(key)
    return len(orphans)


async def forget_ended_sessions(database: Database) -> int:
    """Delete sessions past their absolute end; returns how many."""
    async with database.transaction() as session:
        ended = await session.scalars(
            delete(BrowserSession)
            .where(BrowserSession.expires_at < func.now())
            .returning(BrowserSession.id)
        )
        return len(ended.all())


async def learn_words(database: Database) -> None:
    """Once after an upgrade, know the words of the documents that were there before it."""
    async with database.transaction() as session:
        await act_as_staff(session)
        # Of all documents, however many: nobody waits for it.
        await session.execute(text("SET LOCAL statement_timeout = 0"))
        await session.execute(text("SELECT iportal.learn_all_words()"))
