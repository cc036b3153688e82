"""Every fetch of a file is in the history, whatever its `Range` header says (X13, D5)."""

import httpx
import pytest

from tests.documents.test_head import KINDS, shelf
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
