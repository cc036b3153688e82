"""The SPA in a real browser, against the portal with its demo data.

The tests themselves are Playwright's, in `frontend/e2e`; here the portal is started for them.
"""

import csv
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from api.demo.cast import PASSWORD
from tests.support.chromium import FRONTEND, find, node
from tests.support.running import RunningPortal

pytestmark = pytest.mark.alone

READER = "claire.delvaux@valmere.example"
STAFF = "nora.vermeulen@lumen-lease.example"
# A guard against hanging: a slow machine takes long for some two hundred tests in a browser.
MINUTES = 45
# Each file of tests has a portal to itself while it runs, so that several run side by side.
PORTALS = max(2, min(4, os.cpu_count() or 1))

Visit = tuple[subprocess.CompletedProcess[str], Path]


def portal_of(data_dir: Path) -> RunningPortal:
    """Return the portal with its demo, as `make run` starts it."""
    running = RunningPortal(data_dir)
    running.variables = {
        "IPORTAL_DEMO": "true",
        # By name: passkeys belong to a host name, never to an address.
        "IPORTAL_PUBLIC_URL": f"http://localhost:{running.port}",
        # A test takes the calls of webhooks itself.
        "IPORTAL_OUTBOUND_ALLOW": "127.0.0.1",
    }
    return running


@pytest.fixture(scope="module")
def portals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningPortal]]:
    """Portals with the same demo: one is filled, the others start from copies of its data."""
    folders = [tmp_path_factory.mktemp("demo") for _ in range(PORTALS)]
    filled = portal_of(folders[0])
    filled.start()
    assert any(READER in line for line in filled.lines), filled.lines
    assert filled.stop() == 0
    for folder in folders[1:]:
        subprocess.run(["cp", "-a", f"{folders[0]}/.", str(folder)], check=True)
    running = [filled, *(portal_of(folder) for folder in folders[1:])]
    try:
        for portal in running:
            portal.start()
        yield running
    finally:
        codes = [portal.stop() for portal in running if portal.process]
    assert codes == [0] * PORTALS


def _address(portal: RunningPortal, saved: Path) -> dict[str, str]:
    """What the tests read about one of the portals, see frontend/e2e/portals.ts."""
    mailbox = next(line for line in portal.lines if line.startswith("mails: ")).split()[1]
    return {
        "E2E_BASE_URL": portal.variables["IPORTAL_PUBLIC_URL"],
        "E2E_MAILBOX_URL": mailbox,
        "E2E_FILES": str(saved),
        "IPORTAL_DATA_DIR": str(portal.data_dir),
    }


@pytest.fixture(scope="module")
def visit(portals: list[RunningPortal], tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Playwright's tests, run once, and the folder where their browser saved files."""
    saved = tmp_path_factory.mktemp("saved")
    program, variables = node()
    chromium = find()
    variables |= {
        "E2E_PORTALS": json.dumps([_address(portal, saved) for portal in portals]),
        "E2E_PYTHON": sys.executable,
        "E2E_STAFF": STAFF,
        "E2E_EMAIL": READER,
        "E2E_PASSWORD": PASSWORD,
        **({"CHROMIUM_PATH": chromium} if chromium else {}),
    }
    cli = Path("node_modules", "@playwright", "test", "cli.js")
    process = subprocess.Popen(
        [program, str(cli), "test"],
        cwd=FRONTEND,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A group of its own, so that a late run ends with its workers and their browsers.
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=60 * MINUTES)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        printed, _ = process.communicate()
        pytest.fail(f"the browser's tests took over {MINUTES} minutes:\n{printed[-8000:]}")
    return subprocess.CompletedProcess(process.args, process.returncode, printed), saved


@pytest.mark.timeout(60 * MINUTES + 240)
def test_the_spa_in_a_real_browser(visit: Visit) -> None:
    result, _ = visit
    assert result.returncode == 0, result.stdout[-12000:]


@pytest.mark.timeout(60 * MINUTES + 240)
def test_the_zip_that_the_browser_saved(visit: Visit) -> None:
    with zipfile.ZipFile(visit[1] / "selected.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        manifest = next(name for name in names if name.endswith("manifest.csv"))
        text = archive.read(manifest).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        files = {row["file"]: row["sha256"] for row in rows}
        assert set(files) == set(names) - {manifest}
        for name, digest in files.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        kinds = Counter(Path(name).suffix for name in files)
        assert (kinds[".pdf"], kinds[".csv"]) == (3, 3)
        assert all(archive.read(n).startswith(b"%PDF-") for n in files if n.endswith(".pdf"))


@pytest.mark.timeout(60 * MINUTES + 240)
def test_the_workbook_that_the_browser_saved(visit: Visit) -> None:
    sheet = openpyxl.load_workbook(visit[1] / "lines.xlsx").worksheets[0]
    titles, *rows = sheet.iter_rows(values_only=True)
    numbers = {row[titles.index("Number")] for row in rows}
    assert len(numbers) == 2
    assert len(rows) > len(numbers)
    amounts = [row[titles.index("Net amount")] for row in rows]
    assert all(isinstance(amount, int | float) for amount in amounts)
