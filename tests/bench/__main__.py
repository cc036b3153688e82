"""`make bench`: fills a database, measures, prints ratios; exits with 1 when a goal is missed.

`IPORTAL_BENCH_DOCUMENTS` (1,000,000) says how many; the filled database is kept in `var/bench`.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from api.cli.portal import portal
from api.core.settings import Settings
from api.demo.bulk import fill
from api.demo.crowd import FEW_EMAIL, Wanted
from tests.bench.archives import measure_archives
from tests.bench.busy import measure_busy
from tests.bench.documents import measure_documents
from tests.bench.exports import measure_exports
from tests.bench.ingest import measure_ingest
from tests.bench.mails import measure_mails
from tests.bench.paint import measure_paint
from tests.bench.report import show
from tests.bench.seals import measure_seals
from tests.bench.searches import measure_searches
from tests.bench.sign_in import measure_sign_in
from tests.bench.storm import measure_storm
from tests.support import debian

PER_CUSTOMER = 50


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


async def _fill(settings: Settings, documents: int) -> None:
    connection = await asyncpg.connect(settings.migration_url.replace("+asyncpg", ""))
    known = await connection.fetchval("SELECT 1 FROM users WHERE email_key = $1", FEW_EMAIL)
    await connection.close()
    if known is None:
        today = datetime.now(UTC).date()
        customers = max(1000, documents // PER_CUSTOMER)
        wanted = Wanted(documents=documents, customers=customers, seed=1, today=today)
        await fill(settings, wanted, _say)


def main() -> None:
    """Measure everything, one thing after the other."""
    debian.fetch({"wrk": "wrk"})
    if debian.find("wrk") is None:
        sys.exit("wrk is needed to measure (Debian: apt-get install wrk)")
    documents = int(os.environ.get("IPORTAL_BENCH_DOCUMENTS", "1000000"))
    folder = Path(os.environ.get("IPORTAL_DATA_DIR", "var")) / "bench" / str(documents)
    os.environ["IPORTAL_DATA_DIR"] = str(folder)
    with portal(_say) as settings:
        asyncio.run(_fill(settings, documents))
        measures = [
            *measure_documents(settings),
            *measure_searches(settings),
            *measure_exports(settings),
            *measure_ingest(settings),
            *measure_seals(),
            *measure_archives(settings),
            *measure_sign_in(settings),
            *measure_mails(settings),
            *measure_storm(settings),
            *measure_busy(settings),
            *measure_paint(settings),
        ]
    show(measures)
    if not all(measure.met for measure in measures):
        sys.exit(1)


if __name__ == "__main__":
    main()
