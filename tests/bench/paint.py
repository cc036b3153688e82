"""How soon the browser shows the documents list: largest contentful paint and layout shift."""

import asyncio
import json
import subprocess

from api.core.settings import Settings
from tests.bench.people import readers
from tests.bench.report import Measure
from tests.bench.servers import portal_server
from tests.support.chromium import FRONTEND, find, node

MOST_MS = {"desktop": 1_000.0, "phone": 2_500.0}
MOST_SHIFT = 0.05


def measure_paint(settings: Settings) -> list[Measure]:
    """The median of nine first visits on a desktop and on a throttled phone."""
    reader = asyncio.run(readers(settings.migration_url.replace("+asyncpg", "")))[0]
    program, variables = node()
    variables |= {"CHROMIUM_PATH": path} if (path := find()) else {}
    with portal_server() as url:
        # The browser speaks its reader's language, as most do.
        told = [url.removesuffix("/api/v1"), reader.cookie, f"{reader.language}-BE"]
        printed = subprocess.run(
            [program, "scripts/measure-paint.mjs", *told],
            cwd=FRONTEND,
            env=variables,
            capture_output=True,
            check=True,
        ).stdout
    measures = []
    for profile, paint in json.loads(printed).items():
        measures += [
            Measure(f"{profile}, LCP ms (at most)", paint["lcp"], MOST_MS[profile], at_most=1.0),
            Measure(f"{profile}, layout shift (at most)", paint["cls"], MOST_SHIFT, at_most=1.0),
        ]
    return measures
