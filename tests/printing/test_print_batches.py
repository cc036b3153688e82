"""G4: what goes by post is collected once, in printing order, and told to be printed."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

import httpx

from api.core.database import new_id
from tests.downloads.support import manifest, working
from tests.printing.support import (
    BATCHES,
    built,
    collect,
    ended,
    letter,
    opened,
    posted_company,
)
from tests.support.world import Company, World


async def switch(world: World, company: Company, channel: str) -> None:
    """The ERP sets the customer's channel."""
    publisher = await world.publisher()
    body = {
        "name": f"Company {company.number}",
        "language": "en",
        "channel": channel,
        "contact": {"email": company.contact.email},
    }
    answer = await publisher.put(f"/issuer/customers/{company.number}", json=body)
    assert answer.status_code == 200, answer.text


async def events(client: httpx.AsyncClient, document_id: str) -> list[str]:
    items = (await client.get(f"/documents/{document_id}/history")).json()["items"]
    return [item["event"] for item in items]


async def test_G4_what_goes_by_post_is_collected_in_printing_order(
    world: World, staff: httpx.AsyncClient
) -> None:
    second, first = await posted_company(world, "portal_and_post"), await posted_company(world)
    first, second = sorted((first, second), key=lambda company: company.number)
    by_mail = await world.company()
    await letter(world, by_mail)
    last = await letter(world, second)
    newer = await letter(world, first, issue_date="2026-02-01")
    older = await letter(world, first, issue_date="2026-01-01")
    batch = await built(world, staff)
    assert (batch["state"], batch["progress"]) == ("finished", {"done": 3, "total": 3})
    archive = await opened(staff, batch)
    rows = manifest(archive)
    assert [(row["position"], row["customer"], row["number"]) for row in rows] == [
        ("1", first.number, older["number"]),
        ("2", first.number, newer["number"]),
        ("3", second.number, last["number"]),
    ]
    assert rows[0]["name"] == f"Company {first.number}"
    assert (rows[0]["kind"], rows[0]["issue_date"]) == ("invoice", "2026-01-01")
    files = [row["file"] for row in rows]
    assert archive.namelist() == [*files, "manifest.csv"]
    assert files == sorted(files)
    for row in rows:
        assert hashlib.sha256(archive.read(row["file"])).hexdigest() == row["sha256"]
        assert archive.read(row["file"]).startswith(b"%PDF-")


async def test_G4_a_document_is_collected_once(world: World, staff: httpx.AsyncClient) -> None:
    company = await posted_company(world)
    for _ in range(5):
        await letter(world, company)
    before = new_id()
    answers = await asyncio.gather(*(staff.post(BATCHES, json={}) for _ in range(6)))
    made = [answer.json() for answer in answers if answer.status_code == 202]
    assert sum(batch["progress"]["total"] for batch in made) == 5
    refused = {answer.json()["code"] for answer in answers if answer.status_code != 202}
    assert refused <= {"nothing_to_print"}
    again = await staff.post(BATCHES, json={})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_print")
    empty = "SELECT 1 FROM print_batches WHERE id > :before AND total = 0"
    assert await world.rows(empty, before=before) == []


async def test_G4_history_is_not_printed_when_a_customer_is_switched_to_post(
    world: World, staff: httpx.AsyncClient
) -> None:
    company = await world.company()
    await letter(world, company)
    await world.rows(
        "UPDATE documents SET published_at = now() - interval '2 days'"
        " WHERE customer_id = :id RETURNING 1",
        id=UUID(company.id),
    )
    await switch(world, company, "post")
    assert (await staff.post(BATCHES, json={})).status_code == 409
    from_now = await letter(world, company)
    # From post to post and portal nothing changes for paper.
    since = "UPDATE customers SET post_since = post_since - 1 WHERE id = :id RETURNING post_since"
    (before,) = await world.rows(since, id=UUID(company.id))
    await switch(world, company, "portal_and_post")
    kept = "SELECT post_since FROM customers WHERE id = :id"
    assert await world.rows(kept, id=UUID(company.id)) == [before]
    batch = await built(world, staff)
    assert [row["number"] for row in manifest(await opened(staff, batch))] == [from_now["number"]]
    await letter(world, company)
    await switch(world, company, "portal")
    assert (await staff.post(BATCHES, json={})).status_code == 409


async def test_G4_a_batch_may_end_with_a_day(world: World, staff: httpx.AsyncClient) -> None:
    company = await posted_company(world)
    document = await letter(world, company)
    answer = await staff.post(BATCHES, json={"published_until": "2020-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_print")
    day = document["published_at"][:10]
    batch = await collect(staff, published_until=day)
    assert (batch["published_until"], batch["progress"]["total"]) == (day, 1)
    await letter(world, company)
    assert (await collect(staff, published_until="9999-12-31"))["progress"]["total"] == 1


async def test_G4_printed_is_told_in_each_history_once(
    world: World, staff: httpx.AsyncClient
) -> None:
    company = await posted_company(world)
    document = await letter(world, company)
    batch = await collect(staff)
    early = await staff.post(f"{BATCHES}/{batch['id']}/printed")
    assert (early.status_code, early.json()["code"]) == (409, "not_finished")
    early = await staff.get(f"{BATCHES}/{batch['id']}/file")
    assert (early.status_code, early.json()["code"]) == (409, "not_finished")
    async with working(world):
        await ended(staff, batch["id"])
    for _ in range(2):
        answer = await staff.post(f"{BATCHES}/{batch['id']}/printed")
        assert (answer.status_code, answer.json()["state"]) == (200, "printed")
    reader = await world.signed_in(company.contact)
    assert (await events(reader, document["id"])).count("printed") == 1
    audited = ["print_batch_created", "print_batch_printed"]
    answer = await staff.get("/issuer/audit", params={"event": audited, "limit": 200})
    items = answer.json()["items"]
    mine = [item["event"] for item in items if item["detail"]["batch"] == batch["id"]]
    assert mine == ["print_batch_printed", "print_batch_created"]
    # What was printed can still be looked at.
    await opened(staff, batch)


async def test_G4_the_list_is_read_page_by_page(world: World, staff: httpx.AsyncClient) -> None:
    company = await posted_company(world)
    made = []
    for _ in range(3):
        await letter(world, company)
        made.append((await collect(staff))["id"])
    first = await staff.get(BATCHES, params={"limit": 2, "count": True})
    assert first.json()["total"] >= 3
    assert 'rel="next"' in first.headers["link"]
    cursor = first.json()["next_cursor"]
    second = await staff.get(BATCHES, params={"limit": 1, "cursor": cursor})
    shown = [item["id"] for item in (*first.json()["items"], *second.json()["items"])]
    assert shown == made[::-1]
    other = await world.signed_in(await world.person(role="staff"))
    answer = await other.get(BATCHES, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_G4_unknown_batches_and_fields_are_refused(staff: httpx.AsyncClient) -> None:
    for method, place in (("GET", ""), ("GET", "/file"), ("POST", "/retry"), ("POST", "/printed")):
        answer = await staff.request(method, f"{BATCHES}/{new_id()}{place}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    bodies: list[dict[str, Any]] = [
        {"published_until": "soon"},
        {"published_until": 2026},
        {"documents": []},
    ]
    for body in bodies:
        answer = await staff.post(BATCHES, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
