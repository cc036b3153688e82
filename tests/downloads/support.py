"""Building archives in tests: the worker's own loop, without the queue."""

import asyncio
import contextlib
import csv
import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx

from api import outbox
from api.core.database import Database
from api.long_jobs import run_long_jobs
from api.outbox import Claim
from api.storage import Storage
from tests.support.world import World

ENDED = ("finished", "failed", "cancelled", "expired")


@contextlib.asynccontextmanager
async def working(world: World) -> AsyncIterator[None]:
    """A worker's loop for long jobs, for as long as the block lasts."""
    loop = asyncio.create_task(
        run_long_jobs(world.settings, world.app.state.database, world.app.state.storage)
    )
    try:
        yield
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def ask(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """Ask for an archive."""
    answer = await client.post("/downloads", json=body)
    assert answer.status_code == 202, answer.text
    download: dict[str, Any] = answer.json()
    return download


async def ended(client: httpx.AsyncClient, download_id: str, seconds: float = 60) -> dict[str, Any]:
    """The archive once it is finished or has failed."""
    async with asyncio.timeout(seconds):
        while True:
            download: dict[str, Any] = (await client.get(f"/downloads/{download_id}")).json()
            if download["state"] in ENDED:
                return download
            await asyncio.sleep(0.1)


async def built(world: World, client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """An archive that was asked for and built."""
    download = await ask(client, **body)
    async with working(world):
        return await ended(client, download["id"])


async def opened(client: httpx.AsyncClient, download: dict[str, Any]) -> zipfile.ZipFile:
    """The archive as a ZIP, tested as a whole."""
    answer = await client.get(f"/downloads/{download['id']}/file")
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def manifest(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    """The rows of the manifest."""
    text = archive.read("manifest.csv").decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def claim_of(database: Database, download_id: str) -> Claim:
    """Claim the job of one archive, as a worker would."""
    async with database.transaction() as session:
        claims = await outbox.claim_due(session, 1000, long=True)
        mine = [claim for claim in claims if claim.subject_id == UUID(download_id)]
        others = [(claim.id, claim.fence) for claim in claims if claim not in mine]
        await outbox.release(session, others)
    assert len(mine) == 1
    return mine[0]


async def left_in_storage(storage: Storage, download_id: str) -> tuple[list[str], list[str]]:
    """The objects and the open uploads below an archive's prefix."""
    prefix = f"downloads/{download_id}/"
    objects = [key async for key, _ in storage.keys(prefix)]
    uploads = [key async for key, _ in storage.open_uploads(prefix)]
    return objects, uploads


async def cleared(world: World, download_id: str) -> None:
    """Wait until nothing of an archive is left in S3."""
    left: Any = None
    for _ in range(300):
        left = await left_in_storage(world.app.state.storage, download_id)
        if not any(left):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"left in S3: {left}")


async def settled(world: World, download_id: str) -> None:
    """Wait until no job is left."""
    for _ in range(100):
        if not await world.rows(
            "SELECT 1 FROM outbox WHERE subject_id = :id", id=UUID(download_id)
        ):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("a job is left")
