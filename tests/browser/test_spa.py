"""The SPA in a real browser, against the portal with its demo data.

The tests themselves are Playwright's, in `frontend/e2e`; here the portal is started for them.
"""

import csv
import hashlib
import io
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

Visit = tuple[subprocess.CompletedProcess[str], Path]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The portal with its demo, as `make run` starts it."""
    running = RunningPortal(tmp_path_factory.mktemp("demo"))
    # By name: passkeys belong to a host name, never to an address.
    public_url = f"http://localhost:{running.port}"
    running.variables = {
        "IPORTAL_DEMO": "true",
        "IPORTAL_PUBLIC_URL": public_url,
        # A test takes the calls of webhooks itself.
        "IPORTAL_OUTBOUND_ALLOW": "127.0.0.1",
    }
    running.start()
    yield running
    assert running.stop() == 0


def _mailbox(portal: RunningPortal) -> str:
    return next(line for line in portal.lines if line.startswith("mails: ")).split()[1]


@pytest.fixture(scope="module")
def visit(portal: RunningPortal, tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Playwright's tests, run once, and the folder where their browser saved files."""
    assert any(READER in line for line in portal.lines), portal.lines
    saved = tmp_path_factory.mktemp("saved")
    program, variables = node()
    chromium = find()
    variables |= {
        "E2E_BASE_URL": portal.variables["IPORTAL_PUBLIC_URL"],
        "E2E_FILES": str(saved),
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
    return result, saved


@pytest.mark.timeout(60 * MINUTES + 240)
def test_the_spa_in_a_real_browser(visit: Visit) -> None:
    result, _ = visit
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]


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
