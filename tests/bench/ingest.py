"""Publishing against the rules alone, per core, and `iportal ingest` as a whole."""

import asyncio
import os
import tempfile
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from uuid import uuid4

import uvloop

from api.access import act_as_publisher
from api.cli.ingest import bundles_of, ingest
from api.core.database import Database
from api.core.settings import Settings
from api.issuer.checking import check, checks_of
from api.issuer.customers import put_customer
from api.issuer.files import SealingFileMaker
from api.issuer.intake import Intake
from api.issuer.publishing import Command
from api.issuer.reading import Upload, checking_processes, prepare
from api.issuer.schemas import Contact, CustomerUpsert, DocumentMetadata
from api.seals.loading import load_sealer
from api.seals.preparing import prepare_seal
from api.storage import Storage
from tests.bench.report import Measure
from tests.support.world import pdf_bytes, ubl_bytes

DOCUMENTS = 800
PARALLEL = 4
WARM_UP = 20
CUSTOMER = "DL-BENCH"
GOAL = 0.8
INGEST_GOAL = 0.5


def measure_ingest(settings: Settings) -> list[Measure]:
    """Documents per second of processor time, and per second as `iportal ingest` does them."""
    asyncio.run(ensure_customer(settings))
    alone = _check_and_seal(settings)
    uploads = _uploads()
    spent = uvloop.run(_publish(settings, uploads))
    whole = _ingest(settings)
    return [
        Measure("publish, documents/s per core", 1 / spent, 1 / alone, at_least=GOAL),
        Measure("ingest, documents/s", 1 / whole, 1 / alone, at_least=INGEST_GOAL),
    ]


def _uploads() -> list[Upload]:
    mark, metadata = uuid4().hex[:8], DocumentMetadata(customer_number=CUSTOMER)
    names = [f"{mark}-{number}" for number in range(DOCUMENTS)]
    return [Upload(pdf_bytes(name), ubl_bytes(name), metadata) for name in names]


def _check_and_seal(settings: Settings) -> float:
    """The floor: processor seconds per document for parsing, schema, rules and seal alone."""
    checks, sealer = checks_of(settings), load_sealer(settings)
    prepare()
    uploads = _uploads()
    begun = time.process_time()
    for upload in uploads:
        check(upload.ubl or b"", checks)
        sealer.seal_now(prepare_seal(upload.pdf or b"", sealer.plan))
    return (time.process_time() - begun) / DOCUMENTS


async def _publish(settings: Settings, uploads: list[Upload]) -> float:
    """Processor seconds per document of ours: this process and its limited ones."""
    database, queue = Database(settings), iter(uploads)
    async with (
        Storage(settings) as storage,
        checking_processes(settings) as processes,
    ):
        maker = SealingFileMaker(settings, load_sealer(settings), processes)
        intake = Intake(processes, storage, maker, checks_of(settings), Command(database))

        async def work(most: int) -> None:
            for upload in islice(queue, most):
                await intake.take(upload)

        # The first ones start the processes, which is not counted.
        await asyncio.gather(*(work(WARM_UP) for _ in range(PARALLEL)))
        begun = time.process_time() + _processor_seconds()
        await asyncio.gather(*(work(DOCUMENTS) for _ in range(PARALLEL)))
        spent = time.process_time() + _processor_seconds() - begun
    await database.close()
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
        for number, upload in enumerate(_uploads()):
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
