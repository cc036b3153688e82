"""An export of 100,000 documents as CSV, against PostgreSQL's own COPY of the same rows."""

import asyncio
import time
from datetime import date

import asyncpg
import httpx

from api.core.settings import Settings
from tests.bench.people import staff_cookie
from tests.bench.report import Measure
from tests.bench.servers import portal_server

ROWS = 100_000
ROUNDS = 3
GOAL = 0.20
SECONDS = 300
# What the export shows of a document, without session, row-level security, safe cells or batches.
COPIED = """
SELECT c.number, c.name, d.kind, d.number, d.issue_date, d.title, d.due_date, d.currency,
       d.amount_excl_vat, d.vat_amount, d.amount_incl_vat,
       o.content #>> '{references,buyer_reference}', o.content #>> '{references,purchase_order}',
       o.contract, o.content #>> '{seller,name}', o.content #>> '{seller,vat_number}',
       o.content #>> '{payment,iban}', o.content #>> '{payment,reference}', d.state, d.id,
       (SELECT string_agg(t.name, ', ' ORDER BY t.name) FROM tags t
        JOIN document_tags m ON m.tag_id = t.id WHERE m.document_id = d.id)
FROM documents d
JOIN customers c ON c.id = d.customer_id
LEFT JOIN document_contents o ON o.document_id = d.id
WHERE d.issue_date >= $1 AND d.state = 'published'
ORDER BY d.issue_date DESC, d.id DESC
"""


def measure_exports(settings: Settings) -> list[Measure]:
    """Rows per second of both, alternating; the median round by ratio."""
    dsn = settings.migration_url.replace("+asyncpg", "")
    with portal_server() as url:
        pairs = [asyncio.run(_round(dsn, url)) for _ in range(ROUNDS)]
    ours, theirs = sorted(pairs, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    return [Measure("export of 100,000 rows, rows/s (COPY)", ours, theirs, at_least=GOAL)]


async def _round(dsn: str, url: str) -> tuple[float, float]:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET jit = off; SET max_parallel_workers_per_gather = 0")
        day: date = await connection.fetchval(
            "SELECT issue_date FROM documents ORDER BY issue_date DESC, id DESC OFFSET $1 LIMIT 1",
            ROWS,
        )
        rows, began = 0, time.monotonic()

        async def count(data: bytes) -> None:
            nonlocal rows
            rows += data.count(b"\n")

        await connection.copy_from_query(COPIED, day, output=count, format="csv")
        theirs = rows / (time.monotonic() - began)
    finally:
        await connection.close()
    return await _exported(url, await staff_cookie(dsn), day, rows), theirs


async def _exported(url: str, cookie: str, day: date, wanted: int) -> float:
    """Rows per second of the portal's export, which must have as many rows."""
    rows, began = -1, time.monotonic()
    async with (
        httpx.AsyncClient(cookies={"session": cookie}, timeout=SECONDS) as client,
        client.stream("GET", f"{url}/documents/export", params={"issued_from": str(day)}) as answer,
    ):
        answer.raise_for_status()
        async for piece in answer.aiter_bytes():
            rows += piece.count(b"\n")
    if rows != wanted:
        raise RuntimeError(f"{rows} rows instead of {wanted}")
    return rows / (time.monotonic() - began)
