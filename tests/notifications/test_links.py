"""The link in a mail: one document, recorded, revocable, dead with its addressee's access (E2)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.core.crypto import token_hash
from tests.documents.test_recorded_ranges import FROM_THE_START, LATER, fetch, traces
from tests.support.portals import portal_with
from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique
from tests.worker.office import Office


async def mailed(world: World, office: Office, company: Company) -> tuple[dict[str, Any], str]:
    """A document, and the token of the link that was mailed to the main contact."""
    number = unique("LINK-")
    document = await world.publish(company, ubl=ubl_bytes(number), pdf=pdf_bytes(number))
    await office.work()
    mail = (await office.mails(company.contact.email))[0]
    assert number in mail["text"]
    start = f"{world.settings.public_url}/links/"
    links = [
        line.removeprefix(start) for line in mail["text"].splitlines() if line.startswith(start)
    ]
    assert len(links) == 1
    assert f'href="{world.settings.public_url}/links/{links[0]}"' in mail["html"]
    return document, links[0]


def events(history: httpx.Response) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = history.json()["items"]
    return [event for event in items if event["event"] == "opened_by_link"]


async def test_E2_the_link_shows_one_document_without_signing_in(
    world: World, office: Office
) -> None:
    company = await world.company()
    await world.publish(company)
    document, token = await mailed(world, office, company)
    anyone = world.client()
    shown = (await anyone.get(f"/links/{token}")).json()
    assert shown["id"] == document["id"]
    assert shown["number"] == document["number"]
    assert shown["customer"] == {"number": company.number, "name": f"Company {company.number}"}
    assert shown["files"] == ["pdf"]
    assert shown["recipient"] == company.contact.email
    pdf = await anyone.get(f"/links/{token}/pdf", params={"disposition": "inline"})
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF-")
    assert "inline" in pdf.headers["Content-Disposition"]
    assert (await anyone.get(f"/links/{token}/ubl")).status_code == 404
    assert (await anyone.get(f"/documents/{document['id']}")).status_code == 401
    part = await anyone.get(f"/links/{token}/pdf", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")


async def test_E2_opening_is_recorded_and_marks_nothing_as_read(
    world: World, office: Office
) -> None:
    company = await world.company()
    document, token = await mailed(world, office, company)
    client = await world.signed_in(company.contact)
    path = f"/documents/{document['id']}/history"
    for _ in range(20):  # scanners follow links, and consume nothing
        assert (await world.client().get(f"/links/{token}")).status_code == 200
    assert events(await client.get(path)) == []
    await world.client().get(f"/links/{token}/pdf")
    (opened,) = events(await client.get(path))
    assert opened["detail"] == {"file": "pdf", "mailed_to": company.contact.email}
    listed = (await client.get("/documents")).json()["items"]
    assert [d["unread"] for d in listed if d["id"] == document["id"]] == [True]


async def test_sec_X13_every_part_of_a_linked_file_is_recorded(
    world: World, office: Office
) -> None:
    """The reader of a link is not known, so that no part belongs to an earlier fetch."""
    company = await world.company()
    _, token = await mailed(world, office, company)
    path, anyone = f"/links/{token}/pdf", world.client()
    for count, wanted in enumerate((*LATER, *FROM_THE_START, *LATER), 1):
        assert await fetch(anyone, path, wanted) in (200, 206)
        assert await traces(world, company) == count, wanted
    await anyone.head(path, headers={"Range": "bytes=1-"})
    beyond = await anyone.get(path, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert await traces(world, company) == count


async def test_E2_links_can_be_revoked(world: World, office: Office) -> None:
    company, colleague = await world.company(), await world.person()
    await world.share(company, colleague)
    document, token = await mailed(world, office, company)
    client = await world.signed_in(company.contact)
    path = f"/documents/{document['id']}/links"
    listed = (await client.get(path)).json()["items"]
    assert {link["recipient"] for link in listed} == {company.contact.email, colleague.email}
    assert all(link["revoked_at"] is None for link in listed)
    stranger = await world.signed_in((await world.company()).contact)
    assert (await stranger.delete(path)).status_code == 404
    assert (await stranger.get(path)).status_code == 404
    assert (await world.client().get(f"/links/{token}")).status_code == 200
    assert (await client.delete(path)).status_code == 204
    for suffix in ("", "/pdf"):
        answer = await world.client().get(f"/links/{token}{suffix}")
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert all(link["revoked_at"] for link in (await client.get(path)).json()["items"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE deliveries SET link_expires_at = now() - interval '1 second'"
        " WHERE document_id = :document",
        "UPDATE documents SET state = 'withdrawn' WHERE id = :document",
        "UPDATE documents SET state = 'replaced' WHERE id = :document",
        "DELETE FROM memberships WHERE user_id = :user",
        "UPDATE memberships SET expires_on = current_date - 1 WHERE user_id = :user",
        "UPDATE users SET state = 'disabled' WHERE id = :user",
    ],
    ids=["expired", "withdrawn", "replaced", "access ended", "grant expired", "disabled"],
)
async def test_C6_the_link_dies_with_what_it_stands_on(
    world: World, office: Office, statement: str
) -> None:
    company = await world.company()
    document, token = await mailed(world, office, company)
    names = {"document": document["id"], "user": company.contact.id}
    used = {name: value for name, value in names.items() if f":{name}" in statement}
    async with world.owner.begin() as connection:
        await connection.execute(text(statement), used)
    for suffix in ("", "/pdf"):
        assert (await world.client().get(f"/links/{token}{suffix}")).status_code == 410


async def test_E2_the_issuer_decides_what_links_show(world: World, office: Office) -> None:
    company = await world.company()
    document, token = await mailed(world, office, company)
    async with portal_with(world, link_access="off") as closed:
        for suffix in ("", "/pdf"):
            assert (await closed.client().get(f"/links/{token}{suffix}")).status_code == 410
    async with portal_with(world, link_access="files") as wide:
        shown = (await wide.client().get(f"/links/{token}")).json()
        assert shown["files"] == ["pdf", "ubl"]
        ubl = await wide.client().get(f"/links/{token}/ubl")
        assert ubl.status_code == 200
        assert document["number"].encode() in ubl.content


async def test_E2_turned_off_the_mail_leads_to_signing_in(world: World, office: Office) -> None:
    company = await world.company()
    document = await world.publish(company)
    await office.work(link_access="off")
    mail = (await office.mails(company.contact.email))[0]
    assert f"{world.settings.public_url}/documents/{document['id']}" in mail["text"].splitlines()
    assert "/links/" not in mail["text"]


async def test_E2_unknown_tokens_say_nothing(world: World) -> None:
    for token in ("x", "a" * 43, "é", "a" * 200):
        answer = await world.client().get(f"/links/{token}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT content FROM document_contents",
        "SELECT 1 FROM users",
        "SELECT 1 FROM sessions",
        "SELECT 1 FROM deliveries",
        "SELECT 1 FROM memberships",
        "SELECT 1 FROM audit_events",
        "SELECT amount_excl_vat FROM documents",
        "UPDATE documents SET state = 'withdrawn'",
        "INSERT INTO audit_events (id, event, actor, document_id, detail)"
        " SELECT iportal.new_id(), 'opened_by_link', '', gen_random_uuid(), '{}'",
        "SET LOCAL ROLE iportal_keeper",
    ],
)
async def test_sec_T3_a_link_is_a_principal_of_its_own(
    world: World, office: Office, statement: str
) -> None:
    company = await world.company()
    await world.publish(company)
    _, token = await mailed(world, office, company)
    async with world.app.state.database.transaction() as session:
        await session.execute(
            text("SELECT * FROM iportal.authenticate_link(:hash)"), {"hash": token_hash(token)}
        )
        assert len((await session.execute(text("SELECT id FROM documents"))).all()) == 1
        assert len((await session.execute(text("SELECT id FROM customers"))).all()) == 1
        with pytest.raises(Exception, match=r"(?i)permission denied|row-level security"):
            async with session.begin_nested():
                await session.execute(text(statement))
