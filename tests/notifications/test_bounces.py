"""Mails that come back: recorded per recipient, seen by staff, told to the user (E4)."""

import asyncio
import base64
import quopri
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from api.core.scopes import Scope
from api.issuer.bounces import read_report
from tests.support.portals import environment
from tests.support.waiting import communicated
from tests.support.world import World
from tests.worker.mail_server import mail_server
from tests.worker.office import Office

BOUNCES = Path(__file__).parents[1] / "data" / "bounces"


def report(message_id: str, to: str = "x@example.com", **fields: str) -> bytes:
    """A delivery status notification as Postfix writes it (RFC 3464)."""
    wanted = {
        "Final-Recipient": f"rfc822; {to}",
        "Action": "failed",
        "Status": "5.1.1",
        "Diagnostic-Code": "smtp; 550 5.1.1 no such user here",
        **fields,
    }
    group = "".join(f"{name}: {value}\r\n" for name, value in wanted.items())
    return (
        "From: MAILER-DAEMON@mx.example.com\r\n"
        f"To: {fields.get('To', 'returns@example.com')}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example.com\r\n\r\n{group}\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id}\r\nSubject: Invoice\r\n\r\n--b--\r\n"
    ).encode()


async def sent(world: World, office: Office) -> tuple[dict[str, Any], Any, str, Any]:
    """A document, its delivery, the mail's Message-ID and its reader."""
    company = await world.company()
    document = await world.publish(company)
    await office.work()
    (delivery,) = await office.deliveries(document["id"])
    assert delivery.state == "sent"
    return document, delivery, f"<{delivery.id}@lumen-lease.example>", company.contact


async def test_E4_a_bounce_is_recorded_and_told(world: World, office: Office) -> None:
    document, _, message_id, contact = await sent(world, office)
    staff = await world.person(role="staff")
    program = await world.token(staff, Scope.ISSUER_BOUNCES)
    body = {"report": report(message_id, contact.email).decode()}
    answer = await program.post("/issuer/bounces", json=body)
    assert (answer.status_code, answer.json()) == (200, {"recorded": True})
    again = await program.post("/issuer/bounces", json=body)
    assert again.json() == {"recorded": False}, "once is enough"
    (row,) = await office.deliveries(document["id"])
    assert row.state == "bounced"
    assert "no such user here" in row.last_error
    client = await world.signed_in(contact)
    (notice,) = (await client.get("/me")).json()["notices"]
    assert notice["code"] == "mail_failed"
    assert notice["parameters"]["address"] == contact.email
    assert "no such user here" in notice["parameters"]["reason"]
    history = (await client.get(f"/documents/{document['id']}/history")).json()["items"]
    assert [e["detail"]["to"] for e in history if e["event"] == "bounced"] == [contact.email]
    assert (await client.delete("/me/notices/mail_failed")).status_code == 204
    assert (await client.get("/me")).json()["notices"] == []


async def test_E4_a_providers_webhook_tells_the_same(world: World, office: Office) -> None:
    document, _, message_id, contact = await sent(world, office)
    program = await world.token(await world.person(role="staff"), Scope.ISSUER_BOUNCES)
    soft = {"message_id": message_id, "status": "4.2.2", "reason": "mailbox full"}
    assert (await program.post("/issuer/bounces", json=soft)).json() == {"recorded": False}
    assert [row.state for row in await office.deliveries(document["id"])] == ["sent"]
    hard = {"message_id": message_id, "status": "5.2.1", "reason": "disabled\r\nX: y"}
    assert (await program.post("/issuer/bounces", json=hard)).json() == {"recorded": True}
    assert [row.state for row in await office.deliveries(document["id"])] == ["bounced"]
    for body in ({}, {"message_id": "x"}, {"status": "5.1.1"}, {"message_id": "x", "status": "5"}):
        assert (await program.post("/issuer/bounces", json=body)).status_code == 422
    other = await world.token(contact, Scope.DOCUMENTS_READ)
    assert (await other.post("/issuer/bounces", json=hard)).status_code == 403


async def test_E4_a_changed_address_ends_the_notice(world: World, office: Office) -> None:
    _, _, message_id, contact = await sent(world, office)
    program = await world.token(await world.person(role="staff"), Scope.ISSUER_BOUNCES)
    await world.set_user(contact, email="new-" + contact.email)
    body = {"message_id": message_id, "status": "5.1.1"}
    assert (await program.post("/issuer/bounces", json=body)).json() == {"recorded": True}
    rows = await world.rows("SELECT mail_failed_at FROM users WHERE id = :id", id=contact.id)
    assert rows[0].mail_failed_at is None, "it was about the old address"


async def test_E4_a_return_path_may_be_piped_to_the_command(world: World, office: Office) -> None:
    document, delivery, _, _ = await sent(world, office)
    to = f"returns+{delivery.id.hex}@mail.example.com"
    raw = report("<other@example.com>", To=to).replace(b"To: returns@example.com", b"X: y")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "api.cli",
        "bounce",
        env=environment(world.settings),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await communicated(process, 60, raw)
    assert process.returncode == 0, told
    assert b"recorded" in told
    assert [row.state for row in await office.deliveries(document["id"])] == ["bounced"]


NEW = "<0192f7a0-0000-7000-8000-000000000001@example.com>"


