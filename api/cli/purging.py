"""`iportal purge`."""

from api.core.database import Database
from api.core.settings import Settings
from api.retention.purging import purge_documents
from api.storage import Storage


async def purge_now(settings: Settings) -> int:
    """Delete what is over its time and not held; returns how many documents."""
    database = Database(settings)
    try:
        async with Storage(settings) as storage:
            return await purge_documents(database, storage, settings.retention_years)
    finally:
        await database.close()
