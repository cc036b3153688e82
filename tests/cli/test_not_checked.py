"""X22: commands tell what could not be checked from what is invalid."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.exits import TRY_AGAIN
from api.cli.ingest import Outcome, bundles_of, ingest
from api.cli.showing import report
from api.core.settings import ROOT
from api.issuer import reading
from tests.issuer import tasks
from tests.support.world import OWN_UBL, World, ubl_bytes, unique

GOOD = OWN_UBL / "be-direct-debit.xml"
BAD = OWN_UBL / "bad-br-co-10-line-sum.xml"
# The command, whose check of the file that stands for the unlucky one ends its process.
COMMAND = """
import sys
from api.issuer import reports
from tests.cli import unlucky
reports.check = unlucky.check
from api.cli.main import main
sys.argv[0] = "iportal"
main()
"""


def validate(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", COMMAND, "validate", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def unlucky(tmp_path: Path) -> Path:
    """A good file on which the check is lost."""
    path = tmp_path / "unlucky.xml"
    path.write_bytes(GOOD.read_bytes() + b"<!-- unlucky -->")
    return path


def test_sec_X22_a_file_that_could_not_be_checked_is_not_invalid(unlucky: Path) -> None:
    done = validate(str(unlucky), str(GOOD))
    assert done.returncode == TRY_AGAIN == 75, done.stderr
    told = f"{unlucky}: NOT CHECKED, try again\n{GOOD}: valid (Peppol BIS Billing 3.0)\n"
    assert done.stdout == told
    both = validate(str(unlucky), str(BAD))
    assert both.returncode == 1
    assert f"{BAD}: INVALID" in both.stdout
    assert f"{unlucky}: NOT CHECKED" in both.stdout


def test_sec_X22_json_is_alone_on_standard_output(unlucky: Path) -> None:
    done = validate("--json", str(unlucky), str(GOOD), str(BAD))
    assert done.returncode == 1
    assert "task_lost" in done.stderr
    lost, good, bad = json.loads(done.stdout)
    assert lost == {
        "file": str(unlucky),
        "checked": False,
        "profile": None,
        "layers": [],
        "valid": None,
        "findings": [],
    }
    assert (good["checked"], good["valid"]) == (True, True)
    assert (bad["checked"], bad["valid"]) == (True, False)


async def ingested(world: World, folder: Path, customer: str) -> Outcome:
    return await ingest(world.settings, bundles_of(folder), customer, lambda: None)


async def test_sec_X22_an_ingest_tries_again_what_could_not_be_checked(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await world.company()
    for _ in range(2):
        number = unique("INGEST-")
        (tmp_path / f"{number}.xml").write_bytes(ubl_bytes(number))
    (tmp_path / "bad.xml").write_bytes(BAD.read_bytes())
    with monkeypatch.context() as lost:
        lost.setattr(reading, "draft_of", tasks.kill)
        outcome = await ingested(world, tmp_path, company.number)
    assert (outcome.published, outcome.rejects) == (0, [])
    assert [code for _, code, _ in outcome.unfinished] == ["unavailable"] * 3
    outcome = await ingested(world, tmp_path, company.number)
    assert (outcome.published, outcome.unfinished) == (2, [])
    assert [(name, code) for name, code, _ in outcome.rejects] == [("bad", "invalid_ubl")]


@pytest.mark.parametrize(
    ("outcome", "code", "told"),
    [
        (Outcome(published=1), 0, "1 published, 0 unchanged, 0 rejected\n"),
        (
            Outcome(unfinished=[("x", "unavailable", "not checked")]),
            TRY_AGAIN,
            "0 published, 0 unchanged, 0 rejected, 1 to be tried again\n",
        ),
        (
            Outcome(rejects=[("y", "invalid_ubl", "")], unfinished=[("x", "unavailable", "")]),
            1,
            "0 published, 0 unchanged, 1 rejected, 1 to be tried again\n",
        ),
    ],
)
def test_sec_X22_the_exit_code_of_an_ingest(
    outcome: Outcome, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report(outcome)
    assert outcome.exit_code == code
    assert capsys.readouterr().out.startswith(told)
