"""Mails: against the SMTP client alone, and through a storm at full size."""

import asyncio
import hashlib
import os
import tempfile
import time
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import aiosmtplib
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.core.settings import Settings
from api.storage import Storage
from api.worker import PARALLEL_JOBS
from tests.bench.report import Measure
from tests.support.mailing import PEOPLE, Counting, counting_mail_server, many_documents
from tests.support.portals import command
from tests.support.storm import storm

MAILS = 1000
PDF = os.urandom(100_000)
GOAL = 0.80
STORM_CUSTOMERS = 1000
STORM_EACH = int(os.environ.get("IPORTAL_BENCH_MAIL_DOCUMENTS", "10000")) // STORM_CUSTOMERS
TEXT = "A new invoice is available.\n" * 12


def measure_mails(settings: Settings) -> list[Measure]:
    """Mails per second with a PDF of 100 kB, and whether a storm loses or doubles any."""
    with counting_mail_server() as server:
        alone = asyncio.run(_client_alone(server))
        ours = asyncio.run(_through_the_worker(settings, server))
    return [
        Measure("mails with a 100 kB PDF, mails/s", ours, alone, at_least=GOAL),
        *asyncio.run(_storm(settings)),
    ]


async def _client_alone(server: Counting) -> float:
    """One process that builds each mail with the standard library and sends it, as many at once."""
    slots = 8
    connections = [aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port) for _ in range(slots)]
    for connection in connections:
        await connection.connect()
    begun = time.perf_counter()

    async def send(slot: int) -> None:
        for number in range(MAILS // slots):
            message = EmailMessage()
            message["From"], message["To"] = "invoices@lumen-lease.example", "x@example.com"
            message["Subject"], message["Message-ID"] = f"Invoice {slot}-{number}", make_msgid()
            message.set_content(TEXT)
            message.add_alternative(f"<p>{TEXT}</p>", subtype="html")
            message.add_attachment(PDF, "application", "pdf", filename="invoice.pdf")
            await connections[slot].send_message(message)

    await asyncio.gather(*(send(slot) for slot in range(slots)))
    seconds = time.perf_counter() - begun
    for connection in connections:
        await connection.quit()
    return MAILS / seconds


async def _through_the_worker(settings: Settings, server: Counting) -> float:
    """One worker, from the announcement of the documents to the last mail."""
    owner = create_async_engine(settings.migration_url, pool_size=2)
    async with owner.begin() as connection:
        await connection.execute(text("DELETE FROM outbox"))
    digest = hashlib.sha256(PDF).digest()
    _, keys = await many_documents(owner, 10, MAILS // PEOPLE // 10, (digest, len(PDF)))
    async with Storage(settings) as storage:
        for start in range(0, len(keys), 8):
            some = keys[start:][:8]
            await asyncio.gather(*(storage.put(key, PDF, "application/pdf") for key in some))
    before = sum(server.mails().values())
    variables = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port), "LOG_LEVEL": "WARNING"}
    with (
        tempfile.TemporaryDirectory() as folder,
        command(settings, "worker", Path(folder) / "log", **variables),
    ):
        # The clock runs from the first mail: starting a process is not what is measured.
        while sum(server.mails().values()) == before:
            await asyncio.sleep(0.01)
        first = sum(server.mails().values())
        begun = time.perf_counter()
        while (sent := sum(server.mails().values())) < before + MAILS:
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - begun
    await owner.dispose()
    return (sent - first) / seconds


async def _storm(settings: Settings) -> list[Measure]:
    owner = create_async_engine(settings.migration_url, pool_size=2)
    async with owner.begin() as connection:
        await connection.execute(text("DELETE FROM outbox"))
    wanted = STORM_CUSTOMERS * STORM_EACH * PEOPLE
    with counting_mail_server() as server, tempfile.TemporaryDirectory() as folder:
        outcome = await storm(
            settings,
            owner,
            server,
            Path(folder),
            customers=STORM_CUSTOMERS,
            each=STORM_EACH,
            kills=10,
            seconds=wanted / 100,
        )
    await owner.dispose()
    twice = sum(count - 1 for count in outcome.mails.values())
    allowed = outcome.kills * PARALLEL_JOBS
    return [
        Measure("mails that arrive in a storm", len(outcome.mails), wanted, at_least=1.0),
        Measure("mails twice after kills, of those under way", twice, allowed, at_most=1.0),
    ]
