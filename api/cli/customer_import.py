"""Imports customer numbers from a CSV file on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from api.access import act_as_publisher
from api.core.database import Database
from api.core.settings import Settings
from api.issuer.customer_csv import CustomerFile
from api.issuer.customer_schemas import CustomerImport
from api.issuer.importing import ImportOptions, import_customers

Advance = Callable[[int, int], None]


class Operator:
    """The operator, who imports from the command line and is nobody's user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def session(self) -> AsyncIterator[tuple[AsyncSession, None]]:
        """A transaction as a publisher, with nobody behind it."""
        async with self._database.transaction() as session:
            await act_as_publisher(session)
            yield session, None


async def import_file(
    settings: Settings, path: Path, options: ImportOptions, advance: Advance
) -> CustomerImport:
    """Import a file; `advance` is told how many more rows are done, and how many there are.

    Raises `Problem` as the API does.
    """
    database = Database(settings)
    try:
        with path.open("rb") as stream:
            file = await asyncio.to_thread(CustomerFile, stream, settings.max_import_rows)
            importer = Operator(database)
            return await import_customers(
                importer, file, path.name, options, lambda done: advance(done, file.count)
            )
    finally:
        await database.close()
