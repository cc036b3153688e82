"""Read marks on all that match."""

from typing import Any

import httpx

from tests.support.world import World


async def unread(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get("/documents", params={"unread": True})
    return [item["number"] for item in answer.json()["items"]]


async def test_all_that_match_are_marked_as_read_and_unread(world: World) -> None:
    company = await world.company()
    documents = [await world.publish(company) for _ in range(3)]
    client = await world.signed_in(company.contact)
    mark: dict[str, Any] = {"filter": {"number": documents[0]["number"]}, "read": True}
    assert (await client.post("/documents/read", json=mark)).status_code == 204
    assert documents[0]["number"] not in await unread(client)
    assert len(await unread(client)) == 2
    everything: dict[str, Any] = {"filter": {}, "read": True}
    assert (await client.post("/documents/read", json=everything)).status_code == 204
    assert await unread(client) == []
    assert (
        await client.post("/documents/read", json={**everything, "read": False})
    ).status_code == 204
    assert len(await unread(client)) == 3
    nothing = await client.post("/documents/read", json={"filter": {"number": "?"}, "read": True})
    assert nothing.status_code == 204
    neither = await client.post("/documents/read", json={"read": True})
    assert (neither.status_code, neither.json()["code"]) == (422, "invalid")


async def test_what_was_marked_can_be_undone(world: World) -> None:
    company = await world.company()
    documents = [await world.publish(company) for _ in range(3)]
    client = await world.signed_in(company.contact)
    await client.get(f"/documents/{documents[0]['id']}")
    everything: dict[str, Any] = {"filter": {}, "read": True, "return_ids": True}
    marked = await client.post("/documents/read", json=everything)
    assert marked.status_code == 200
    changed = marked.json()["document_ids"]
    assert changed == sorted(document["id"] for document in documents[1:])
    undone = await client.post(
        "/documents/read", json={"document_ids": changed, "read": False, "return_ids": True}
    )
    assert undone.json() == {"document_ids": changed}
    assert documents[0]["number"] not in await unread(client)
    assert len(await unread(client)) == 2
    again = await client.post(
        "/documents/read", json={"document_ids": changed, "read": False, "return_ids": True}
    )
    assert again.json() == {"document_ids": []}
