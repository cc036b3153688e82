"""Withdrawn and replaced documents keep their history and appear in the change feed."""

from typing import Any

import httpx

from api.core.database import new_id
from tests.issuer.test_validation import publish
from tests.support.world import World, ubl_bytes, unique


async def withdraw(client: httpx.AsyncClient, document_id: str, **body: Any) -> httpx.Response:
    return await client.post(
        f"/issuer/documents/{document_id}/withdraw", json={"reason": "Sent by mistake.", **body}
    )


async def changes(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    items = (await client.get("/documents/changes")).json()["items"]
    return [(item["change"], item["document_id"]) for item in items]


async def test_a_withdrawn_document_leaves_the_list_and_tells_why(world: World) -> None:
    company, publisher, number = await world.company(), await world.publisher(), unique("W-")
    document = (await publish(publisher, company, ubl=ubl_bytes(number))).json()
    client = await world.signed_in(company.contact)
    assert (await withdraw(publisher, document["id"])).status_code == 204
    assert (await client.get("/documents")).json()["items"] == []
    shown = (await client.get("/documents", params={"state": "withdrawn"})).json()["items"]
    assert [item["id"] for item in shown] == [document["id"]]
    history = (await client.get(f"/documents/{document['id']}/history")).json()["items"]
    (told,) = [item for item in history if item["event"] == "withdrawn"]
    assert told["detail"]["reason"] == "Sent by mistake."
    assert await changes(client) == [("published", document["id"]), ("withdrawn", document["id"])]
    assert (await withdraw(publisher, document["id"])).status_code == 204
    assert len(await changes(client)) == 2
    again = await publish(publisher, company, ubl=ubl_bytes(number))
    assert (again.status_code, again.json()["state"]) == (200, "withdrawn")


async def test_a_replaced_document_keeps_its_history_and_is_not_withdrawn(world: World) -> None:
    company, publisher, number = await world.company(), await world.publisher(), unique("W-")
    first = (await publish(publisher, company, ubl=ubl_bytes(number))).json()
    second = await publisher.post(
        "/issuer/documents?replace=true",
        files={"ubl": ("x", ubl_bytes(number, "be-small-enterprise-exempt-E"))},
        data={"metadata": f'{{"customer_number": "{company.number}"}}'},
    )
    assert second.status_code == 201
    client = await world.signed_in(company.contact)
    history = (await client.get(f"/documents/{first['id']}/history")).json()["items"]
    (told,) = [item for item in history if item["event"] == "replaced"]
    assert told["detail"]["by"] == second.json()["id"]
    assert sorted(await changes(client)) == sorted(
        [
            ("published", first["id"]),
            ("replaced", first["id"]),
            ("published", second.json()["id"]),
        ]
    )
    assert (await withdraw(publisher, first["id"])).status_code == 409


async def test_the_number_of_a_withdrawn_document_can_be_published_anew(world: World) -> None:
    company, publisher, number = await world.company(), await world.publisher(), unique("W-")
    first = (await publish(publisher, company, ubl=ubl_bytes(number))).json()
    await withdraw(publisher, first["id"])
    other = {"ubl": ("x", ubl_bytes(number, "be-small-enterprise-exempt-E"))}
    data = {"metadata": f'{{"customer_number": "{company.number}"}}'}
    refused = await publisher.post("/issuer/documents", files=other, data=data)
    assert (refused.status_code, refused.json()["code"]) == (409, "document_exists")
    second = await publisher.post("/issuer/documents?replace=true", files=other, data=data)
    assert second.status_code == 201
    client = await world.signed_in(company.contact)
    states = {d["id"]: d["state"] for d in (await client.get("/documents")).json()["items"]}
    assert states == {second.json()["id"]: "published"}
    withdrawn = (await client.get("/documents", params={"state": "withdrawn"})).json()["items"]
    assert [item["id"] for item in withdrawn] == [first["id"]]


async def test_refusals(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    document = (await publish(publisher, company, ubl=ubl_bytes(unique("W-")))).json()
    assert (await withdraw(publisher, str(new_id()))).status_code == 404
    assert (await withdraw(publisher, document["id"], reason=" ")).status_code == 422
    assert (await withdraw(publisher, document["id"], reason="x" * 501)).status_code == 422
    client = await world.signed_in(company.contact)
    assert (await withdraw(client, document["id"])).status_code == 403
