"""Mails with the files attached, signed, over connections that are kept (E1, E3)."""

import asyncio
import base64
import email
import email.policy
from email.message import EmailMessage
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr
from sqlalchemy import text

from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique
from tests.worker.mail_server import mail_server
from tests.worker.office import Office


async def attaching(world: World) -> Company:
    """A customer number whose mails carry the files."""
    company = await world.company()
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE customers SET notification_mode = 'attachment' WHERE number = :n"),
            {"n": company.number},
        )
    return company


def parsed(raw: str) -> EmailMessage:
    return email.message_from_string(raw, policy=email.policy.default)


async def received(office: Office, **changes: Any) -> list[EmailMessage]:
    async with mail_server() as server:
        await office.work(smtp_port=server.port, **changes)
        return [parsed(raw.removesuffix("\r\n.\r\n")) for raw in server.received]


async def test_E1_the_exact_files_are_attached(world: World, office: Office) -> None:
    company, number = await attaching(world), unique("ATT/é ")
    ubl, pdf = ubl_bytes(number), pdf_bytes("attached")
    document = await world.publish(company, ubl=ubl, pdf=pdf)
    (message,) = await received(office)
    client = await world.signed_in(company.contact)
    files = {part.get_filename(): part for part in message.iter_attachments()}
    assert len(files) == 2
    for name, part in files.items():
        kind = "pdf" if str(name).endswith(".pdf") else "ubl"
        served = await client.get(f"/documents/{document['id']}/{kind}")
        assert part.get_content_type() == served.headers["Content-Type"]
        content = part.get_payload(decode=True)
        assert content == served.content
        assert f'filename="{name}"' in served.headers["Content-Disposition"] or "é" in str(name)
    body = message.get_body(("plain",))
    assert body is not None
    assert all(str(name) in body.get_content() for name in files)
    (delivery,) = await office.deliveries(document["id"])
    assert (delivery.state, delivery.form) == ("sent", "attachment")


async def test_E1_lines_are_as_mail_servers_want_them(world: World, office: Office) -> None:
    await world.publish(await attaching(world), pdf=pdf_bytes("x" * 3000), **of("LINE"))
    async with mail_server() as server:
        await office.work(smtp_port=server.port)
        (raw,) = server.received
    assert "\n" not in raw.replace("\r\n", "")
    assert max(len(line) for line in raw.split("\r\n")) <= 998


def of(prefix: str) -> dict[str, Any]:
    return {"number": unique(prefix), "issue_date": "2026-01-02", "kind": "invoice"}


async def test_E1_what_is_too_large_is_linked_and_the_mail_says_so(
    world: World, office: Office
) -> None:
    company = await attaching(world)
    document = await world.publish(company, pdf=pdf_bytes("large" * 500), **of("BIG"))
    (message,) = await received(office, attachment_max_bytes=2000)
    assert list(message.iter_attachments()) == []
    body = message.get_body(("plain",))
    assert body is not None
    assert "too large" in body.get_content()
    assert "/links/" in body.get_content()
    (delivery,) = await office.deliveries(document["id"])
    assert delivery.form == "link"


async def test_E1_without_the_setting_nothing_is_attached(world: World, office: Office) -> None:
    await world.publish(await world.company(), pdf=pdf_bytes("link"), **of("LNK"))
    (message,) = await received(office)
    assert message.get_content_type() == "multipart/alternative"
    assert "too large" not in message.as_string()


async def test_sec_F8_a_file_that_is_away_delays_the_mail(world: World, office: Office) -> None:
    await world.publish(await attaching(world), pdf=pdf_bytes("away"), **of("S3"))
    (claim,) = await office.announced()
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE document_files SET object_key = object_key || '-lost'")
        )
    try:
        async with mail_server() as server:
            await office.run(claim, smtp_port=server.port)
            assert server.received == []
    finally:
        async with world.owner.begin() as connection:
            await connection.execute(
                text("UPDATE document_files SET object_key = replace(object_key, '-lost', '')")
            )
    entry = await office.entry(claim)
    assert entry.state == "waiting"
    await office.pass_time()
    assert len(await received(office)) == 1


