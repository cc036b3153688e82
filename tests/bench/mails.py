"""Mails: against the SMTP client alone."""

import asyncio
import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import aiosmtplib
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.core.settings import Settings
from api.storage import Storage
from tests.bench.report import Measure
from tests.support.mailing import PEOPLE, Counting, counting_mail_server, many_documents
from tests.support.portals import command

MAILS = 1000
PDF = os.urandom(100_000)
GOAL = 0.80
TEXT = "A new invoice is available.\n" * 12


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast mails left, and what one took of its process's processor."""

    per_second: float
    processor_ms: float


def measure_mails(settings: Settings) -> list[Measure]:
    """Mails per second with a PDF of 100 kB, and processor time per mail."""
    with counting_mail_server() as server:
        alone = asyncio.run(_client_alone(server))
        ours = asyncio.run(_through_the_worker(settings, server))
    return [
        Measure(
            "mails with a 100 kB PDF, mails/s", ours.per_second, alone.per_second, at_least=GOAL
        ),
        Measure("the same, processor ms per mail", ours.processor_ms, alone.processor_ms),
    ]


async def _client_alone(server: Counting) -> Pace:
    """One process that builds each mail with the standard library and sends it, as many at once."""
    slots = 8
    connections = [aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port) for _ in range(slots)]
    for connection in connections:
        await connection.connect()
    begun, used = time.perf_counter(), time.process_time()

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
    pace = Pace(MAILS / (time.perf_counter() - begun), (time.process_time() - used) * 1000 / MAILS)
    for connection in connections:
        await connection.quit()
    return pace


async def _through_the_worker(settings: Settings, server: Counting) -> Pace:
    """One worker, from its first mail to its last."""
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
        command(settings, "worker", Path(folder) / "log", **variables) as worker,
    ):
        # The clock runs from the first mail: starting a process is not what is measured.
        while sum(server.mails().values()) == before:
            await asyncio.sleep(0.01)
        first = sum(server.mails().values())
        begun, used = time.perf_counter(), _processor_seconds(worker.process.pid)
        while (sent := sum(server.mails().values())) < before + MAILS:
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - begun
        used = _processor_seconds(worker.process.pid) - used
    await owner.dispose()
    return Pace((sent - first) / seconds, used * 1000 / (sent - first))


def _processor_seconds(pid: int) -> float:
    """What a running process has used so far (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
