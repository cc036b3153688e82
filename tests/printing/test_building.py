"""The ZIP of a print batch: without what was withdrawn, refused when it is no longer right."""

import asyncio
from uuid import UUID

import httpx

from api.downloads.clearing import PREFIXES, expire
from api.outbox import Job
from api.storage import document_key
from tests.downloads.support import manifest, working
from tests.issuer.test_withdrawing import withdraw
from tests.printing.support import (
    BATCHES,
    built,
    collect,
    ended,
    letter,
    opened,
    posted_company,
)
from tests.support.world import World, pdf_bytes, unique


async def test_G4_what_was_withdrawn_before_it_is_built_is_left_out(
    world: World, staff: httpx.AsyncClient
) -> None:
    company = await posted_company(world)
    wrong, right = await letter(world, company), await letter(world, company)
    batch = await collect(staff)
    assert (await withdraw(staff, wrong["id"])).status_code == 204
    async with working(world):
        done = await ended(staff, batch["id"])
    assert done["progress"] == {"done": 1, "total": 1}
    rows = manifest(await opened(staff, done))
    assert [(row["position"], row["number"]) for row in rows] == [("1", right["number"])]


async def test_G4_what_was_withdrawn_since_is_not_printed(
    world: World, staff: httpx.AsyncClient
) -> None:
    company = await posted_company(world)
    wrong, right = await letter(world, company), await letter(world, company)
    batch = await built(world, staff)
    assert (await staff.post(f"{BATCHES}/{batch['id']}/retry")).json()["code"] == "conflict"
    assert (await withdraw(staff, wrong["id"])).status_code == 204
    assert (await staff.get(f"{BATCHES}/{batch['id']}")).json()["withdrawn"] == 1
    refused = await staff.get(f"{BATCHES}/{batch['id']}/file")
    assert (refused.status_code, refused.json()["code"]) == (409, "print_batch_outdated")
    assert (await staff.post(f"{BATCHES}/{batch['id']}/retry")).status_code == 202
    async with working(world):
        done = await ended(staff, batch["id"])
    assert (done["state"], done["withdrawn"]) == ("finished", 0)
    rows = manifest(await opened(staff, done))
    assert [row["number"] for row in rows] == [right["number"]]


async def test_G4_nothing_is_left_of_a_batch_that_was_withdrawn_whole(
    world: World, staff: httpx.AsyncClient
) -> None:
    document = await letter(world, await posted_company(world))
    batch = await collect(staff)
    await withdraw(staff, document["id"])
    async with working(world):
        done = await ended(staff, batch["id"])
    assert (done["state"], done["error"]) == ("failed", "no_documents")
    answer = await staff.post(f"{BATCHES}/{batch['id']}/printed")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")


async def test_G4_the_zip_goes_after_its_time_and_can_be_built_again(
    world: World, staff: httpx.AsyncClient
) -> None:
    await letter(world, await posted_company(world))
    batch = await built(world, staff)
    await staff.post(f"{BATCHES}/{batch['id']}/printed")
    over = "UPDATE print_batches SET expires_at = now() - interval '1 s' WHERE id = :id RETURNING 1"
    await world.rows(over, id=UUID(batch["id"]))
    gone = await staff.get(f"{BATCHES}/{batch['id']}/file")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")
    assert UUID(batch["id"]) in await expire(world.app.state.database)
    assert UUID(batch["id"]) not in await expire(world.app.state.database)
    prefix = f"{PREFIXES[Job.BUILD_PRINT_BATCH]}{batch['id']}/"
    async with working(world), asyncio.timeout(20):
        while [key async for key, _ in world.app.state.storage.keys(prefix)]:
            await asyncio.sleep(0.1)
    left = (await staff.get(f"{BATCHES}/{batch['id']}")).json()
    assert (left["state"], left["expires_at"], left["size_bytes"]) == ("printed", None, None)
    assert (await staff.post(f"{BATCHES}/{batch['id']}/retry")).status_code == 202
    async with working(world):
        again = await ended(staff, batch["id"])
    assert (again["state"], again["progress"]["done"]) == ("printed", 1)
    await opened(staff, again)


async def test_sec_D4_a_damaged_file_fails_the_batch_until_it_is_whole(
    world: World, staff: httpx.AsyncClient
) -> None:
    document = await letter(world, await posted_company(world))
    data = (await staff.get(f"/documents/{document['id']}/pdf")).content
    storage, key = world.app.state.storage, document_key(UUID(document["id"]), "pdf")
    await storage.put(key, data[:-1] + b"x", "application/pdf")
    batch = await built(world, staff)
    assert (batch["state"], batch["error"]) == ("failed", "damaged_file")
    await storage.put(key, data, "application/pdf")
    assert (await staff.post(f"{BATCHES}/{batch['id']}/retry")).status_code == 202
    async with working(world):
        assert (await ended(staff, batch["id"]))["state"] == "finished"


async def test_G4_purged_documents_leave_their_batch(
    world: World, staff: httpx.AsyncClient
) -> None:
    document = await letter(world, await posted_company(world))
    await built(world, staff)
    gone = "DELETE FROM document_register WHERE document_id = :id RETURNING 1"
    await world.rows(gone, id=UUID(document["id"]))
    await world.rows(
        "DELETE FROM audit_events WHERE document_id = :id RETURNING 1", id=UUID(document["id"])
    )
    await world.rows("DELETE FROM documents WHERE id = :id RETURNING 1", id=UUID(document["id"]))
    left = "SELECT 1 FROM print_batch_documents WHERE document_id = :id"
    assert await world.rows(left, id=UUID(document["id"])) == []


async def test_G4_names_that_would_leave_their_folder_do_not(
    world: World, staff: httpx.AsyncClient
) -> None:
    number = f"../../{unique('P-')}"
    await letter(world, await posted_company(world), number=number)
    archive = await opened(staff, await built(world, staff))
    (row,) = manifest(archive)
    assert row["number"] == number
    assert "/" not in row["file"]
    assert pdf_bytes()[:5] == archive.read(row["file"])[:5]


async def test_G4_staff_see_that_somebody_has_fetched_a_batch(
    world: World, staff: httpx.AsyncClient
) -> None:
    company = await posted_company(world)
    wrong, _ = await letter(world, company), await letter(world, company)
    batch = await built(world, staff)
    place = f"{BATCHES}/{batch['id']}"
    headers = (await staff.head(f"{place}/file")).headers
    assert headers["content-length"] == str(batch["size_bytes"])
    assert (await staff.get(place)).json()["fetched_at"] is None
    await opened(staff, batch)
    other = await world.signed_in(await world.person(role="staff"))
    fetched_at = (await other.get(place)).json()["fetched_at"]
    assert fetched_at is not None
    rest = await staff.get(f"{place}/file", headers={"Range": "bytes=10-19"})
    unchanged = await other.get(f"{place}/file", headers={"If-None-Match": headers["etag"]})
    assert (rest.status_code, unchanged.status_code) == (206, 304)
    answer = await staff.get("/issuer/audit", params={"event": "print_batch_fetched"})
    mine = [item for item in answer.json()["items"] if item["detail"]["batch"] == batch["id"]]
    assert len(mine) == 1
    assert (await other.get(place)).json()["fetched_at"] == fetched_at
    # Of the ZIP that takes its place nobody has a copy yet.
    await withdraw(staff, wrong["id"])
    again = await staff.post(f"{place}/retry")
    assert (again.status_code, again.json()["fetched_at"]) == (202, None)
