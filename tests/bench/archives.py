"""A ZIP of 2,000 PDFs of 100 kB against `rclone copy` of the same objects to a folder."""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from uuid import UUID

import asyncpg
from sqlalchemy import delete, insert, select

from api import outbox
from api.access import act_as_publisher, act_as_requester
from api.core.database import Database, new_id
from api.core.settings import Settings
from api.downloads.jobs import Build
from api.issuer.customers import put_customer
from api.issuer.schemas import Contact, CustomerUpsert
from api.models import Document, DocumentContent, DocumentFile, Download
from api.storage import Storage, document_key
from tests.bench.report import Measure

DOCUMENTS = 2_000
SIZE = 100_000
ROUNDS = 3
GOAL = 0.80
MOST_GROWTH_MB = 64.0
MOST_DUE = 10_000
EMAIL = "bench-archives@example.com"
NUMBER = "DL-ARCHIVES"


@dataclass(slots=True)
class Growth:
    """The most that the process grew while it was watched."""

    megabytes: float = 0.0


def measure_archives(settings: Settings) -> list[Measure]:
    """Megabytes per second of both, alternating, and how much memory ours took."""
    ids = asyncio.run(documents(settings))
    ours, theirs, grown = [], [], []
    for _ in range(ROUNDS):
        seconds, growth = asyncio.run(build(settings, ids))
        ours.append(seconds)
        grown.append(growth)
        theirs.append(_rclone(settings, ids))
    megabytes = DOCUMENTS * SIZE / 1e6
    return [
        Measure(
            f"ZIP of {DOCUMENTS} PDFs, MB/s (rclone copy)",
            megabytes / median(ours),
            megabytes / median(theirs),
            at_least=GOAL,
        ),
        Measure("ZIP, growth of memory in MB (at most)", max(grown), MOST_GROWTH_MB, at_most=1.0),
    ]


async def documents(settings: Settings) -> list[UUID]:
    """The documents, made once and kept."""
    database = Database(settings)
    try:
        async with Storage(settings) as storage, database.transaction() as session:
            await act_as_publisher(session)
            wanted = CustomerUpsert(name="Archives", language="en", contact=Contact(email=EMAIL))
            customer, created = await put_customer(session, None, NUMBER, wanted)
            if created:
                for number in range(DOCUMENTS):
                    await _document(storage, session, customer.id, number)
        async with database.transaction() as session:
            await act_as_requester(session, await requester(settings), None)
            return list(await session.scalars(select(Document.id)))
    finally:
        await database.close()


async def requester(settings: Settings) -> UUID:
    """Who asks for the archive: nobody but the owner may look for people by their address."""
    connection = await asyncpg.connect(settings.migration_url.replace("+asyncpg", ""))
    try:
        asked = "UPDATE users SET state = 'active' WHERE email_key = $1 RETURNING id"
        return UUID(str(await connection.fetchval(asked, EMAIL)))
    finally:
        await connection.close()


async def _document(storage: Storage, session: object, customer_id: UUID, number: int) -> None:
    document_id = new_id()
    data = b"%PDF-1.7\n" + os.urandom(SIZE - 9)
    stored = await storage.put(document_key(document_id, "pdf"), data, "application/pdf")
    common = {"document_id": document_id, "customer_id": customer_id}
    execute = session.execute  # type: ignore[attr-defined]
    await execute(
        insert(Document).values(
            id=document_id,
            customer_id=customer_id,
            kind="invoice",
            number=f"ARCHIVE-{number}",
            issue_date=date(2026, 1, 2),
            has_pdf=True,
            has_ubl=False,
        )
    )
    await execute(insert(DocumentContent).values(**common, content={}, search=""))
    await execute(
        insert(DocumentFile).values(
            **common, kind="pdf", object_key=stored.key, sha256=stored.sha256, size=stored.size
        )
    )


async def build(settings: Settings, ids: list[UUID]) -> tuple[float, float]:
    """Seconds that building took, from the claim to the finished row, and megabytes grown."""
    database = Database(settings)
    async with Storage(settings) as storage:
        download_id = new_id()
        user_id = await requester(settings)
        async with database.transaction() as session:
            await act_as_requester(session, user_id, None)
            await session.execute(
                insert(Download).values(
                    id=download_id,
                    user_id=user_id,
                    selection={},
                    document_ids=ids,
                    formats=["pdf"],
                    total=len(ids),
                )
            )
            job = outbox.Job.BUILD_ARCHIVE
            await outbox.put(session, job, download_id, user_id=user_id)
        async with database.transaction() as session:
            # Builds that were stopped in the middle are due as well.
            claims = await outbox.claim_due(session, MOST_DUE, long=True)
        claim = next(claim for claim in claims if claim.subject_id == download_id)
        with _watched() as growth:
            begun = time.perf_counter()
            await Build(settings, database, storage, claim).run()
            seconds = time.perf_counter() - begun
        async with database.transaction() as session:
            await act_as_requester(session, user_id, None)
            state = await session.scalar(
                delete(Download).where(Download.id == download_id).returning(Download.state)
            )
            assert state == "finished", state
            await outbox.put(session, outbox.Job.DISCARD_ARCHIVE, download_id)
    await database.close()
    return seconds, growth.megabytes


@contextmanager
def _watched() -> Iterator[Growth]:
    growth, over, before = Growth(), threading.Event(), _resident()

    def watch() -> None:
        while not over.wait(0.02):
            growth.megabytes = max(growth.megabytes, _resident() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield growth
    finally:
        over.set()
        watcher.join()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _rclone(settings: Settings, ids: list[UUID]) -> float:
    """Seconds that rclone takes for the same objects."""
    variables = {
        "RCLONE_CONFIG_BENCH_TYPE": "s3",
        "RCLONE_CONFIG_BENCH_PROVIDER": "Other",
        "RCLONE_CONFIG_BENCH_ENDPOINT": settings.s3_endpoint_url,
        "RCLONE_CONFIG_BENCH_ACCESS_KEY_ID": settings.s3_access_key_id,
        "RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY": settings.s3_secret_access_key.get_secret_value(),
        "RCLONE_CONFIG": "/dev/null",
    }
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "files"
        listed.write_text("".join(f"{document_key(i, 'pdf')}\n" for i in ids))
        begun = time.perf_counter()
        subprocess.run(
            [
                str(Path(sys.executable).with_name("rclone")),
                "copy",
                f"BENCH:{settings.s3_bucket}",
                f"{folder}/copies",
                *("--files-from", str(listed), "--transfers", "8", "--quiet"),
            ],
            env={**os.environ, **variables},
            check=True,
        )
        return time.perf_counter() - begun