def auto_reply() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "a@example.com", "b@example.com", NEW
    message.set_content(f"I am away. {NEW}")
    return message.as_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/report\r\n\r\nno parts",
        auto_reply(),
        report("<unknown@example.com>"),
        report(NEW, Status="nonsense"),
        report(NEW, Status=""),
        report(NEW, Action="delayed"),
        report(NEW, Action="delivered"),
    ],
    ids=range(9),
)
def test_E4_what_is_no_refusal_of_ours_is_ignored(raw: bytes) -> None:
    found = read_report(raw)
    assert found is None


@pytest.mark.parametrize("status", ["4.4.1", "4.4.7", "5.2.2 (mailbox full)"])
def test_E4_a_failure_is_final_whatever_its_status(status: str) -> None:
    found = read_report(report(NEW, Status=status))
    assert found is not None
    assert (found.permanent, found.status) == (True, status.split(maxsplit=1)[0])


def test_E4_any_recipient_of_a_report_may_have_failed() -> None:
    first = b"Final-Recipient: rfc822; y@example.com\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n"
    raw = report(NEW, Status="4.4.7").replace(b"Final-Recipient", first + b"Final-Recipient", 1)
    found = read_report(raw)
    assert found is not None
    assert found.status == "4.4.7"


def internationalised(encoding: str) -> bytes:
    """The same report for addresses outside ASCII (RFC 6533), in a transfer encoding."""
    group = (
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        "Final-Recipient: utf-8; \u7528\u6237@b\u00fccher.example\r\n"
        "Action: failed\r\nStatus: 4.4.7\r\nDiagnostic-Code: smtp; 550 expired\r\n\r\n"
    ).encode()
    returned = f"From: \u7528\u6237@b\u00fccher.example\r\nMessage-ID: {NEW}\r\n\r\n".encode()
    encode: dict[str, Callable[[bytes], bytes]] = {
        "8bit": bytes,
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
    }
    parts = [
        b"Content-Type: %b\r\nContent-Transfer-Encoding: %b\r\n\r\n%b"
        % (kind, encoding.encode(), encode[encoding](content))
        for kind, content in (
            (b"message/global-delivery-status", group),
            (b"message/global-headers", returned),
        )
    ]
    head = b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    return head + b"--b\r\n" + b"\r\n--b\r\n".join(parts) + b"\r\n--b--\r\n"


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_E4_reports_with_addresses_in_any_script_are_read(encoding: str) -> None:
    found = read_report(internationalised(encoding))
    assert found is not None
    assert (found.status, found.reason) == ("4.4.7", "4.4.7 550 expired")


@pytest.mark.parametrize("name", ["b1", "b2", "b3", "b4", "b6", "b8", "b9"])
def test_E4_reports_as_mail_servers_write_them(name: str) -> None:
    found = read_report((BOUNCES / f"{name}-bounce.eml").read_bytes())
    assert (found is not None) == (name not in {"b4", "b9"})


def test_E4_a_report_is_read() -> None:
    found = read_report(report(NEW))
    assert found is not None
    assert (found.permanent, found.status) == (True, "5.1.1")
    assert found.reason == "5.1.1 550 5.1.1 no such user here"


async def test_E4_staff_see_deliveries_and_send_again(world: World, office: Office) -> None:
    company = await world.company()
    document = await world.publish(company)
    (claim,) = await office.announced()
    async with mail_server(to_recipient="550 no such user") as server:
        await office.run(claim, smtp_port=server.port)
    staff = await world.signed_in(await world.person(role="staff"))
    query: dict[str, Any] = {
        "state": ["refused", "bounced"],
        "document_id": document["id"],
        "count": True,
    }
    listed = (await staff.get("/issuer/deliveries", params=query)).json()
    (item,) = listed["items"]
    assert listed["total"] == 1
    assert item["channel"] == "email"
    assert (item["state"], item["attempts"]) == ("refused", 1)
    assert item["recipient"] == company.contact.email
    assert "550 no such user" in item["last_error"]
    assert item["customer"]["number"] == company.number
    assert item["document"]["number"] == document["number"]
    by_number = {"customer_number": company.number, "recipient": company.contact.email}
    again = (await staff.get("/issuer/deliveries", params=by_number)).json()["items"]
    assert [one["id"] for one in again] == [item["id"]]
    path = f"/issuer/deliveries/{item['id']}/retry"
    assert (await staff.post(path)).status_code == 202
    assert (await staff.post(path)).status_code == 409, "it is on its way"
    assert await office.work() == 1
    assert len(await office.mails(company.contact.email)) == 1
    assert (await staff.post(path)).status_code == 409, "it has arrived"


async def test_E4_staff_page_through_deliveries(world: World, office: Office) -> None:
    company = await world.company()
    for _ in range(5):
        await world.publish(company)
    await office.work()
    staff = await world.signed_in(await world.person(role="staff"))
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        query: dict[str, Any] = {"limit": 2, "customer_number": company.number, **cursor}
        page = (await staff.get("/issuer/deliveries", params=query)).json()
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(found) == len(set(found)) == 5
    assert found == sorted(found, reverse=True)
    wrong = {"cursor": cursor["cursor"], "state": "sent"}
    assert (await staff.get("/issuer/deliveries", params=wrong)).status_code == 422
