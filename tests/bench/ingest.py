"""Publishing against the rules alone, per core, and `iportal ingest` as a whole."""

import asyncio
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

import uvloop

from api.access import act_as_publisher
from api.cli.ingest import bundles_of, ingest
from api.core.database import Database
from api.core.processes.priority import stand_back
from api.core.settings import Settings
from api.demo.publishing import Finished
from api.issuer.checking import Checks, checks_of
from api.issuer.customers import put_customer
from api.issuer.files import SealingFileMaker, files_of
from api.issuer.intake import Intake
from api.issuer.publishing import Command, publish
from api.issuer.reading import (
    Draft,
    Upload,
    checking_processes,
    draft_of,
    prepare,
)
from api.issuer.schemas import Contact, CustomerUpsert, DocumentMetadata
from api.seals.loading import load_sealer
from api.seals.preparing import prepare_seal
from api.seals.sealing import Sealer
from api.storage import Storage
from tests.bench.alone import Work, processor_seconds
from tests.bench.report import Measure
from tests.support.world import pdf_bytes, ubl_bytes

DOCUMENTS = 800
PARALLEL = 4
WARM_UP = 20
CUSTOMER = "DL-BENCH"
# As large as a page with a logo and fonts.
PDF_BYTES = 50_000
GOAL = 0.8
INGEST_GOAL = 1.0


def measure_ingest(settings: Settings) -> list[Measure]:
    """Documents per second of processor time, and per second as `iportal ingest` does them."""
    asyncio.run(ensure_customer(settings))
    alone = {work: processor_seconds(work, _uploads(DOCUMENTS)) for work in Work}
    spent = uvloop.run(_publish(settings, _uploads(DOCUMENTS)))
    stored, whole = _in_turn(), _ingest(settings)
    # The floor of the goal seals with the library; what storing adds to our own seal is told too.
    goals = {Work.RULES_AND_SEAL: GOAL}
    return [
        *(
            Measure(f"publish/s per core ({work})", 1 / spent, 1 / alone[work], goals.get(work))
            for work in Work
        ),
        Measure("ingest, documents/s", 1 / whole, 1 / stored, at_least=INGEST_GOAL),
    ]


def _uploads(count: int) -> list[Upload]:
    mark, metadata = uuid4().hex[:8], DocumentMetadata(customer_number=CUSTOMER)
    names = [f"{mark}-{number}" for number in range(count)]
    page = "x" * PDF_BYTES
    return [Upload(pdf_bytes(name + page), ubl_bytes(name), metadata) for name in names]


def _in_turn() -> float:
    """Seconds per document that one process parses, checks, seals and stores, one by one."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_store_all, DOCUMENTS // 4).result()


def _store_all(count: int) -> float:
    # As the processes that check uploads do; on a busy machine the rest would count double.
    stand_back()
    return asyncio.run(_store_in_turn(Settings(), _uploads(count)))


def _made(upload: Upload, checks: Checks, sealer: Sealer) -> tuple[Draft, Finished]:
    draft = draft_of(upload, checks)
    prepared = prepare_seal(upload.pdf or b"", sealer.plan)
    sealed, facts = sealer.seal_now(prepared), sealer.facts(prepared)
    return draft, Finished(files_of(sealed, upload.ubl, facts, rendered=False))


async def _store_in_turn(settings: Settings, uploads: list[Upload]) -> float:
    checks, sealer = checks_of(settings), load_sealer(settings)
    prepare()
    async with Storage(settings) as storage, Command(settings) as publisher:
        begun = time.perf_counter()
        for upload in uploads:
            draft, maker = await asyncio.to_thread(_made, upload, checks, sealer)
            await publish(publisher, storage, maker, upload, draft)
        return (time.perf_counter() - begun) / len(uploads)


async def _publish(settings: Settings, uploads: list[Upload]) -> float:
    """Processor seconds per document of ours: this process and its limited ones."""
    queue = iter(uploads)
    async with (
        Storage(settings) as storage,
        checking_processes(settings) as processes,
        Command(settings) as publisher,
    ):
        maker = SealingFileMaker(settings, load_sealer(settings), processes)
        intake = Intake(processes, storage, maker, checks_of(settings), publisher)

        async def work(most: int) -> None:
            for upload in islice(queue, most):
                await intake.take(upload)

        # The first ones start the processes, which is not counted.
        await asyncio.gather(*(work(WARM_UP) for _ in range(PARALLEL)))
        begun = time.process_time() + _processor_seconds()
        await asyncio.gather(*(work(DOCUMENTS) for _ in range(PARALLEL)))
        spent = time.process_time() + _processor_seconds() - begun
    return spent / (len(uploads) - PARALLEL * WARM_UP)


def _processor_seconds() -> float:
    """What our limited processes have used so far."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (path / "stat").read_text("ascii").rpartition(")")[2].split()
            ours = int(fields[1]) == os.getpid()
            if ours and b"api.core.processes.child" in (path / "cmdline").read_bytes():
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _ingest(settings: Settings) -> float:
    """Seconds per document of a folder, from the start to the last commit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, upload in enumerate(_uploads(DOCUMENTS)):
            (folder / f"{number}.xml").write_bytes(upload.ubl or b"")
            (folder / f"{number}.pdf").write_bytes(upload.pdf or b"")
        begun = time.perf_counter()
        outcome = uvloop.run(ingest(settings, bundles_of(folder), CUSTOMER, lambda: None))
        seconds = time.perf_counter() - begun
    if outcome.published != DOCUMENTS:
        raise RuntimeError(f"only {outcome.published} of {DOCUMENTS} were published")
    return seconds / DOCUMENTS


async def ensure_customer(settings: Settings) -> None:
    database = Database(settings)
    contact = Contact(email="bench@example.com")
    async with database.transaction() as session:
        await act_as_publisher(session)
        wanted = CustomerUpsert(name="Bench", language="en", contact=contact)
        await put_customer(session, None, CUSTOMER, wanted)
    await database.close()
