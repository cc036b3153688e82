"""Tags: an account's own, at most four on a document, all or nothing."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from api.core.scopes import Scope
from tests.support.world import Company, World, unique

RED = "#cc0000"
ABSENT = "018f0000-0000-7000-8000-000000000000"


async def make_tag(client: httpx.AsyncClient, name: str, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/tags", json={"name": name, "color": RED, **fields})
    assert answer.status_code == 201, answer.text
    tag: dict[str, Any] = answer.json()
    return tag


async def tags_of(client: httpx.AsyncClient, document_id: str) -> list[str]:
    document = (await client.get(f"/documents/{document_id}")).json()
    return [tag["name"] for tag in document["tags"]]


async def put_tags(client: httpx.AsyncClient, ids: list[str], **change: Any) -> httpx.Response:
    return await client.post("/documents/tags", json={"document_ids": ids, **change})


async def desk(world: World, documents: int = 1) -> tuple[Company, httpx.AsyncClient, list[str]]:
    company = await world.company()
    ids = [(await world.publish(company))["id"] for _ in range(documents)]
    return company, await world.signed_in(company.contact), ids


async def test_a_tag_is_made_changed_and_deleted(world: World) -> None:
    _, client, ids = await desk(world)
    tag = await make_tag(client, "  Fleet  ", color="#AB12ef")
    assert tag == {
        "id": tag["id"],
        "name": "Fleet",
        "color": "#ab12ef",
        "account_id": tag["account_id"],
        "document_count": 0,
    }
    assert UUID(tag["id"]).version == 7
    await put_tags(client, ids, add=[tag["id"]])
    changed = await client.patch(f"/tags/{tag['id']}", json={"name": "Vans"})
    assert (changed.status_code, changed.json()["name"]) == (200, "Vans")
    assert changed.json()["color"] == "#ab12ef"
    assert changed.json()["document_count"] == 1
    assert await tags_of(client, ids[0]) == ["Vans"]
    assert (await client.delete(f"/tags/{tag['id']}")).status_code == 204
    assert await tags_of(client, ids[0]) == []
    assert (await client.get("/tags")).json() == {"items": [], "next_cursor": None}
    assert (await client.delete(f"/tags/{tag['id']}")).status_code == 404


async def test_a_change_tells_the_documents_that_it_changed(world: World) -> None:
    _, client, ids = await desk(world, 3)
    tag = await make_tag(client, "Fleet")
    await put_tags(client, ids[:1], add=[tag["id"]])
    added = await put_tags(client, ids, add=[tag["id"]], return_ids=True)
    assert added.json() == {"updated": 2, "document_ids": sorted(ids[1:])}
    undone = await put_tags(client, ids[1:], remove=[tag["id"]])
    assert undone.json() == {"updated": 2}
    assert await tags_of(client, ids[0]) == ["Fleet"]


async def test_the_name_is_unique_in_any_case_within_the_account(world: World) -> None:
    _, client, _ = await desk(world, 0)
    await make_tag(client, "Été")
    refused = await client.post("/tags", json={"name": "ÉTÉ", "color": RED})
    assert (refused.status_code, refused.json()["code"]) == (409, "tag_exists")
    # The same letters, written as a letter and an accent.
    refused = await client.post("/tags", json={"name": "E\u0301te\u0301", "color": RED})
    assert (refused.status_code, refused.json()["code"]) == (409, "tag_exists")
    other = await make_tag(client, "Hiver")
    refused = await client.patch(f"/tags/{other['id']}", json={"name": "été"})
    assert (refused.status_code, refused.json()["code"]) == (409, "tag_exists")
    _, stranger, _ = await desk(world, 0)
    await make_tag(stranger, "Été")


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 21},
        {"name": "a\x00b"},
        {"name": "a\u200bb"},
        {"name": 5},
        {"color": "red"},
        {"color": "#12345g"},
        {"color": "#fff"},
        {"account_id": ABSENT},
        {"id": ABSENT},
    ],
)
async def test_sec_T6_bad_tags_are_refused(world: World, change: dict[str, Any]) -> None:
    _, client, _ = await desk(world, 0)
    answer = await client.post("/tags", json={"name": "Good", "color": RED, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    pointer = next(iter(change))
    assert answer.json()["errors"][0]["pointer"] == f"/{pointer}"


async def test_twenty_characters_fit(world: World) -> None:
    _, client, _ = await desk(world, 0)
    assert (await make_tag(client, " " + "é" * 20 + " "))["name"] == "é" * 20


async def test_tags_are_listed_by_name_in_pages(world: World) -> None:
    _, client, _ = await desk(world, 0)
    for name in ("delta", "Alpha", "charlie", "Bravo", "echo"):
        await make_tag(client, name)
    seen: list[str] = []
    cursor = None
    while True:
        parameters: Any = {"limit": 2, "count": True} | ({"cursor": cursor} if cursor else {})
        answer = await client.get("/tags", params=parameters)
        assert answer.json()["total"] == 5
        seen += [tag["name"] for tag in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
        assert f"cursor={cursor}" in answer.headers["link"]
    assert seen == ["Alpha", "Bravo", "charlie", "delta", "echo"]
    foreign = await client.get("/tags", params={"cursor": "AAAA"})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "invalid_cursor")


async def test_at_most_four_and_nothing_happens_when_one_would_pass(world: World) -> None:
    _, client, ids = await desk(world, 3)
    tags = [(await make_tag(client, f"t{n}"))["id"] for n in range(6)]
    assert (await put_tags(client, ids, add=tags[:2])).json() == {"updated": 3}
    assert (await put_tags(client, ids[1:2], add=tags[2:4])).json() == {"updated": 1}
    refused = await put_tags(client, ids, add=[tags[4]])
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_tags")
    assert refused.json()["document_id"] == ids[1]
    assert refused.json()["number"] in refused.json()["detail"]
    assert await tags_of(client, ids[0]) == ["t0", "t1"]
    # The limit counts after what is removed.
    swapped = await put_tags(client, ids, add=[tags[4]], remove=[tags[0]])
    assert swapped.json() == {"updated": 3}
    assert sorted(await tags_of(client, ids[1])) == ["t1", "t2", "t3", "t4"]
    assert sorted(await tags_of(client, ids[2])) == ["t1", "t4"]
    # What is there already changes nothing.
    assert (await put_tags(client, ids, add=[tags[4]])).json() == {"updated": 0}


async def test_one_invisible_id_and_nothing_happens(world: World) -> None:
    _, client, ids = await desk(world)
    _, stranger, foreign = await desk(world)
    tag, theirs = await make_tag(client, "mine"), await make_tag(stranger, "theirs")
    for body in (
        {"document_ids": [*ids, *foreign], "add": [tag["id"]]},
        {"document_ids": [*ids, ABSENT], "add": [tag["id"]]},
        {"document_ids": ids, "add": [tag["id"], theirs["id"]]},
        {"document_ids": ids, "add": [tag["id"]], "remove": [theirs["id"]]},
    ):
        answer = await client.post("/documents/tags", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await tags_of(client, ids[0]) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"document_ids": [], "add": [ABSENT]},
        {"document_ids": [ABSENT]},
        {"document_ids": [ABSENT], "add": [ABSENT], "remove": [ABSENT]},
        {"document_ids": ["x"], "add": [ABSENT]},
        {"filter": {}, "document_ids": [ABSENT], "add": [ABSENT]},
        {"filter": {"colour": "red"}, "add": [ABSENT]},
        {"document_ids": [ABSENT], "add": [ABSENT], "slot": 3},
    ],
)
async def test_sec_X7_bad_changes_are_refused(world: World, body: dict[str, Any]) -> None:
    _, client, _ = await desk(world, 0)
    answer = await client.post("/documents/tags", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_all_that_match_a_filter_are_tagged_and_found_by_it(world: World) -> None:
    company, client, _ = await desk(world, 2)
    marked = await world.publish(company, ubl=None, pdf=None)
    tag, other = await make_tag(client, "one"), await make_tag(client, "two")
    answer = await client.post(
        "/documents/tags",
        json={"filter": {"number": marked["number"], "kind": "invoice"}, "add": [tag["id"]]},
    )
    assert answer.json() == {"updated": 1}
    found = (await client.get("/documents", params={"tag_id": tag["id"]})).json()["items"]
    assert [item["id"] for item in found] == [marked["id"]]
    both = {"tag_id": [tag["id"], other["id"]]}
    assert (await client.get("/documents", params=both)).json()["items"] == []
    assert (await client.post("/documents/tags", json={"filter": {}, "add": [other["id"]]})).json()
    assert len((await client.get("/documents", params=both)).json()["items"]) == 1


async def test_fifty_at_once_never_pass_four(world: World) -> None:
    _, client, ids = await desk(world)
    tags = [(await make_tag(client, f"p{n}"))["id"] for n in range(10)]
    answers = await asyncio.gather(*(put_tags(client, ids, add=[tag]) for tag in tags * 5))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert sum(answer.json().get("updated", 0) for answer in answers) == 4
    assert len(await tags_of(client, ids[0])) == 4


async def test_shared_users_use_the_tags_of_the_account(world: World) -> None:
    company, client, ids = await desk(world)
    tag = await make_tag(client, "ours")
    colleague = await world.person()
    await world.share(company, colleague)
    second = await world.signed_in(colleague)
    assert [t["name"] for t in (await second.get("/tags")).json()["items"]] == ["ours"]
    assert (await put_tags(second, ids, add=[tag["id"]])).json() == {"updated": 1}
    assert await tags_of(client, ids[0]) == ["ours"]
    await make_tag(second, "theirs")


async def test_who_sees_several_accounts_names_one(world: World) -> None:
    first, client, first_ids = await desk(world)
    second, _, second_ids = await desk(world)
    await world.share(second, first.contact)
    unnamed = await client.post("/tags", json={"name": "x", "color": RED})
    assert unnamed.status_code == 422
    assert unnamed.json()["errors"][0]["pointer"] == "/customer_id"
    stranger = await world.company()
    absent = await client.post(
        "/tags", json={"name": "x", "color": RED, "customer_id": stranger.id}
    )
    assert absent.status_code == 404
    mine = await make_tag(client, "x", customer_id=first.id)
    theirs = await make_tag(client, "x", customer_id=second.id)
    only = await client.get("/tags", params={"customer_id": second.id})
    assert [tag["id"] for tag in only.json()["items"]] == [theirs["id"]]
    crossed = await put_tags(client, [*first_ids, *second_ids], add=[mine["id"]])
    assert (crossed.status_code, crossed.json()["code"]) == (409, "foreign_tag")
    assert (crossed.json()["document_id"], crossed.json()["tag_id"]) == (
        second_ids[0],
        mine["id"],
    )
    assert await tags_of(client, first_ids[0]) == []


async def test_sec_T5_tags_of_others_are_invisible(world: World) -> None:
    _, client, _ = await desk(world)
    canary = unique("Canary")
    _, stranger, _ = await desk(world)
    tag = await make_tag(stranger, canary)
    everything = await client.get("/tags", params={"limit": 200})
    assert canary not in everything.text
    for method, path, body in (
        ("PATCH", f"/tags/{tag['id']}", {"name": "stolen"}),
        ("DELETE", f"/tags/{tag['id']}", None),
        ("POST", f"/tags/{tag['id']}/restore", None),
    ):
        answer = await client.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await stranger.get("/tags")).json()["items"][0]["name"] == canary


async def test_sec_X1_programs_need_the_scope(world: World) -> None:
    company, client, ids = await desk(world)
    tag = await make_tag(client, "scoped")
    reader = await world.token(company.contact, Scope.DOCUMENTS_READ)
    assert (await reader.get("/tags")).status_code == 200
    refused = await put_tags(reader, ids, add=[tag["id"]])
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")
    writer = await world.token(company.contact, Scope.DOCUMENTS_WRITE)
    assert (await put_tags(writer, ids, add=[tag["id"]])).status_code == 200


async def test_a_deleted_tag_comes_back_where_there_is_room(world: World) -> None:
    _, client, ids = await desk(world, 2)
    tags = [(await make_tag(client, f"r{n}"))["id"] for n in range(5)]
    await put_tags(client, ids, add=tags[:1])
    await client.delete(f"/tags/{tags[0]}")
    await put_tags(client, ids[:1], add=tags[1:])
    back = await client.post(f"/tags/{tags[0]}/restore")
    assert (back.status_code, back.json()["document_count"]) == (200, 1)
    assert await tags_of(client, ids[0]) == ["r1", "r2", "r3", "r4"]
    assert await tags_of(client, ids[1]) == ["r0"]
    assert (await client.post(f"/tags/{tags[0]}/restore")).status_code == 404


async def test_a_tag_whose_name_was_taken_is_not_restored(world: World) -> None:
    _, client, _ = await desk(world, 0)
    tag = await make_tag(client, "taken")
    await client.delete(f"/tags/{tag['id']}")
    await make_tag(client, "Taken")
    answer = await client.post(f"/tags/{tag['id']}/restore")
    assert (answer.status_code, answer.json()["code"]) == (409, "tag_exists")


async def hand_over(world: World, company: Company, email: str) -> None:
    publisher = await world.publisher()
    body = {"name": "Moved", "language": "en", "contact": {"email": email}}
    answer = await publisher.put(f"/issuer/customers/{company.number}", json=body)
    assert answer.status_code == 200, answer.text


async def test_tags_go_along_when_the_main_contact_changes(world: World) -> None:
    company, client, ids = await desk(world)
    await make_tag(client, "unused")
    tag = await make_tag(client, "used")
    await put_tags(client, ids, add=[tag["id"]])
    successor = await world.company()
    other = await world.signed_in(successor.contact)
    existing = await make_tag(other, "USED")
    await hand_over(world, company, successor.contact.email)
    names = [t["name"] for t in (await other.get("/tags")).json()["items"]]
    assert names == ["unused", "USED"]
    document = (await other.get(f"/documents/{ids[0]}")).json()
    assert [t["id"] for t in document["tags"]] == [existing["id"]]


async def test_an_account_that_goes_on_keeps_its_tags(world: World) -> None:
    company, client, ids = await desk(world)
    await world.company(company.contact)
    tag = await make_tag(client, "used", customer_id=company.id)
    await make_tag(client, "unused", customer_id=company.id)
    await put_tags(client, ids, add=[tag["id"]])
    heir = await world.person()
    await hand_over(world, company, heir.email)
    successor = await world.signed_in(heir)
    assert [t["name"] for t in (await successor.get("/tags")).json()["items"]] == ["used"]
    assert await tags_of(successor, ids[0]) == ["used"]
    kept = (await client.get("/tags")).json()["items"]
    assert [(t["name"], t["document_count"]) for t in kept] == [("unused", 0), ("used", 0)]


async def test_a_fifth_tag_is_impossible_in_the_database(world: World) -> None:
    _, client, ids = await desk(world)
    tag = await make_tag(client, "slot")
    await put_tags(client, ids, add=[tag["id"]])
    async with world.owner.connect() as connection:
        with pytest.raises(Exception, match="ck_document_tags_slot"):
            await connection.execute(
                text("UPDATE document_tags SET slot = 5 WHERE document_id = :id"),
                {"id": UUID(ids[0])},
            )
