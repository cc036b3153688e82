"""`iportal validate`."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.world import OWN_UBL

GOOD = OWN_UBL / "be-direct-debit.xml"
BAD = OWN_UBL / "bad-br-co-10-line-sum.xml"


def validate(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "api.cli", "validate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_table_and_an_exit_code() -> None:
    good = validate(str(GOOD))
    assert (good.returncode, good.stdout) == (0, f"{GOOD}: valid (Peppol BIS Billing 3.0)\n")
    both = validate(str(GOOD), str(BAD))
    assert both.returncode == 1
    assert f"{BAD}: INVALID" in both.stdout
    assert "BR-CO-10" in both.stdout


def test_json(tmp_path: Path) -> None:
    junk = tmp_path / "junk.xml"
    junk.write_bytes(b"junk")
    done = validate("--json", str(BAD), str(junk))
    assert done.returncode == 1
    bad, other = json.loads(done.stdout)
    assert bad["file"] == str(BAD)
    assert bad["valid"] is False
    assert {finding["rule"] for finding in bad["findings"]} == {"BR-CO-10", "BR-CO-13"}
    assert bad["findings"][0]["location"] == "/Invoice/cac:LegalMonetaryTotal"
    assert (other["profile"], other["findings"][0]["rule"]) == (None, "XML")


def test_another_release() -> None:
    assert validate("--release", "2026.11", str(GOOD)).returncode == 0
    refused = validate("--release", "2020.1", str(GOOD))
    assert refused.returncode == 1
    assert "2026.5" in refused.stderr
