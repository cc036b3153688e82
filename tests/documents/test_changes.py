"""The change feed: every change once, in order, never skipped, only to whom it concerns."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert, text, update

from api.core.database import new_id
from api.core.scopes import Scope
from api.feed.schemas import ChangePage
from api.models import Document, DocumentContent, Membership
from tests.support.world import Company, Person, World, ubl_bytes, unique


async def read_on(client: httpx.AsyncClient, cursor: str | None = None) -> tuple[list[Any], str]:
    """All changes from a cursor to the end, and where the next reading begins."""
    items: list[Any] = []
    while True:
        parameters: Any = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        answer = await client.get("/documents/changes", params=parameters)
        assert answer.status_code == 200, answer.text
        ChangePage.model_validate_json(answer.content)
        body = answer.json()
        cursor = body["next_cursor"]
        assert cursor
        if not body["items"]:
            return items, cursor
        items += body["items"]


def told(items: list[Any]) -> list[tuple[str, str]]:
    return [(item["change"], item["document_id"]) for item in items]


async def test_publishing_and_replacing_are_told_in_order(world: World) -> None:
    company = await world.company()
    first = await world.publish(company)
    client = await world.signed_in(company.contact)
    items, cursor = await read_on(client)
    assert told(items) == [("published", first["id"])]
    listed = (await client.get("/documents")).json()["items"][0]
    assert items[0]["document"] == listed
    assert items[0]["at"] == first["published_at"]
    assert await read_on(client, cursor) == ([], cursor)
    number = unique("CHANGE-")
    second = await world.publish(company, ubl=ubl_bytes(number))
    publisher = await world.publisher()
    other = ubl_bytes(number, "be-small-enterprise-exempt-E")
    answer = await publisher.post(
        "/issuer/documents?replace=true",
        files={"ubl": ("x.xml", other, "application/xml")},
        data={"metadata": f'{{"customer_number": "{company.number}"}}'},
    )
    third = answer.json()
    items, _ = await read_on(client, cursor)
    assert told(items) == [
        ("published", second["id"]),
        ("published", third["id"]),
        ("replaced", second["id"]),
    ]
    assert items[2]["document"]["state"] == "replaced"
    everything, _ = await read_on(client)
    assert [item["seq"] for item in everything] == sorted({item["seq"] for item in everything})


async def test_withdrawing_is_told(world: World) -> None:
    company = await world.company()
    document = await world.publish(company)
    client = await world.signed_in(company.contact)
    _, cursor = await read_on(client)
    async with world.owner.begin() as connection:
        await connection.execute(
            update(Document).where(Document.id == UUID(document["id"])).values(state="withdrawn")
        )
    items, _ = await read_on(client, cursor)
    assert told(items) == [("withdrawn", document["id"])]
    assert items[0]["document"]["state"] == "withdrawn"


async def test_a_grant_is_one_item_per_document_for_the_person_concerned(world: World) -> None:
    company, person = await world.company(), await world.person()
    documents = [await world.publish(company) for _ in range(2)]
    owner = await world.signed_in(company.contact)
    everything, before = await read_on(owner)
    assert len(everything) == 2
    client = await world.signed_in(person)
    assert (await read_on(client))[0] == []
    cursor = (await read_on(client))[1]
    await world.share(company, person)
    granted = [("access_granted", document["id"]) for document in documents]
    items, after = await read_on(client, cursor)
    assert told(items) == granted
    assert [item["document"]["id"] for item in items] == [d["id"] for d in documents]
    # From the beginning it is the same: what was published before is not told as published too.
    assert told((await read_on(client))[0]) == granted
    assert (await read_on(owner, before))[0] == []
    later = await world.publish(company)
    assert told((await read_on(client, after))[0]) == [("published", later["id"])]
    _, after = await read_on(client)
    await world.unshare(company, person)
    items, after = await read_on(client, after)
    assert told(items) == [("access_revoked", d["id"]) for d in [*documents, later]]
    assert [item["document"] for item in items] == [None] * 3
    hidden = await world.publish(company)
    assert (await read_on(client, after))[0] == []
    await world.share(company, person)
    items, _ = await read_on(client, after)
    assert told(items) == [("access_granted", d["id"]) for d in [*documents, later, hidden]]


async def test_a_grant_that_is_written_anew_tells_nothing(world: World) -> None:
    company, person = await world.company(), await world.person()
    await world.publish(company)
    await world.share(company, person)
    client = await world.signed_in(person)
    _, cursor = await read_on(client)
    keys = {"user": person.id, "customer": UUID(company.id)}
    async with world.owner.begin() as connection:
        await connection.execute(
            text("DELETE FROM memberships WHERE user_id = :user AND customer_id = :customer"), keys
        )
        await connection.execute(
            insert(Membership).values(
                user_id=person.id, customer_id=UUID(company.id), role="shared_user"
            )
        )
    assert (await read_on(client, cursor))[0] == []


async def test_a_grant_that_ends_by_its_date_is_told(world: World) -> None:
    company, person = await world.company(), await world.person()
    document = await world.publish(company)
    today = datetime.now(UTC).date()
    await world.share(company, person, expires_on=today)
    client = await world.signed_in(person)
    items, cursor = await read_on(client)
    assert told(items) == [("access_granted", document["id"])]
    # A day passes: the row is as it was, only its date lies in the past now.
    async with world.owner.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            update(Membership)
            .where(Membership.user_id == person.id)
            .values(expires_on=today - timedelta(days=1))
        )
    await world.rows("SELECT iportal.tell_expired()")
    items, cursor = await read_on(client, cursor)
    assert told(items) == [("access_revoked", document["id"])]
    await world.rows("SELECT iportal.tell_expired()")
    assert (await read_on(client, cursor))[0] == []
    async with world.owner.begin() as connection:
        await connection.execute(
            update(Membership).where(Membership.user_id == person.id).values(expires_on=None)
        )
    assert told((await read_on(client, cursor))[0]) == [("access_granted", document["id"])]


async def test_a_main_contact_that_changes_is_told_to_both(world: World) -> None:
    company, heir = await world.company(), await world.person()
    document = await world.publish(company)
    former = await world.signed_in(company.contact)
    _, cursor = await read_on(former)
    publisher = await world.publisher()
    body = {"name": "Moved", "language": "en", "contact": {"email": heir.email}}
    await publisher.put(f"/issuer/customers/{company.number}", json=body)
    assert told((await read_on(former, cursor))[0]) == [("access_revoked", document["id"])]
    successor = await world.signed_in(heir)
    assert told((await read_on(successor))[0]) == [("access_granted", document["id"])]


async def test_sec_T5_the_feed_shows_no_more_than_the_list(world: World) -> None:
    contact = await world.person()
    first, second = await world.company(contact), await world.company(contact)
    other = await world.company()
    seen = await world.publish(first)
    narrowed_away = await world.publish(second)
    foreign = await world.publish(other)
    program = await world.token(contact, Scope.DOCUMENTS_READ, customers=[UUID(first.id)])
    items, cursor = await read_on(program)
    assert told(items) == [("published", seen["id"])]
    # What is taken from the user beyond the token's numbers is not told to the token.
    await world.share(other, contact)
    await world.unshare(other, contact)
    await world.unshare(second, contact)
    assert (await read_on(program, cursor))[0] == []
    items, _ = await read_on(await world.signed_in(contact))
    assert told(items) == [
        ("published", seen["id"]),
        ("access_revoked", foreign["id"]),
        ("access_revoked", narrowed_away["id"]),
    ]
    writer = await world.token(contact, Scope.DOCUMENTS_WRITE)
    assert (await writer.get("/documents/changes")).json()["code"] == "scope"


async def test_staff_see_all_publications_and_nobodys_grants(world: World) -> None:
    staff = await world.person(role="staff")
    program = await world.token(staff, Scope.DOCUMENTS_READ)
    _, cursor = await read_on(program)
    company, person = await world.company(), await world.person()
    document = await world.publish(company)
    await world.share(company, person)
    items, _ = await read_on(program, cursor)
    assert told(items) == [("published", document["id"])]


async def test_cursors_and_parameters(world: World) -> None:
    company, other = await world.company(), await world.company()
    client, stranger = (
        await world.signed_in(company.contact),
        await world.signed_in(other.contact),
    )
    _, cursor = await read_on(client)
    listing = (await client.get("/documents/changes")).json()["next_cursor"]
    for reader, parameters in (
        (stranger, {"cursor": cursor}),
        (client, {"cursor": "AAAA"}),
        (client, {"cursor": listing[:-3] + "AAA"}),
    ):
        answer = await reader.get("/documents/changes", params=parameters)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
    for bad in ({"limit": 0}, {"limit": 201}, {"since": "2026-01-01"}):
        answer = await client.get("/documents/changes", params=bad)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def _write(world: World, company: Company, wait: float, *, keep: bool) -> UUID:
    """Publish by SQL, waiting before the commit, which other writers overtake."""
    document_id = new_id()
    async with world.owner.connect() as connection:
        await connection.execute(
            insert(Document).values(
                id=document_id,
                customer_id=UUID(company.id),
                kind="other",
                number=unique("W-"),
                issue_date=date(2026, 1, 2),
                has_pdf=False,
                has_ubl=False,
            )
        )
        await connection.execute(
            insert(DocumentContent).values(
                document_id=document_id, customer_id=UUID(company.id), content={}, search=""
            )
        )
        await asyncio.sleep(wait)
        await (connection.commit() if keep else connection.rollback())
    return document_id


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_is_skipped_although_transactions_commit_out_of_order(
    world: World, seed: int
) -> None:
    contact: Person = await world.person()
    companies = [await world.company(contact) for _ in range(3)]
    client = await world.signed_in(contact)
    choose = random.Random(seed)
    kept: list[UUID] = []
    over = asyncio.Event()

    async def writer() -> None:
        for _ in range(15):
            keep = choose.random() > 0.1
            wait = choose.choice([0, 0, 0.002, 0.01, 0.05])
            written = await _write(world, choose.choice(companies), wait, keep=keep)
            if keep:
                kept.append(written)

    async def slow() -> None:
        kept.append(await _write(world, companies[0], 1.0, keep=True))

    async def reader() -> list[Any]:
        items: list[Any] = []
        cursor: str | None = None
        while not over.is_set():
            found, cursor = await read_on(client, cursor)
            items += found
        return items + (await read_on(client, cursor))[0]

    async with asyncio.TaskGroup() as readers:
        reading = readers.create_task(reader())
        async with asyncio.TaskGroup() as writers:
            writers.create_task(slow())
            for _ in range(8):
                writers.create_task(writer())
        over.set()
    items = reading.result()
    seqs = [item["seq"] for item in items]
    assert seqs == sorted(set(seqs))
    assert sorted(item["document_id"] for item in items) == sorted(str(i) for i in kept)
