"""Who is told of a document, in which words, and who no longer is (E1, A1, X4, X5, F13, F14)."""

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.world import PASSWORD, Company, World, pdf_bytes, ubl_bytes, unique
from tests.worker.office import Office


async def change(world: World, statement: str, **parameters: Any) -> None:
    async with world.owner.begin() as connection:
        await connection.execute(text(statement), parameters)


def header(mail: dict[str, Any], name: str) -> list[str]:
    return [value for key, value in mail["headers"] if key.lower() == name.lower()]


async def test_sec_T5_one_mail_to_each_person_with_access(world: World, office: Office) -> None:
    company = await world.company()
    languages = {"fr": "Facture", "nl": "Factuur", "de": "Rechnung", "en": "Invoice"}
    people = {}
    for language in languages:
        people[language] = await world.person()
        await world.set_user(people[language], language=language)
        await world.share(company, people[language])
    gone, ended, disabled = [await world.person() for _ in range(3)]
    yesterday = (await world.rows("SELECT current_date - 1"))[0][0]
    await world.share(company, ended, expires_on=yesterday)
    await world.share(company, disabled)
    await world.set_user(disabled, state="disabled")
    document = await world.publish(company)
    assert await office.work() == 6
    for language, person in people.items():
        (mail,) = await office.mails(person.email)
        assert mail["to"] == [person.email]
        assert mail["subject"].startswith(languages[language])
        assert document["number"] in mail["subject"]
        assert header(mail, "Content-Language") == [language]
        for body in (mail["text"], mail["html"]):
            assert document["number"] in body
            assert world.settings.public_url in body
    assert len(await office.mails(company.contact.email)) == 1
    for person in (gone, ended, disabled):
        assert await office.mails(person.email) == []
    history = await (await world.signed_in(company.contact)).get(
        f"/documents/{document['id']}/history"
    )
    told = [e["detail"]["to"] for e in history.json()["items"] if e["event"] == "notified"]
    assert sorted(told) == sorted([company.contact.email, *(p.email for p in people.values())])


async def test_sec_T8_the_mailed_invitation_opens_the_account(world: World, office: Office) -> None:
    contact = await world.person(active=False)
    company = await world.company(contact)
    document = await world.publish(company)
    await office.work()
    (mail,) = await office.mails(contact.email)
    links = re.findall(rf"{re.escape(world.settings.public_url)}/invitations/(\S+)", mail["text"])
    assert len(set(links)) == 1
    assert f"/invitations/{links[0]}" in mail["html"]
    client = world.client()
    shown = (await client.get(f"/auth/invitations/{links[0]}")).json()
    assert shown["email"] == contact.email
    assert shown["customer_numbers"] == [company.number]
    assert shown["document"]["number"] == document["number"]
    answer = await client.post(f"/auth/invitations/{links[0]}/accept", json={"password": PASSWORD})
    assert answer.status_code == 200
    assert (await client.get(f"/documents/{document['id']}")).status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM memberships WHERE user_id = :user_id",
        "UPDATE memberships SET expires_on = current_date - 1 WHERE user_id = :user_id",
        "UPDATE users SET state = 'disabled' WHERE id = :user_id",
        "UPDATE documents SET state = 'withdrawn' WHERE id = :document_id",
    ],
    ids=["grant removed", "grant ended", "disabled", "withdrawn"],
)
async def test_sec_F14_X5_recipients_are_looked_up_when_sending(
    world: World, office: Office, statement: str
) -> None:
    company, colleague = await world.company(), await world.person()
    await world.share(company, colleague)
    document = await world.publish(company)
    claims = await office.announced()
    assert len(claims) == 2
    names = {"user_id": colleague.id, "document_id": document["id"]}
    await change(world, statement, **{k: v for k, v in names.items() if f":{k}" in statement})
    for claim in claims:
        await office.run(claim)
    assert await office.mails(colleague.email) == []
    states = {row.email: row.state for row in await office.deliveries(document["id"])}
    assert states[colleague.email] == "dropped"
    withdrawn = "withdrawn" in statement
    assert states[company.contact.email] == ("dropped" if withdrawn else "sent")
    assert [await office.entry(claim) for claim in claims] == [None, None]