# A mail to which one of these was added must not verify.
MISLEADING = (
    b"From: other@example.com",
    b"Reply-To: other@example.com",
    b"Sender: other@example.com",
    b"Cc: other@example.com",
    b"In-Reply-To: <x@example.com>",
    b"References: <x@example.com>",
    b"Content-Type: text/html",
    b"Content-Transfer-Encoding: base64",
    b"Content-Disposition: attachment",
    b"Resent-From: other@example.com",
    b"List-Unsubscribe: <https://other.example>",
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
)


async def test_sec_X20_mails_are_signed_when_there_is_a_key(world: World, office: Office) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    await world.publish(await attaching(world), pdf=pdf_bytes("signed"), **of("DKIM"))
    async with mail_server() as server:
        await office.work(smtp_port=server.port, dkim_key=SecretStr(private.decode()))
        (raw,) = server.received
    data = raw.removesuffix(".\r\n").encode()
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    assert dkim.verify(data, dnsfunc=dns)
    assert asked == [b"iportal._domainkey.lumen-lease.example."]
    assert not dkim.verify(data.replace(b"Subject: ", b"Subject: Re: "), dnsfunc=dns)
    assert not dkim.verify(b"To: other@example.com\r\n" + data, dnsfunc=dns)
    for header in MISLEADING:
        added = header + b"\r\n" + data
        assert not dkim.verify(added, dnsfunc=dns), f"X20: {header!r} can be added"


async def test_sec_X21_mail_goes_to_the_domain_that_was_given(world: World, office: Office) -> None:
    company = await attaching(world)
    name = company.contact.email.partition("@")[0]
    address = f"{name}@faß.example"
    await world.set_user(company.contact, email=address, email_key=address)
    await world.publish(company, pdf=pdf_bytes("sharp s"), **of("IDNA"))
    async with mail_server() as server:
        await office.work(smtp_port=server.port)
        (raw,) = server.received
    assert f"To: {name}@xn--fa-hia.example\r\n" in raw


async def test_E3_where_unsubscribing_is_right_it_is_offered(world: World, office: Office) -> None:
    company, invited = await world.company(), await world.person(active=False)
    await world.share(company, invited)
    await world.publish(company)
    messages = {str(m["To"]): m for m in await received(office)}
    page = f"<{world.settings.public_url}/profile>"
    assert messages[company.contact.email]["List-Unsubscribe"] == page
    assert messages[invited.email]["List-Unsubscribe"] is None, "they have no profile yet"
    assert messages[company.contact.email]["Message-ID"].endswith("@lumen-lease.example>")


async def test_E3_the_return_path_names_the_mail(world: World, office: Office) -> None:
    document = await world.publish(await world.company())
    async with mail_server() as server:
        await office.work(smtp_port=server.port, return_path="returns@mail.example.com")
    (delivery,) = await office.deliveries(document["id"])
    assert server.senders == [f"returns+{delivery.id.hex}@mail.example.com"]


async def test_E3_connections_are_kept_and_used_again(world: World, office: Office) -> None:
    company = await world.company()
    for _ in range(5):
        await world.publish(company)
    claims = await office.announced()
    async with mail_server() as server:
        engines = office.engines(smtp_port=server.port, smtp_connections=1)
        for claim in claims:
            await office.run_with(engines, claim)
        await engines.connections.close()
        assert (len(server.received), server.connections) == (5, 1)


@pytest.mark.parametrize("answer", ["450 later", "550 never"])
async def test_E3_an_answer_does_not_cost_the_connection(
    world: World, office: Office, answer: str
) -> None:
    company = await world.company()
    await world.publish(company)
    await world.publish(company)
    first, second = await office.announced()
    async with mail_server(to_recipient=answer) as server:
        engines = office.engines(smtp_port=server.port, smtp_connections=1)
        await office.run_with(engines, first)
        server.to_recipient = "250 ok"
        await office.run_with(engines, second)
        await engines.connections.close()
        assert (len(server.received), server.connections) == (1, 1)


async def test_E3_a_server_that_hung_up_gets_a_new_connection(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.mailer.pool.WARM_SECONDS", 0)
    company = await world.company()
    await world.publish(company)
    await world.publish(company)
    first, second = await office.announced()
    async with mail_server() as server:
        engines = office.engines(smtp_port=server.port, smtp_connections=1)
        await office.run_with(engines, first)
        server.hang_up()
        await asyncio.sleep(0.05)
        await office.run_with(engines, second)
        await engines.connections.close()
        assert (len(server.received), server.connections) == (2, 2)
    assert [await office.entry(claim) for claim in (first, second)] == [None, None]
