"""What is over its time is purged, files too; what is held stays (G1, D9)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.access import act_as_staff
from api.cli.purging import purge_now
from api.documents.sweeping import sweep_orphans
from api.retention.purging import PURGE, purge_documents
from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique

YEARS = 7
LEFT = """
SELECT (SELECT count(*) FROM documents WHERE id = :id),
       (SELECT count(*) FROM document_contents WHERE document_id = :id),
       (SELECT count(*) FROM document_files WHERE document_id = :id),
       (SELECT count(*) FROM document_reads WHERE document_id = :id),
       (SELECT count(*) FROM document_tags WHERE document_id = :id),
       (SELECT count(*) FROM document_changes WHERE document_id = :id),
       (SELECT count(*) FROM document_register WHERE document_id = :id),
       (SELECT count(*) FROM audit_events WHERE document_id = :id)
"""


async def purge(world: World) -> int:
    state = world.app.state
    return await purge_documents(state.database, state.storage, YEARS)


async def travel(world: World, document_id: str, years: int, **columns: bool) -> None:
    """Let years pass for one document; by default since its issue and its publication."""
    moved = [name for name in ("issue_date", "published_at") if columns.get(name, True)]
    changes = ", ".join(f"{name} = {name} - make_interval(years => :years)" for name in moved)
    async with world.owner.begin() as connection:
        await connection.execute(
            text(f"UPDATE documents SET {changes} WHERE id = :id"),
            {"years": years, "id": UUID(document_id)},
        )


async def published(world: World, company: Company) -> str:
    number = unique("OLD-")
    document = await world.publish(company, ubl=ubl_bytes(number), pdf=pdf_bytes(number))
    today = datetime.now(UTC).date()
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE documents SET issue_date = :day WHERE id = :id"),
            {"day": today, "id": UUID(document["id"])},
        )
    return str(document["id"])


async def keys(world: World, document_id: str) -> list[str]:
    rows = await world.rows(
        "SELECT object_key FROM document_files WHERE document_id = :id", id=UUID(document_id)
    )
    return [key for (key,) in rows]


async def objects(world: World) -> set[str]:
    return {key async for key, _ in world.app.state.storage.keys("documents/")}


@pytest.fixture
async def used(world: World) -> tuple[Company, httpx.AsyncClient, str]:
    """A document that was read, tagged, and fetched as a file."""
    company = await world.company()
    client = await world.signed_in(company.contact)
    document_id = await published(world, company)
    tag = (await client.post("/tags", json={"name": "kept", "color": "#123456"})).json()
    body = {"document_ids": [document_id], "add": [tag["id"]], "remove": []}
    assert (await client.post("/documents/tags", json=body)).status_code == 200
    assert (await client.get(f"/documents/{document_id}")).status_code == 200
    assert (await client.get(f"/documents/{document_id}/pdf")).status_code == 200
    return company, client, document_id


async def test_sec_G1_rows_and_files_go_when_the_years_are_over(world: World, used: Any) -> None:
    company, client, document_id = used
    stored = await keys(world, document_id)
    assert set(stored) <= await objects(world)
    await purge(world)
    assert (await client.get(f"/documents/{document_id}")).status_code == 200
    await travel(world, document_id, YEARS)
    await purge(world)
    assert (await client.get(f"/documents/{document_id}")).status_code == 200, "a day too early"
    await travel(world, document_id, 1)
    assert await purge(world) >= 1
    for path in ("", "/pdf", "/history"):
        assert (await client.get(f"/documents/{document_id}{path}")).status_code == 404
    assert (await world.rows(LEFT, id=UUID(document_id)))[0] == (0,) * 8
    assert not set(stored) & await objects(world)
    trace = await world.rows(
        "SELECT detail FROM audit_events WHERE event = 'purged' AND customer_id = :id",
        id=UUID(company.id),
    )
    assert [row[0]["document"] for row in trace] == [document_id]
    changes = (await client.get("/documents/changes")).json()["items"]
    assert changes == []


@pytest.mark.parametrize("young", ["issue_date", "published_at"])
async def test_sec_G1_the_younger_of_issue_and_publication_counts(world: World, young: str) -> None:
    company = await world.company()
    document_id = await published(world, company)
    await travel(world, document_id, YEARS + 1, **{young: False})
    await purge(world)
    assert (await world.rows(LEFT, id=UUID(document_id)))[0][0] == 1


@pytest.mark.parametrize("subject", ["customer_id", "document_id"])
async def test_sec_G1_what_is_held_stays_until_it_is_released(world: World, subject: str) -> None:
    company = await world.company()
    held, other = await published(world, company), await published(world, await world.company())
    staff = await world.signed_in(await world.person(role="staff"))
    body = {subject: company.id if subject == "customer_id" else held, "reason": "Court case 7"}
    hold = await staff.post("/issuer/legal-holds", json=body)
    assert hold.status_code == 201, hold.text
    assert hold.json()["customer"]["number"] == company.number
    for document_id in (held, other):
        await travel(world, document_id, YEARS + 1)
    await purge(world)
    left = [(await world.rows(LEFT, id=UUID(d)))[0][0] for d in (held, other)]
    assert left == [1, 0]
    path = f"/issuer/legal-holds/{hold.json()['id']}"
    assert (await staff.delete(path)).status_code == 204
    assert (await staff.delete(path)).status_code == 204
    listed = (await staff.get("/issuer/legal-holds", params={"count": True})).json()
    assert listed["items"][0]["released_by"]
    assert listed["total"] >= 1
    await purge(world)
    assert (await world.rows(LEFT, id=UUID(held)))[0][0] == 0


async def test_sec_G1_a_document_that_was_replaced_goes_before_the_one_that_replaced_it(
    world: World,
) -> None:
    company = await world.company()
    number = unique("OLD-")
    first = (await world.publish(company, ubl=ubl_bytes(number)))["id"]
    publisher = await world.publisher()
    changed = ubl_bytes(number).replace(b"</Invoice>", b"<!-- again --></Invoice>")
    answer = await publisher.post(
        "/issuer/documents",
        params={"replace": True},
        files={"ubl": ("x.xml", changed)},
        data={"metadata": f'{{"customer_number": "{company.number}"}}'},
    )
    assert answer.status_code == 201, answer.text
    second = answer.json()["id"]
    # The younger one first, as when its issue date was wrong.
    for document_id in (second, first):
        await travel(world, document_id, 50)
        await purge(world)
        assert (await world.rows(LEFT, id=UUID(document_id)))[0][0] == 0


async def test_sec_G1_files_that_could_not_be_deleted_are_swept(world: World) -> None:
    company = await world.company()
    document_id = await published(world, company)
    stored = await keys(world, document_id)
    await travel(world, document_id, YEARS + 1)
    async with world.app.state.database.transaction() as session:
        await act_as_staff(session)
        await session.execute(PURGE, {"years": YEARS, "most": 200})
    assert set(stored) <= await objects(world), "as after a crash between rows and files"
    state = world.app.state
    await sweep_orphans(state.database, state.storage, timedelta(0))
    assert not set(stored) & await objects(world)


@pytest.mark.parametrize("role", ["iportal_app", "iportal_publisher", "iportal_link"])
async def test_sec_G1_only_staff_may_start_it_and_nobody_deletes_documents(
    world: World, role: str
) -> None:
    for statement in (
        "SELECT * FROM iportal.purge_documents(7, 10)",
        "DELETE FROM documents",
        "DELETE FROM audit_events",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            await execute(world, f"SET LOCAL ROLE {role}", statement)


async def execute(world: World, *statements: str) -> None:
    async with world.app.state.database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))


async def test_sec_G1_the_command_purges_too(world: World) -> None:
    document_id = await published(world, await world.company())
    await travel(world, document_id, YEARS + 1)
    assert await purge_now(world.settings) >= 1
    assert (await world.rows(LEFT, id=UUID(document_id)))[0][0] == 0


async def test_a_hold_names_one_thing_that_exists(world: World) -> None:
    staff = await world.signed_in(await world.person(role="staff"))
    company = await world.company()
    both = {"customer_id": company.id, "document_id": company.id, "reason": "x"}
    for body, status in (
        (both, 422),
        ({"reason": "x"}, 422),
        ({"customer_id": company.id, "reason": "  "}, 422),
        ({"document_id": company.id, "reason": "x"}, 404),
    ):
        answer = await staff.post("/issuer/legal-holds", json=body)
        assert answer.status_code == status, answer.text
    contact = await world.signed_in(company.contact)
    assert (await contact.get("/issuer/legal-holds")).status_code == 403
