"""Publishing the demo's documents, through the same door as an issuer's."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import act_as_publisher
from api.core.database import Database
from api.core.settings import Language, Settings
from api.demo.generator import DemoDocument
from api.demo.rendering import finish, process_pool
from api.issuer.checking import checks_of
from api.issuer.files import DocumentFiles, brand_of
from api.issuer.publishing import Command, Options, publish
from api.issuer.reading import Draft, Upload
from api.models import DocumentRegister
from api.storage import Storage

PARALLEL = 4
TELL_EVERY = 100
Report = Callable[[str], None]


async def publish_documents(
    settings: Settings, database: Database, documents: Iterable[DemoDocument], report: Report
) -> int:
    """Publish what is not published yet; returns how many documents that were.

    Each is a transaction of its own, so an interrupted seed goes on where it stopped.
    """
    async with database.transaction() as session:
        await act_as_publisher(session)
        waiting = await _unpublished(session, list(documents))
    pool = process_pool(settings)
    try:
        async with Storage(settings) as storage, Command(settings) as command:
            await _Publisher(settings, command, storage, pool, report).run(waiting)
    finally:
        pool.shutdown(cancel_futures=True)
    return len(waiting)


async def _unpublished(session: AsyncSession, documents: list[DemoDocument]) -> list[DemoDocument]:
    rows = await session.execute(
        select(DocumentRegister.kind, DocumentRegister.number).where(
            DocumentRegister.number.in_([document.number for document in documents])
        )
    )
    known = {(row.kind, row.number) for row in rows}
    return [d for d in documents if (d.kind, d.number) not in known]


class Finished:
    """Files that were made before."""

    def __init__(self, files: DocumentFiles) -> None:
        self._files = files

    async def make(self, upload: Upload, draft: Draft, language: Language) -> DocumentFiles:
        """Those files."""
        return self._files


class _Publisher:
    """A few publications side by side: while one waits for S3, another is written."""

    def __init__(
        self,
        settings: Settings,
        command: Command,
        storage: Storage,
        pool: ProcessPoolExecutor,
        report: Report,
    ) -> None:
        self._brand = brand_of(settings.issuer)
        self._checks = checks_of(settings)
        self._parallel = min(PARALLEL, settings.database_pool_size)
        self._command = command
        self._storage = storage
        self._pool = pool
        self._report = report
        self._done = 0

    async def run(self, documents: list[DemoDocument]) -> None:
        queue = iter(documents)
        async with asyncio.TaskGroup() as group:
            for _ in range(self._parallel):
                group.create_task(self._work(queue, len(documents)))

    async def _work(self, queue: Iterable[DemoDocument], total: int) -> None:
        loop = asyncio.get_running_loop()
        for document in queue:
            upload, draft, files = await loop.run_in_executor(
                self._pool, finish, document, self._brand, self._checks
            )
            options = Options(
                published_at=None if document.announced else document.published_at,
                announce=document.announced,
            )
            maker = Finished(files)
            await publish(self._command, self._storage, maker, upload, draft, options)
            self._done += 1
            if self._done % TELL_EVERY == 0 or self._done == total:
                self._report(f"Demo: {self._done} of {total} documents published")