async def test_sec_F14_X5_a_contact_whom_the_issuer_replaced_gets_no_mail(
    world: World, office: Office
) -> None:
    company = await world.company()
    document = await world.publish(company)
    (claim,) = await office.announced()
    publisher, successor = await world.publisher(), await world.person()
    body = {
        "name": "Company",
        "language": "en",
        "contact": {"email": successor.email, "first_name": "Grace", "last_name": "Hopper"},
    }
    answer = await publisher.put(f"/issuer/customers/{company.number}", json=body)
    assert answer.status_code == 200, answer.text
    await office.run(claim)
    assert await office.mails(company.contact.email) == []
    (delivery,) = await office.deliveries(document["id"])
    assert (delivery.email, delivery.state) == (company.contact.email, "dropped")


async def test_sec_F14_X5_a_changed_address_gets_the_mail(world: World, office: Office) -> None:
    company = await world.company()
    document = await world.publish(company)
    (claim,) = await office.announced()
    new = f"{unique('moved')}@example.com"
    await world.set_user(company.contact, email=new, email_key=new)
    await office.run(claim)
    assert await office.mails(company.contact.email) == []
    assert len(await office.mails(new)) == 1
    assert (await office.deliveries(document["id"]))[0].recipient == new


async def test_sec_F13_many_copies_make_one_mail(world: World, office: Office) -> None:
    company, number = await world.company(), unique("F13-")
    data = ubl_bytes(number)
    await asyncio.gather(*(world.publish(company, ubl=data) for _ in range(20)))
    await office.work()
    assert len(await office.mails(company.contact.email)) == 1
    await world.publish(company, ubl=data)
    assert await office.work() == 0


HOSTILE = (
    "X\r\nBcc: victim@evil.example",
    "X\nSubject: other",
    "X\u2028Bcc: victim@evil.example",
    "X\x0b\x0c\x85Bcc: victim@evil.example",
    "=?utf-8?q?X=0D=0ABcc:_victim@evil.example?=",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }} {number} %(number)s ${x}",
    "é" * 90,
)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
async def test_sec_X4_no_header_can_be_injected(world: World, office: Office, value: str) -> None:
    contact = await world.person()
    await world.set_user(contact, first_name=value, last_name=value)
    company: Company = await world.company(contact, name=value)
    number = f"{unique('X4-')}{value}"[:100]
    document = await world.publish(
        company, pdf=pdf_bytes(), number=number, title=value, issue_date="2026-01-02"
    )
    await office.work()
    (mail,) = await office.mails(contact.email)
    assert mail["to"] == [contact.email]
    for name in ("To", "From", "Subject", "Message-ID", "Date", "Content-Type"):
        assert len(header(mail, name)) == 1, name
    assert header(mail, "Bcc") == []
    assert header(mail, "Cc") == []
    assert header(mail, "To") == [contact.email]
    assert "\n" not in mail["subject"]
    assert "<script>" not in mail["html"]
    assert await office.mails("victim@evil.example") == []
    (delivery,) = await office.deliveries(document["id"])
    assert delivery.state == "sent"


async def test_sec_X4_addresses_beyond_ascii_are_sent_to(world: World, office: Office) -> None:
    """What the portal accepts as an address it can also write to."""
    publisher, number = await world.publisher(), unique("IDN")
    body = {
        "name": "A",
        "language": "fr",
        "contact": {"email": f"{unique('i')}@b\u00fccher.example"},
    }
    answer = await publisher.put(f"/issuer/customers/{number}", json=body)
    assert answer.status_code == 201
    company = Company(answer.json()["id"], number, await world.person())
    document = await world.publish(company)
    await office.work()
    (delivery,) = await office.deliveries(document["id"])
    assert delivery.state == "sent", delivery.last_error


@pytest.mark.parametrize(
    "local", ["=?utf-8?q?victim?=", "=?utf-8?q?a=0D=0ABcc=3Ax=40evil.example?="]
)
async def test_sec_X4_an_address_in_disguise_reaches_nobody(
    world: World, office: Office, local: str
) -> None:
    """Mail programs decode such words: the mail would go to somebody else."""
    contact, address = await world.person(), f"{local}@{unique('x')}.example"
    company = await world.company(contact)
    await world.set_user(contact, email=address, email_key=address)
    document = await world.publish(company)
    await office.work()
    (delivery,) = await office.deliveries(document["id"])
    assert (delivery.state, delivery.last_error) == ("refused", "553 not an address")
    assert await office.mails(f"victim@{address.rpartition('@')[2]}") == []
