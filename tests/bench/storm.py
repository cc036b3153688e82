"""`make storm`: the storm over the mails at full size (E5); exits with 1 when it loses one.

`IPORTAL_BENCH_MAIL_DOCUMENTS` (10,000) says how many documents; each is told to two people.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.cli.portal import portal
from api.core.settings import Settings
from api.worker import PARALLEL_JOBS
from tests.bench.report import Measure, show
from tests.support.mailing import PEOPLE, counting_mail_server
from tests.support.storm import storm

DOCUMENTS = int(os.environ.get("IPORTAL_BENCH_MAIL_DOCUMENTS", "10000"))
KILLS = 10
# Kills and the rest of the weather are spread over the time that calm sending would take, or so.
MAILS_PER_SECOND = 100
MOST_SECONDS = 1500


def measure_storm(settings: Settings) -> list[Measure]:
    """Whether a storm loses or doubles any mail."""
    return asyncio.run(_storm(settings))


async def _storm(settings: Settings) -> list[Measure]:
    owner = create_async_engine(settings.migration_url, pool_size=2)
    async with owner.begin() as connection:
        await connection.execute(text("DELETE FROM outbox"))
    wanted = DOCUMENTS * PEOPLE
    with counting_mail_server() as server, tempfile.TemporaryDirectory() as folder:
        outcome = await storm(
            settings,
            owner,
            server,
            Path(folder),
            customers=DOCUMENTS,
            each=1,
            kills=KILLS,
            seconds=wanted / MAILS_PER_SECOND,
            within=MOST_SECONDS,
        )
    await owner.dispose()
    missed = len(outcome.missing) + len(outcome.unexpected) + outcome.unsettled
    return [
        Measure("mails in a storm: recipients who got theirs", outcome.arrived, wanted, at_least=1),
        Measure("mails lost, unasked for or unsettled", missed, wanted, at_most=0),
        Measure(
            "mails twice after kills, of those under way",
            outcome.twice,
            outcome.kills * PARALLEL_JOBS,
            at_most=1,
        ),
        Measure("mails per second in the storm", wanted / outcome.seconds, MAILS_PER_SECOND),
    ]


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def main() -> None:
    """Make a portal of its own, and let the storm loose on it."""
    folder = Path(os.environ.get("IPORTAL_DATA_DIR", "var")) / "bench" / "storm"
    os.environ["IPORTAL_DATA_DIR"] = str(folder)
    with portal(_say) as settings:
        measures = measure_storm(settings)
    show(measures)
    if not all(measure.met for measure in measures):
        sys.exit(1)


if __name__ == "__main__":
    main()
