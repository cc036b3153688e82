"""Many documents to be told of: rows for them, and a mail server that only counts."""

import asyncio
import json
import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

PEOPLE = 2

ROWS = (
    "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT n, gen_random_uuid() AS customer,"
    " gen_random_uuid() AS account FROM generate_series(1, CAST(:customers AS integer)) n",
    "INSERT INTO accounts (id) SELECT account FROM made",
    "INSERT INTO customers (id, account_id, number, name, language, issued_contact,"
    " notification_mode) SELECT customer, account, :mark || '-' || n, 'Mails ' || n, 'en', '{}',"
    " :mode FROM made",
    "CREATE TEMP TABLE people ON COMMIT DROP AS SELECT m.customer, p, gen_random_uuid() AS id,"
    " 'p' || m.n || '-' || p || '-' || :mark || '@example.com' AS email"
    " FROM made m, generate_series(1, CAST(:people AS integer)) p",
    "INSERT INTO users (id, email, email_key, language, state)"
    " SELECT id, email, email, 'en', 'active' FROM people",
    "INSERT INTO memberships (user_id, customer_id, role) SELECT id, customer,"
    " CASE p WHEN 1 THEN 'main_contact' ELSE 'shared_user' END FROM people",
    "CREATE TEMP TABLE papers ON COMMIT DROP AS SELECT gen_random_uuid() AS id, m.customer, d"
    " FROM made m, generate_series(1, CAST(:each AS integer)) d",
    "INSERT INTO documents (id, customer_id, kind, number, issue_date, has_pdf, has_ubl)"
    " SELECT id, customer, 'invoice', :mark || '-' || id, current_date, :attaches, false"
    " FROM papers",
    "INSERT INTO outbox (id, job, subject_id, customer_id)"
    " SELECT gen_random_uuid(), 'announce_document', id, customer FROM papers",
)
FILES = (
    "INSERT INTO document_files (document_id, customer_id, kind, object_key, sha256, size)"
    " SELECT id, customer, 'pdf', :mark || '/' || id, CAST(:sha256 AS bytea), :size FROM papers"
)


async def many_documents(
    owner: AsyncEngine, customers: int, each: int, pdf: tuple[bytes, int] | None = None
) -> tuple[str, list[str]]:
    """Publish `each` documents to each of `customers`, every one with two people to be told.

    With the SHA-256 and the size of a PDF the mails carry it, under the keys that are returned
    with the mark that all these rows bear.
    """
    mark = uuid4().hex[:12]
    values: dict[str, Any] = {
        "customers": customers,
        "each": each,
        "people": PEOPLE,
        "mark": mark,
        "mode": "attachment" if pdf else "link",
        "attaches": pdf is not None,
        "sha256": pdf[0] if pdf else b"",
        "size": pdf[1] if pdf else 0,
    }
    async with owner.begin() as connection:
        for statement in (*ROWS, *([FILES] if pdf else [])):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), used)
        ids = [row.id for row in await connection.execute(text("SELECT id FROM papers"))]
    return mark, [f"{mark}/{document_id}" for document_id in ids]


class Counting:
    """A mail server in a process of its own: it counts recipients and Message-IDs."""

    def __init__(self, port: int, pipe: "Connection[Any, Any]") -> None:
        self.port = port
        self._pipe = pipe

    def say(self, answer: str) -> None:
        """What it answers to every recipient from now on."""
        self._pipe.send(answer)
        self._pipe.recv()

    def mails(self) -> Counter[str]:
        """How often each Message-ID came with each recipient."""
        self._pipe.send("count")
        return Counter(json.loads(self._pipe.recv()))


@contextmanager
def counting_mail_server() -> Iterator[Counting]:
    """One on loopback, for the length of a block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Counting(ours.recv(), ours)
    finally:
        process.terminate()
        process.join(10)


def _serve(pipe: "Connection[Any, Any]") -> None:
    asyncio.run(_run(pipe))


async def _run(pipe: "Connection[Any, Any]") -> None:
    counts: Counter[str] = Counter()
    answers = ["250 ok"]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        writer.write(b"220 counting\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.decode().split("<")[1].split(">")[0]
                writer.write(f"{answers[0]}\r\n".encode())
            elif verb == b"DATA":
                writer.write(b"354 go\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                start = data.lower().index(b"\nmessage-id: ") + 13
                name = data[start : data.index(b"\r", start)].decode()
                counts[f"{recipient} {name}"] += 1
                writer.write(b"250 ok\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**24)
    pipe.send(server.sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    while True:
        order = await loop.run_in_executor(None, pipe.recv)
        if order == "count":
            pipe.send(json.dumps(counts))
        else:
            answers[0] = order
            pipe.send("done")
