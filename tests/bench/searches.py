"""Free-text search: its p99 against what a reader is meant to wait at most."""

import asyncio
from urllib.parse import quote

import asyncpg

from api.core.settings import Settings
from tests.bench.people import readers, staff_cookie
from tests.bench.report import Measure
from tests.bench.servers import portal_server
from tests.bench.wrk import load

# Milliseconds at 16 connections, for someone with few customer numbers, and for staff.
MOST = {"customer": 60.0, "staff": 300.0}
ROUNDS = 3
# One document has it, one in a hundred, one in ten, none; and two words that never meet.
WORDS = {
    "rare": "",
    "middling": "maintenance",
    "frequent": "registration",
    "absent": "zzyzx",
    "unmet": "tyres plaque",
}


def measure_searches(settings: Settings) -> list[Measure]:
    """The p99 of each kind of search; the best of some rounds, as others use the machine too."""
    dsn = settings.migration_url.replace("+asyncpg", "")
    few = asyncio.run(readers(dsn))[0]
    words = {**WORDS, "rare": asyncio.run(_number(dsn, few.document_id))}
    cookies = {"customer": few.cookie, "staff": asyncio.run(staff_cookie(dsn))}
    measures = []
    with portal_server() as url:
        for who, cookie in cookies.items():
            header = {"Cookie": f"session={cookie}"}
            for kind, text in words.items():
                asked = f"{url}/documents?q={quote(text)}"
                p99 = min(load(asked, header, seconds=4).p99 for _ in range(ROUNDS))
                name = f"search, {who}, {kind} words, p99 ms (at most)"
                measures.append(Measure(name, p99, MOST[who], at_most=1.0))
    return measures


async def _number(dsn: str, document_id: object) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return str(
            await connection.fetchval("SELECT number FROM documents WHERE id = $1", document_id)
        )
    finally:
        await connection.close()
