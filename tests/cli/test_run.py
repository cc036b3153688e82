"""`iportal run` and the commands beside it, as processes."""

import re
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.worker import PARALLEL_JOBS
from tests.support.running import READY_SECONDS, STOP_SECONDS, RunningPortal, named_in_commands
from tests.support.world import OWN_UBL, pdf_bytes, ubl_bytes

INGESTED = 500
CUSTOMER = "DL-RUN"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A portal without demo, with one customer."""
    running = RunningPortal(tmp_path_factory.mktemp("run"))
    running.start()
    code, printed = running.output(
        "create-token",
        "erp@example.com",
        "--scope",
        "issuer:publish",
        "--scope",
        "issuer:customers",
    )
    assert code == 0
    assert re.fullmatch(r"ipt_[A-Za-z0-9_-]+\n", printed)
    running.variables["TOKEN"] = printed.strip()
    customer = {"name": "Run", "language": "nl", "contact": {"email": "run@example.com"}}
    answer = httpx.put(
        f"{running.url}/api/v1/issuer/customers/{CUSTOMER}",
        headers={"Authorization": f"Bearer {printed.strip()}"},
        json=customer,
    )
    assert answer.status_code == 201, answer.text
    yield running
    if running.process is not None and running.process.poll() is None:
        running.stop()


def test_staff_get_a_link_and_bad_ingests_a_reason(portal: RunningPortal, tmp_path: Path) -> None:
    code, printed = portal.output("create-staff", "Boss@example.com")
    assert code == 0
    assert printed.startswith(f"{portal.url}/invitations/")
    token = printed.strip().rpartition("/")[2]
    told = httpx.get(f"{portal.url}/api/v1/auth/invitations/{token}").json()
    assert (told["email"], told["customer_numbers"]) == ("Boss@example.com", [])
    for name in ("bad-xsd-element-order", "be-direct-debit"):
        (tmp_path / f"{name}.xml").write_bytes((OWN_UBL / f"{name}.xml").read_bytes())
    (tmp_path / "hostile.xml").write_text("<!DOCTYPE x><x/>")
    (tmp_path / "letter.pdf").write_bytes(pdf_bytes())
    (tmp_path / "letter.json").write_text('{"number": "L-1", "issue_date": "2026-01-02"}')
    code, printed = portal.output("ingest", str(tmp_path), "--customer", CUSTOMER)
    assert code == 1
    assert printed.startswith("2 published, 0 unchanged, 2 rejected")
    assert re.search(r"bad-xsd-element-order .*invalid_ubl.* XSD: ", printed)
    assert re.search(r"hostile .*invalid_ubl.* DOCTYPE: ", printed)
    code, printed = portal.output("ingest", str(tmp_path), "--customer", CUSTOMER)
    assert printed.startswith("0 published, 2 unchanged, 2 rejected")


def test_customers_are_imported_and_bad_rows_told(portal: RunningPortal, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    good, bad = "CSV-1;Ünal;de;csv@example.com", "CSV-2;B;xx;b@example.com"
    lines = ["number;name;language;email", good, bad]
    file.write_text("\n".join(lines), "cp1252")
    code, printed = portal.output("import-customers", str(file), "--dry-run")
    assert code == 1
    assert printed.startswith("1 created, 0 updated, 0 unchanged, 1 rejected\n")
    code, printed = portal.output("import-customers", str(file), "--strict")
    assert code == 1
    assert re.search(r" 3 .*CSV-2 .*language .*literal_error", printed)
    code, printed = portal.output("import-customers", str(file))
    assert code == 1
    assert printed.startswith("1 created, 0 updated, 0 unchanged, 1 rejected\n")
    file.write_text("\n".join(lines[:2]), "cp1252")
    code, printed = portal.output("import-customers", str(file))
    assert (code, printed) == (0, "0 created, 0 updated, 1 unchanged, 0 rejected\n")
    file.write_text("nothing")
    assert portal.output("import-customers", str(file)) == (1, "")


def test_the_doctor_finds_nothing_wrong_and_tells_what_is(portal: RunningPortal) -> None:
    code, printed = portal.output("doctor")
    assert code == 0, printed
    states = {line.split()[0] for line in printed.splitlines()}
    assert states == {"ok", "warning"}, printed
    portal.variables["IPORTAL_FRONTEND_DIR"] = "/nowhere"
    code, printed = portal.output("doctor")
    del portal.variables["IPORTAL_FRONTEND_DIR"]
    assert code == 1
    assert re.search(r"^wrong +screens +/nowhere", printed, re.MULTILINE)


def test_a_second_portal_on_the_port_says_so(portal: RunningPortal, tmp_path: Path) -> None:
    other = RunningPortal(tmp_path / "other", port=portal.port)
    with other.command("run") as process:
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "IPORTAL_PORT" in told


@pytest.mark.timeout(700)
def test_a_kill_during_an_ingest_loses_nothing_and_doubles_nothing(
    portal: RunningPortal, tmp_path: Path
) -> None:
    for number in range(INGESTED):
        (tmp_path / f"{number}.xml").write_bytes(ubl_bytes(f"KILL-{number}"))
    with portal.command("ingest", str(tmp_path), "--customer", CUSTOMER) as ingest:
        wait_for_mails(portal, 50)
        ingest.kill()
        portal.stop(signal.SIGKILL)
        ingest.communicate()
    portal.start()
    code, printed = portal.output("ingest", str(tmp_path), "--customer", CUSTOMER)
    assert code == 0
    match = re.match(r"(\d+) published, (\d+) unchanged, 0 rejected", printed)
    assert match is not None, printed
    published, unchanged = int(match[1]), int(match[2])
    assert published + unchanged == INGESTED
    assert unchanged >= 50
    assert len(announced(portal, INGESTED)) == INGESTED
    # A mail that the server had taken when the worker was killed is sent again as the same (F12).
    sent = announced_now(portal)
    assert len(set(sent)) == INGESTED
    assert len(sent) - INGESTED <= PARALLEL_JOBS
    assert len({number for number, _ in sent}) == INGESTED


def announced(portal: RunningPortal, expected: int) -> set[str]:
    """The numbers that mails told of, once there are as many as expected."""
    deadline = time.monotonic() + 300
    while True:
        numbers = {number for number, _ in announced_now(portal)}
        if len(numbers) >= expected or time.monotonic() > deadline:
            return numbers
        time.sleep(1)


def announced_now(portal: RunningPortal) -> list[tuple[str, str]]:
    """Document number and Message-ID of each mail, from the files: the mailbox lists only some."""
    found = []
    for path in (portal.data_dir / "mail").glob("*.eml"):
        text = path.read_text("utf-8", "replace")
        number = re.search(r"^Subject: .*(KILL-\d+)", text, re.MULTILINE)
        message_id = re.search(r"^Message-ID: (<.*>)", text, re.MULTILINE | re.IGNORECASE)
        if number and message_id:
            found.append((number[1], message_id[1]))
    return found


def wait_for_mails(portal: RunningPortal, count: int) -> None:
    """Until so many mails have left, which the worker sends while the ingest goes on."""
    deadline = time.monotonic() + 180
    while (sent := len(announced_now(portal))) < count:
        assert time.monotonic() < deadline, f"only {sent} mails have left"
        time.sleep(0.05)


def test_it_stops_cleanly_and_starts_again(portal: RunningPortal) -> None:
    assert portal.stop(signal.SIGINT) == 0
    assert named_in_commands(str(portal.data_dir)) == []
    portal.start()
    assert httpx.get(f"{portal.url}/readyz").status_code == 200
    assert portal.stop() == 0


def test_a_stop_while_the_demo_is_made_is_clean(tmp_path: Path) -> None:
    stopped = RunningPortal(tmp_path, variables={"IPORTAL_DEMO": "true"})
    with stopped.command("run", seconds=READY_SECONDS + STOP_SECONDS) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line.rstrip())
            if re.search(r"\d+ of \d+ documents published", line):
                break
        process.send_signal(signal.SIGINT)
        told += process.stderr.read().splitlines()
        assert process.wait() == 0, told
    assert told[-1] == "stopped"
    assert "Traceback (most recent call last):" not in told
