"""HEAD on files: what GET would say, without the file and without a trace (RFC 9110 9.3.2)."""

import httpx
import pytest

from api.core.scopes import Scope
from tests.downloads.support import built
from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique

KINDS = ("pdf", "ubl", "csv", "zip")
SAME = (
    "etag",
    "accept-ranges",
    "content-length",
    "content-type",
    "content-disposition",
    "cache-control",
)


async def shelf(world: World) -> tuple[Company, httpx.AsyncClient, dict[str, str]]:
    """A document, its main contact, and where its files and a ZIP with it are."""
    company = await world.company()
    document = await world.publish(company, ubl=ubl_bytes(unique("HEAD-")), pdf=pdf_bytes())
    client = await world.signed_in(company.contact)
    done = await built(world, client, filter={}, formats=["ubl"])
    paths = {kind: f"/documents/{document['id']}/{kind}" for kind in KINDS}
    return company, client, {**paths, "zip": f"/downloads/{done['id']}/file"}


@pytest.mark.parametrize("kind", KINDS)
async def test_head_says_what_get_would_and_leaves_no_trace(world: World, kind: str) -> None:
    company, client, paths = await shelf(world)
    told = await client.head(paths[kind])
    assert (told.status_code, told.content) == (200, b"")
    # A range means something with GET only.
    ranged = await client.head(paths[kind], headers={"Range": "bytes=0-3"})
    beyond = await client.head(paths[kind], headers={"Range": "bytes=99999999-"})
    assert [one.status_code for one in (ranged, beyond)] == [200, 200]
    unchanged = {"If-None-Match": told.headers["etag"]}
    assert (await client.head(paths[kind], headers=unchanged)).status_code == 304
    fetched = "SELECT event FROM audit_events WHERE customer_id = :id AND detail ->> 'file' <> ''"
    assert await world.rows(fetched, id=company.id) == []
    whole = await client.get(paths[kind])
    assert told.headers["content-length"] == str(len(whole.content))
    for answer in (told, ranged, beyond):
        assert {name: answer.headers[name] for name in SAME} == {
            name: whole.headers[name] for name in SAME
        }
    assert [row.event for row in await world.rows(fetched, id=company.id)] == ["downloaded"]


@pytest.mark.parametrize("kind", KINDS)
async def test_head_is_refused_as_get_is(world: World, kind: str) -> None:
    company, client, paths = await shelf(world)
    stranger = await world.signed_in((await world.company()).contact)
    program = await world.token(company.contact, Scope.CUSTOMERS_READ)
    for caller, status in ((world.client(), 401), (program, 403), (stranger, 404)):
        assert (await caller.head(paths[kind])).status_code == status
    unknown = await client.head(paths[kind], params={"no_such_parameter": "1"})
    assert unknown.status_code == 422


async def test_head_of_a_zip_that_is_not_finished(world: World) -> None:
    company = await world.company()
    document = await world.publish(company)
    client = await world.signed_in(company.contact)
    asked = await client.post("/downloads", json={"document_ids": [document["id"]]})
    assert asked.status_code == 202, asked.text
    answer = await client.head(f"/downloads/{asked.json()['id']}/file")
    assert answer.status_code == 409


async def test_head_is_for_files_only_and_stays_out_of_the_openapi(world: World) -> None:
    _, client, _ = await shelf(world)
    assert (await client.head("/documents")).status_code == 405
    paths = world.app.openapi()["paths"].values()
    assert not any("head" in methods for methods in paths)
