"""Rows to measure on: as many as asked, the same for a seed, and a schema left as it was."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from api.demo.bulk import fill
from api.demo.cast import PASSWORD
from api.demo.crowd import FEW_EMAIL, MANY_EMAIL, Wanted
from api.demo.populate import publish_crowd
from api.demo.refusal import DemoRefused
from tests.demo.conftest import NewPortal
from tests.support.world import Person, World

TODAY = datetime.now(UTC).date()
WANTED = Wanted(documents=3_000, customers=600, seed=1, today=TODAY)
SCHEMA = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT concat(conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT concat(relname, relrowsecurity, relforcerowsecurity) FROM pg_class
WHERE relnamespace = 'public'::regnamespace
ORDER BY 1
"""
DIGEST = """
SELECT md5(string_agg(d::text || c::text, '' ORDER BY d.id))
FROM (SELECT id, customer_id, kind, number, issue_date, amount_incl_vat FROM documents) AS d
JOIN (SELECT document_id, content, search FROM document_contents) AS c ON c.document_id = d.id
"""


def silent(_: str) -> None:
    """Report nothing."""


async def column(world: World, statement: str) -> list[Any]:
    async with world.owner.connect() as connection:
        return list(await connection.scalars(text(statement)))


async def signed_in(world: World, email: str) -> Any:
    (user_id,) = await column(world, f"SELECT id FROM users WHERE email_key = '{email}'")
    return await world.signed_in(Person(user_id, email, PASSWORD))


async def test_rows_for_two_people_to_measure_with(new_portal: NewPortal) -> None:
    world = await new_portal()
    before = await column(world, SCHEMA)
    await fill(world.settings, WANTED, silent)
    assert await column(world, SCHEMA) == before
    for table in ("documents", "document_contents", "document_register", "document_changes"):
        assert await column(world, f"SELECT count(*) FROM {table}") == [3_000]

    for email, numbers in ((FEW_EMAIL, 5), (MANY_EMAIL, 500)):
        client = await signed_in(world, email)
        customers = (await client.get("/customers", params={"limit": 200, "count": True})).json()
        assert customers["total"] == numbers
        page = (await client.get("/documents", params={"count": True})).json()
        assert numbers * 2 < page["total"] < numbers * 8
        assert any(item["unread"] for item in page["items"])
        assert any(not item["unread"] for item in page["items"])
        assert any(item["tags"] for item in page["items"])
        assert all(item["files"] == ["csv"] for item in page["items"])


async def test_detail_and_search(new_portal: NewPortal) -> None:
    world = await new_portal()
    await fill(world.settings, WANTED, silent)
    client = await signed_in(world, MANY_EMAIL)
    page = (await client.get("/documents", params={"kind": "invoice"})).json()
    listed = page["items"][0]
    detail = (await client.get(f"/documents/{listed['id']}")).json()
    assert detail["totals"]["payable"] == listed["amount_incl_vat"]
    assert detail["lines"][0]["net_amount"] == listed["amount_excl_vat"]
    for words in (listed["number"], detail["references"]["contract"], detail["lines"][0]["name"]):
        found = (await client.get("/documents", params={"q": words, "limit": 200})).json()
        assert listed["id"] in {item["id"] for item in found["items"]} or found["next_cursor"]
    csv = await client.get(f"/documents/{listed['id']}/csv")
    assert listed["number"] in csv.text


async def test_the_same_for_a_seed(new_portal: NewPortal) -> None:
    digests = []
    for seed in (1, 1, 2):
        world = await new_portal()
        await fill(world.settings, Wanted(500, 20, seed, TODAY), silent)
        digests += await column(world, DIGEST)
    assert digests[0] == digests[1] != digests[2]


async def test_refused_twice_and_beside_real_customers(new_portal: NewPortal, world: World) -> None:
    mine = await new_portal()
    await fill(mine.settings, Wanted(10, 1, 1, TODAY), silent)
    with pytest.raises(DemoRefused, match="already"):
        await fill(mine.settings, Wanted(10, 1, 1, TODAY), silent)
    await world.company()
    before = await column(world, SCHEMA)
    with pytest.raises(DemoRefused, match="customers of its own"):
        await fill(world.settings, Wanted(10, 1, 1, TODAY), silent)
    assert await column(world, SCHEMA) == before


async def test_documents_with_files(new_portal: NewPortal) -> None:
    world = await new_portal()
    wanted = Wanted(documents=12, customers=3, seed=1, today=TODAY)
    await publish_crowd(world.settings, wanted, silent)
    client = await signed_in(world, FEW_EMAIL)
    page = (await client.get("/documents", params={"limit": 200, "count": True})).json()
    assert page["total"] == 12
    for item in page["items"]:
        assert "pdf" in item["files"]
    first = page["items"][0]
    pdf = await client.get(f"/documents/{first['id']}/pdf")
    assert pdf.content.startswith(b"%PDF-")
    await publish_crowd(world.settings, wanted, silent)
    again = (await client.get("/documents", params={"count": True})).json()
    assert again["total"] == 12
