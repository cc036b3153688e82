"""The SPA in a real browser, against the portal with its demo data.

The tests themselves are Playwright's, in `frontend/e2e`; here the portal is started for them.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.demo.cast import PASSWORD
from tests.support.chromium import FRONTEND, find, node
from tests.support.running import RunningPortal

READER = "claire.delvaux@valmere.example"
STAFF = "nora.vermeulen@lumen-lease.example"
MINUTES = 20


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The portal with its demo, as `make run` starts it."""
    running = RunningPortal(tmp_path_factory.mktemp("demo"))
    # By name: passkeys belong to a host name, never to an address.
    public_url = f"http://localhost:{running.port}"
    running.variables = {"IPORTAL_DEMO": "true", "IPORTAL_PUBLIC_URL": public_url}
    running.start()
    yield running
    assert running.stop() == 0


def _mailbox(portal: RunningPortal) -> str:
    return next(line for line in portal.lines if line.startswith("mails: ")).split()[1]


@pytest.mark.timeout(60 * MINUTES + 240)
def test_the_spa_in_a_real_browser(portal: RunningPortal) -> None:
    assert any(READER in line for line in portal.lines), portal.lines
    program, variables = node()
    chromium = find()
    variables |= {
        "E2E_BASE_URL": portal.variables["IPORTAL_PUBLIC_URL"],
        "E2E_MAILBOX_URL": _mailbox(portal),
        "E2E_PYTHON": sys.executable,
        "IPORTAL_DATA_DIR": str(portal.data_dir),
        "E2E_STAFF": STAFF,
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
