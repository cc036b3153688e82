"""`iportal ingest` against parsing and storing the same files on one core."""

import asyncio
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from api.access import act_as_publisher
from api.cli.ingest import bundles_of, ingest
from api.core.database import Database
from api.core.settings import Settings
from api.documents.files import MEDIA_TYPES
from api.einvoice.parse import read_ubl
from api.issuer.customers import put_customer
from api.issuer.schemas import Contact, CustomerUpsert
from api.storage import Storage
from tests.bench.report import Measure
from tests.support.world import pdf_bytes, ubl_bytes

DOCUMENTS = 400
CUSTOMER = "DL-BENCH"
GOAL = 0.5


def measure_ingest(settings: Settings) -> list[Measure]:
    """Documents per second of UBL with PDF; the floor parses, checks and stores, nothing else."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mark = uuid4().hex[:8]
        for number in range(DOCUMENTS):
            (folder / f"{number}.xml").write_bytes(ubl_bytes(f"{mark}-{number}"))
            (folder / f"{number}.pdf").write_bytes(pdf_bytes(f"{mark}-{number}"))
        alone = asyncio.run(_parse_and_store(settings, sorted(folder.glob("*.xml"))))
        asyncio.run(ensure_customer(settings))
        begun = time.perf_counter()
        outcome = asyncio.run(ingest(settings, bundles_of(folder), CUSTOMER, lambda: None))
        seconds = time.perf_counter() - begun
    if outcome.published != DOCUMENTS:
        raise RuntimeError(f"only {outcome.published} of {DOCUMENTS} were published")
    return [Measure("ingest, documents/s", DOCUMENTS / seconds, DOCUMENTS / alone, at_least=GOAL)]


async def _parse_and_store(settings: Settings, paths: list[Path]) -> float:
    """Seconds for parsing, schema and two objects each, one after the other."""
    async with Storage(settings) as storage:
        begun = time.perf_counter()
        for path in paths:
            data = path.read_bytes()
            read_ubl(data)
            await storage.put(f"bench/{path.stem}/ubl", data, MEDIA_TYPES["ubl"])
            pdf = path.with_suffix(".pdf").read_bytes()
            await storage.put(f"bench/{path.stem}/pdf", pdf, MEDIA_TYPES["pdf"])
        return time.perf_counter() - begun


async def ensure_customer(settings: Settings) -> None:
    database = Database(settings)
    contact = Contact(email="bench@example.com")
    async with database.transaction() as session:
        await act_as_publisher(session)
        wanted = CustomerUpsert(name="Bench", language="en", contact=contact)
        await put_customer(session, None, CUSTOMER, wanted)
    await database.close()
