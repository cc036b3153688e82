"""The SPA in a real browser, against the portal with its demo data.

The tests themselves are Playwright's, in `frontend/e2e`; here the portal is started for them.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.demo.cast import PASSWORD
from tests.support.chromium import FRONTEND, find, node
from tests.support.running import RunningPortal

READER = "claire.delvaux@valmere.example"
MINUTES = 15


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The portal with its demo, as `make run` starts it."""
    running = RunningPortal(tmp_path_factory.mktemp("demo"), variables={"IPORTAL_DEMO": "true"})
    running.start()
    yield running
    assert running.stop() == 0


@pytest.mark.timeout(60 * MINUTES + 240)
def test_the_spa_in_a_real_browser(portal: RunningPortal) -> None:
    assert any(READER in line for line in portal.lines), portal.lines
    program, variables = node()
    chromium = find()
    variables |= {
        "E2E_BASE_URL": portal.url,
        "E2E_EMAIL": READER,
        "E2E_PASSWORD": PASSWORD,
        **({"CHROMIUM_PATH": chromium} if chromium else {}),
    }
    cli = Path("node_modules", "@playwright", "test", "cli.js")
    result = subprocess.run(
        [program, str(cli), "test"],
        cwd=FRONTEND,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60 * MINUTES,
    )
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
