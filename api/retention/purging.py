"""The purge: rows first, then their files."""

from sqlalchemy import text

from api.access import act_as_staff
from api.core.database import Database
from api.storage import Storage

FORGET_WORDS = text("SELECT iportal.forget_words()")
PURGE = text("SELECT document_id, object_keys FROM iportal.purge_documents(:years, :most)")
BATCH = 200


async def purge_documents(database: Database, storage: Storage, years: int) -> int:
    """Delete documents older than `years` and all that belongs to them; returns how many.

    The younger of issue and publication counts. Files go after the rows have gone: should that
    fail, the sweep finds objects that no row names.
    """
    purged = 0
    while True:
        async with database.transaction() as session:
            await act_as_staff(session)
            rows = (await session.execute(PURGE, {"years": years, "most": BATCH})).all()
        for row in rows:
            for key in row.object_keys:
                await storage.delete(key)
        purged += len(rows)
        if len(rows) < BATCH:
            break
    if purged:
        await _forget_words(database)
    return purged


async def _forget_words(database: Database) -> None:
    """Forget the words that only purged documents had."""
    async with database.transaction() as session:
        await act_as_staff(session)
        # Looks each word up, however many there are; nobody waits for it.
        await session.execute(text("SET LOCAL statement_timeout = 0"))
        await session.execute(FORGET_WORDS)
