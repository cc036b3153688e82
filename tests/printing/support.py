"""Print batches in tests: customers set to post, and batches of nobody else's documents."""

import asyncio
import io
import zipfile
from typing import Any

import httpx

from tests.downloads.support import working
from tests.support.world import Company, World, pdf_bytes, unique

BATCHES = "/issuer/print-batches"
ENDED = ("finished", "failed", "printed")


async def posted_company(world: World, channel: str = "post") -> Company:
    """A customer number that is written to by post."""
    return await world.company(channel=channel)


async def letter(world: World, company: Company, size: int = 0, **metadata: Any) -> dict[str, Any]:
    """A document with a PDF, published for a customer number."""
    number = metadata.pop("number", None) or unique("P-")
    told = {"kind": "invoice", "issue_date": "2026-01-02", **metadata}
    return await world.publish(company, pdf=pdf_bytes(number + "x" * size), number=number, **told)


async def collect(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """Collect a batch."""
    answer = await client.post(BATCHES, json=body)
    assert answer.status_code == 202, answer.text
    batch: dict[str, Any] = answer.json()
    return batch


async def nothing_waits(client: httpx.AsyncClient) -> None:
    """Take along what other tests have left to print."""
    answer = await client.post(BATCHES, json={})
    assert answer.status_code in (202, 409), answer.text


async def ended(client: httpx.AsyncClient, batch_id: str, seconds: float = 60) -> dict[str, Any]:
    """The batch once it is finished or has failed."""
    async with asyncio.timeout(seconds):
        while True:
            batch: dict[str, Any] = (await client.get(f"{BATCHES}/{batch_id}")).json()
            if batch["state"] in ENDED:
                return batch
            await asyncio.sleep(0.1)


async def built(world: World, client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """A batch that was collected and built."""
    batch = await collect(client, **body)
    async with working(world):
        return await ended(client, batch["id"])


async def opened(client: httpx.AsyncClient, batch: dict[str, Any]) -> zipfile.ZipFile:
    """The ZIP of a batch, tested as a whole."""
    answer = await client.get(f"{BATCHES}/{batch['id']}/file")
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive
