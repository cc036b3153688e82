"""The mail sink keeps everything, shows everything, and trusts nothing."""

import json
import smtplib
import stat
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from api.embedded import Engine, EngineAddresses, running_engines

HOSTILE = "<script>alert('mail')</script>"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def sink(data_dir: Path) -> Iterator[EngineAddresses]:
    with running_engines(data_dir, [Engine.MAIL], durable=False) as addresses:
        yield addresses


def send(sink: EngineAddresses, message: EmailMessage, to: list[str] | None = None) -> None:
    with smtplib.SMTP(sink.smtp_host or "", sink.smtp_port or 0, timeout=10) as smtp:
        smtp.send_message(message, to_addrs=to)


def mail(to: str, subject: str = "Your invoice", text: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Billing <billing@issuer.example>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    return message


def get(sink: EngineAddresses, path: str, **headers: str) -> tuple[bytes, Any]:
    url = (sink.mailbox_url or "").rstrip("/") + path
    with urlopen(Request(url, headers=headers), timeout=10) as answer:
        return answer.read(), answer.headers


def messages(sink: EngineAddresses, to: str) -> list[dict[str, Any]]:
    content = json.loads(get(sink, f"/messages.json?to={to}")[0])
    found = content["messages"]
    assert isinstance(found, list)
    return found


def refusal(sink: EngineAddresses, path: str, **headers: str) -> int:
    with pytest.raises(HTTPError) as refused:
        get(sink, path, **headers)
    with refused.value as error:
        return error.code


def test_a_mail_is_found_by_its_recipient(sink: EngineAddresses) -> None:
    message = mail("Anna <Anna@customer.example>", "Facture nº 7 – été", "Bonjour é")
    message.add_alternative("<p>Bonjour <b>Anna</b></p>", subtype="html")
    message.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="é.pdf")
    send(sink, message)
    (found,) = messages(sink, "anna@customer.example")
    assert found["subject"] == "Facture nº 7 – été"
    assert found["from"] == "Billing <billing@issuer.example>"
    assert found["envelope_from"] == "billing@issuer.example"
    assert found["to"] == ["Anna@customer.example"]
    assert found["text"].strip() == "Bonjour é"
    assert "<b>Anna</b>" in found["html"]
    assert found["attachments"] == [
        {"name": "é.pdf", "content_type": "application/pdf", "size": 10}
    ]
    assert ["Subject", "Facture nº 7 – été"] in found["headers"]
    assert messages(sink, "somebody@else.example") == []


def test_the_envelope_counts_not_the_header(sink: EngineAddresses) -> None:
    send(sink, mail("undisclosed@customer.example"), ["blind@customer.example"])
    assert len(messages(sink, "blind@customer.example")) == 1
    assert messages(sink, "undisclosed@customer.example") == []


def test_newest_first(sink: EngineAddresses) -> None:
    for number in range(3):
        send(sink, mail("order@customer.example", f"number {number}"))
    subjects = [found["subject"] for found in messages(sink, "order@customer.example")]
    assert subjects == ["number 2", "number 1", "number 0"]
    page = get(sink, "/?to=order@customer.example")[0].decode()
    assert page.index("number 2") < page.index("number 1") < page.index("number 0")
    assert "3 mails" in page


def test_text_links_files_and_source(sink: EngineAddresses) -> None:
    message = mail("reader@customer.example", text="Open https://portal.example/i/abc?x=1&y=2.")
    message.add_attachment(b"<b>1</b>", maintype="text", subtype="html", filename="evil.html")
    send(sink, message)
    (found,) = messages(sink, "reader@customer.example")
    page = get(sink, f"/messages/{found['id']}")[0].decode()
    assert 'href="https://portal.example/i/abc?x=1&amp;y=2"' in page
    content, headers = get(sink, f"/messages/{found['id']}/attachments/0")
    assert content == b"<b>1</b>"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''evil.html"
    source, headers = get(sink, f"/messages/{found['id']}/raw")
    assert headers["Content-Type"].startswith("text/plain")
    assert b"Subject: Your invoice" in source
    assert get(sink, f"/messages/{found['id']}.eml")[0] == source


