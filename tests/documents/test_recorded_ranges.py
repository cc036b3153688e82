"""Every fetch of a file is in the history, whatever its `Range` header says (X13, D5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Engine, event

from api.core.scopes import Scope
from tests.documents.test_head import KINDS, shelf
from tests.downloads.support import built
from tests.printing.support import BATCHES, letter, nothing_waits, posted_company
from tests.printing.support import built as built_batch
from tests.support.world import Company, World

# What answers with the file or its beginning: headers that are ignored (RFC 9110, 14.2) too.
FROM_THE_START = (
    "items=0-5",
    "bytes=5-4",
    "bytes=-99999999",
    "bytes=0-",
    "bytes=0-1",
    "bytes=0-1,4-5",
    "bytes=00-3",
    "Bytes=3-",
    "bytes = 3-",
    "bytes=x-",
    "",
)
LATER = ("bytes=1-", "bytes=5-9", "bytes=-7")


async def traces(world: World, company: Company) -> int:
    found = "SELECT event FROM audit_events WHERE customer_id = :id AND detail ->> 'file' <> ''"
    return len(await world.rows(found, id=company.id))


async def fetch(client: httpx.AsyncClient, path: str, wanted: str) -> int:
    answer = await client.get(path, headers={"Range": wanted})
    assert answer.content
    return answer.status_code


@pytest.mark.parametrize("kind", KINDS)
async def test_sec_X13_whatever_sends_the_beginning_is_recorded(world: World, kind: str) -> None:
    company, client, paths = await shelf(world)
    for count, wanted in enumerate(FROM_THE_START, 1):
        assert await fetch(client, paths[kind], wanted) in (200, 206)
        assert await traces(world, company) == count, wanted


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wanted", LATER)
async def test_sec_X13_a_later_part_is_recorded_unless_the_beginning_was(
    world: World, kind: str, wanted: str
) -> None:
    company, client, paths = await shelf(world)
    assert await fetch(client, paths[kind], wanted) == 206
    assert await traces(world, company) == 1, "its beginning was never fetched"
    assert await fetch(client, paths[kind], wanted) == 206
    assert await traces(world, company) == 1, "a viewer goes on"
    other = await world.person()
    await world.share(company, other)
    reader = await world.signed_in(other)
    if kind != "zip":  # a ZIP is its maker's alone
        assert await fetch(reader, paths[kind], wanted) == 206
        assert await traces(world, company) == 2, "another reader goes on with nothing"


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that runs within the block."""
    ran: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        ran.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wanted", LATER)
async def test_sec_X13_a_part_after_a_recorded_fetch_goes_unrecorded(
    world: World, kind: str, wanted: str
) -> None:
    company, client, paths = await shelf(world)
    assert (await client.get(paths[kind])).status_code == 200
    assert await fetch(client, paths[kind], wanted) == 206
    assert await traces(world, company) == 1
    for count, begins in enumerate(FROM_THE_START, 2):
        await fetch(client, paths[kind], begins)
        assert await traces(world, company) == count, begins


@pytest.mark.parametrize("kind", KINDS)
async def test_sec_X13_a_part_after_the_fetch_of_another_file_is_recorded(
    world: World, kind: str
) -> None:
    company, client, paths = await shelf(world)
    for other in KINDS:
        if other != kind:
            await client.get(paths[other])
    assert await fetch(client, paths[kind], "bytes=1-") == 206
    assert await traces(world, company) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
async def test_sec_X13_a_part_a_day_after_the_fetch_is_recorded(world: World, kind: str) -> None:
    company, client, paths = await shelf(world)
    await client.get(paths[kind])
    aged = (
        "UPDATE audit_events SET at = at - interval '25 hours' WHERE customer_id = :id RETURNING 1"
    )
    await world.rows(aged, id=company.id)
    assert await fetch(client, paths[kind], "bytes=5-9") == 206
    assert await traces(world, company) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_sec_X13_a_part_for_another_token_of_the_same_person_is_recorded(
    world: World, kind: str
) -> None:
    company, _, paths = await shelf(world)
    scopes = (Scope.DOCUMENTS_READ, Scope.DOWNLOADS)
    first, second = [await world.token(company.contact, *scopes, name=name) for name in "AB"]
    assert (await first.get(paths[kind])).status_code == 200
    assert await fetch(first, paths[kind], "bytes=1-") == 206
    assert await traces(world, company) == 1
    assert await fetch(second, paths[kind], "bytes=1-") == 206
    assert await traces(world, company) == 2, "the history names tokens"


async def test_sec_X13_a_part_of_a_zip_is_recorded_after_the_fetch_of_another_zip(
    world: World,
) -> None:
    company, client, paths = await shelf(world)
    other = await built(world, client, filter={}, formats=["pdf"])
    assert (await client.get(paths["zip"])).status_code == 200
    path = f"/downloads/{other['id']}/file"
    assert await fetch(client, path, "bytes=1-") == 206
    assert await traces(world, company) == 2, "the fetch of another ZIP counts for nothing here"
    assert await fetch(client, path, "bytes=9-") == 206
    assert await traces(world, company) == 2


async def test_sec_X13_a_part_of_a_zip_built_again_is_recorded(world: World) -> None:
    company, client, paths = await shelf(world)
    assert (await client.get(paths["zip"])).status_code == 200
    again = "UPDATE downloads SET finished_at = now() WHERE id = :id RETURNING 1"
    assert await world.rows(again, id=UUID(paths["zip"].split("/")[2]))
    assert await fetch(client, paths["zip"], "bytes=1-") == 206
    assert await traces(world, company) == 2


async def test_sec_X13_parts_of_a_print_batch_are_recorded_like_other_files(world: World) -> None:
    staff = await world.signed_in(await world.person(role="staff"))
    await nothing_waits(staff)
    await letter(world, await posted_company(world))
    batch = await built_batch(world, staff)
    path = f"{BATCHES}/{batch['id']}/file"

    async def fetched() -> int:
        found = "SELECT 1 FROM audit_events WHERE event = 'print_batch_fetched'"
        return len(await world.rows(f"{found} AND detail ->> 'batch' = :id", id=batch["id"]))

    for wanted in LATER:
        assert await fetch(staff, path, wanted) == 206
        assert await fetched() == 1, "the first is recorded, since no fetch was"
    for count, wanted in enumerate(FROM_THE_START, 2):
        await fetch(staff, path, wanted)
        assert await fetched() == count, wanted
    again = "UPDATE print_batches SET finished_at = now() WHERE id = :id RETURNING 1"
    assert await world.rows(again, id=UUID(batch["id"]))
    before = await fetched()
    assert await fetch(staff, path, "bytes=1-") == 206
    assert await fetched() == before + 1, "no fetch of the ZIP that was built again"


@pytest.mark.parametrize("kind", KINDS)
async def test_sec_X13_only_a_later_part_looks_for_an_earlier_fetch(
    world: World, kind: str
) -> None:
    _, client, paths = await shelf(world)
    for wanted, looks in (({}, 0), ({"Range": "bytes=0-9"}, 0), ({"Range": "bytes=5-9"}, 1)):
        with statements() as ran:
            assert (await client.get(paths[kind], headers=wanted)).is_success
        asked = [one for one in ran if "FROM audit_events" in one]
        assert len(asked) == looks, wanted
