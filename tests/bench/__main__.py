"""`make bench`: fills a database, measures, prints ratios; exits with 1 when a goal is missed.

`IPORTAL_BENCH_DOCUMENTS` (1,000,000) says how many; the filled database is kept in `var/bench`.
`make bench ONLY="documents paint"` measures some of it.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
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
from tests.bench.report import Measure, show
from tests.bench.seals import measure_seals
from tests.bench.searches import measure_searches
from tests.bench.sign_in import measure_sign_in
from tests.bench.storm import measure_storm
from tests.support import debian

PER_CUSTOMER = 50
MEASURES: Mapping[str, Callable[[Settings], list[Measure]]] = {
    "documents": measure_documents,
    "searches": measure_searches,
    "exports": measure_exports,
    "ingest": measure_ingest,
    "seals": measure_seals,
    "archives": measure_archives,
    "sign_in": measure_sign_in,
    "mails": measure_mails,
    "storm": measure_storm,
    "busy": measure_busy,
    "paint": measure_paint,
}


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


def main(names: list[str]) -> None:
    """Measure what is named, or everything, one thing after the other."""
    if unknown := set(names) - set(MEASURES):
        sys.exit(f"not measured: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    debian.fetch({"wrk": "wrk"})
    if debian.find("wrk") is None:
        sys.exit("wrk is needed to measure (Debian: apt-get install wrk)")
    documents = int(os.environ.get("IPORTAL_BENCH_DOCUMENTS", "1000000"))
    folder = Path(os.environ.get("IPORTAL_DATA_DIR", "var")) / "bench" / str(documents)
    os.environ["IPORTAL_DATA_DIR"] = str(folder)
    measures = []
    with portal(_say) as settings:
        asyncio.run(_fill(settings, documents))
        for name in names or MEASURES:
            measures += MEASURES[name](settings)
            show(measures)
    if not all(measure.met for measure in measures):
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