def test_hostile_text_is_escaped_everywhere(sink: EngineAddresses) -> None:
    message = mail("target@customer.example", HOSTILE, f"{HOSTILE} https://x.example/'onclick=1")
    message.replace_header("From", f'"{HOSTILE}" <evil@example.org>')
    message.add_attachment(b"x", maintype="text", subtype="plain", filename=f"{HOSTILE}.txt")
    send(sink, message, ["target@customer.example", '"<script>"@customer.example'])
    (found,) = messages(sink, "target@customer.example")
    for path in ("/", f"/messages/{found['id']}", "/?to=%22%3E%3Cscript%3E"):
        page, headers = get(sink, path)
        assert b"<script" not in page
        assert b"onclick=1" not in page.replace(b"&#39;onclick=1", b"")
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_html_is_shown_in_a_sandbox_without_network(sink: EngineAddresses) -> None:
    message = mail("html@customer.example")
    message.add_alternative(
        f"{HOSTILE}<img src='https://spy.example/x.png'><img src='cid:logo'>", subtype="html"
    )
    parts = message.get_payload()
    assert isinstance(parts, list)
    html = parts[1]
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")
    send(sink, message)
    (found,) = messages(sink, "html@customer.example")
    page = get(sink, f"/messages/{found['id']}")[0].decode()
    assert '<iframe title="The mail as it looks" sandbox="allow-popups ' in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page
    body, headers = get(sink, f"/messages/{found['id']}/html")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert b"data:image/png;base64,iVBORw==" in body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header at all",
        b"Subject: =?utf-8?b?/////w==?=\r\nFrom: <<>>@@\r\nTo: ;;,,\r\n\r\nx",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nnot closed",
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Date: never\r\nContent-Disposition: attachment; filename*=x''%ff\r\n\r\n\x00",
    ],
)
def test_broken_mails_are_kept_and_shown(sink: EngineAddresses, raw: bytes) -> None:
    with smtplib.SMTP(sink.smtp_host or "", sink.smtp_port or 0, timeout=10) as smtp:
        smtp.sendmail("a@example.org", ["broken@customer.example"], raw)
    newest = messages(sink, "broken@customer.example")[0]
    for path in ("", "/html", "/raw", ".eml"):
        get(sink, f"/messages/{newest['id']}{path}")
    get(sink, "/")


def test_what_does_not_exist_is_not_found(sink: EngineAddresses) -> None:
    for path in (
        "/messages/00000000000000000000-00000000",
        "/messages/../../engine-secrets.json",
        "/messages/..%2f..%2fengine-secrets.json/raw",
        "/engine-secrets.json",
        "/mailbox.html",
    ):
        assert refusal(sink, path) == 404
    send(sink, mail("one@customer.example"))
    (found,) = messages(sink, "one@customer.example")
    assert refusal(sink, f"/messages/{found['id']}/attachments/0") == 404
    assert refusal(sink, f"/messages/{found['id']}/elsewhere") == 404


def test_other_host_names_are_refused(sink: EngineAddresses) -> None:
    assert refusal(sink, "/", Host="rebound.example") == 421
    assert get(sink, "/", Host="localhost:1234")[0]


def test_long_lists_have_pages(tmp_path: Path) -> None:
    with running_engines(tmp_path, [Engine.MAIL], durable=False) as sink:
        with smtplib.SMTP(sink.smtp_host or "", sink.smtp_port or 0, timeout=10) as smtp:
            for number in range(101):
                smtp.send_message(mail("many@customer.example", f"number {number}."))
        first = get(sink, "/")[0].decode()
        assert "number 100." in first
        assert "number 0." not in first
        assert "/?from=100" in first
        assert "number 0." in get(sink, "/?from=100")[0].decode()
        assert "number 100." in get(sink, "/?from=x")[0].decode()


def test_mails_outlive_the_sink(tmp_path: Path) -> None:
    with running_engines(tmp_path, [Engine.MAIL], durable=True) as sink:
        send(sink, mail("kept@customer.example", "to be kept"))
    (file,) = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (tmp_path / "mail" / ".half.part").write_text("unfinished")
    with running_engines(tmp_path, [Engine.MAIL], durable=True) as sink:
        assert [found["subject"] for found in messages(sink, "kept@customer.example")] == [
            "to be kept"
        ]
    assert list((tmp_path / "mail").iterdir()) == [file]


def test_a_large_attachment_passes(sink: EngineAddresses) -> None:
    message = mail("large@customer.example")
    message.add_attachment(
        b"x" * 20_000_000, maintype="application", subtype="pdf", filename="large.pdf"
    )
    send(sink, message)
    (found,) = messages(sink, "large@customer.example")
    assert found["attachments"][0]["size"] == 20_000_000
