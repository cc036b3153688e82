"""What one customer's rows say never reaches another, by whatever way (T5)."""

from typing import Any

import httpx
import pytest

from api.core.scopes import Scope
from tests.security.calls import call_of, names_for, operations
from tests.security.routes import ROWS
from tests.security.scene import Scene
from tests.support.world import Company, World, ubl_bytes

CANARY = "Zeisigvogel"


@pytest.fixture(scope="module")
async def nest(scene: Scene) -> Company:
    """A customer whose every text holds the canary."""
    world = scene.world
    contact = await world.person()
    await world.set_user(contact, first_name=CANARY, last_name=CANARY)
    company = await world.company(contact, name=f"{CANARY} NV", vat_number=CANARY)
    colleague = await world.person()
    await world.set_user(colleague, first_name=CANARY)
    await world.share(company, colleague)
    data = ubl_bytes(f"{CANARY}-1").replace(b"</cbc:Note>", f" {CANARY}</cbc:Note>".encode())
    document = await world.publish(company, ubl=data, title=CANARY)
    client = await world.signed_in(contact)
    await client.get(f"/documents/{document['id']}")
    return company


async def strangers(scene: Scene) -> dict[str, httpx.AsyncClient]:
    scopes = [scope for scope in Scope if not scope.staff_only]
    token = await scene.world.token(scene.other.contact, *scopes)
    return {"session": scene.clients["stranger"], "token": token}


async def test_sec_T5_the_canary_sings_to_its_own(scene: Scene, nest: Company) -> None:
    client = await scene.world.signed_in(nest.contact)
    listed = await client.get("/documents", params={"q": CANARY.upper(), "count": True})
    assert listed.json()["total"] == 1
    document = listed.json()["items"][0]["id"]
    for path in ("", "/csv", "/ubl", "/history"):
        assert CANARY in (await client.get(f"/documents/{document}{path}")).text, path
    assert CANARY in (await client.get("/customers")).text
    assert (await client.get("/me")).json()["first_name"] == CANARY


@pytest.mark.parametrize("kind", ["session", "token"])
@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"q": CANARY},
        {"number": CANARY},
        {"number": CANARY.lower()},
        {"unread": "true"},
        {"unread": "false"},
        {"state": ["published", "replaced", "withdrawn"]},
        {"customer_id": "$nest"},
        {"kind": ["invoice", "credit_note", "other"], "sort": "customer"},
    ],
    ids=str,
)
async def test_sec_T5_lists_and_counts(
    scene: Scene, nest: Company, kind: str, wanted: dict[str, Any]
) -> None:
    client = (await strangers(scene))[kind]
    parameters = {k: nest.id if v == "$nest" else v for k, v in wanted.items()}
    answer = await client.get("/documents", params={**parameters, "count": True, "limit": 200})
    assert answer.status_code == 200
    assert CANARY.lower() not in answer.text.lower().replace(str(answer.url).lower(), "")
    body = answer.json()
    assert body["total"] == len(body["items"])
    assert {item["customer"]["id"] for item in body["items"]} <= {scene.other.id}
    if {"q", "number", "customer_id"} & set(wanted):
        assert body["total"] == 0


async def test_sec_T5_every_readable_route(scene: Scene, nest: Company) -> None:
    assert nest.id
    known = operations(scene.world.app)
    for caller in ("stranger", "shared_user", "narrowed"):
        for row in ROWS:
            if caller not in row.who or known[row.operation].unsafe:
                continue
            call = call_of(known[row.operation], row, await names_for(scene, row))
            answer = await call.send(scene.clients[caller])
            assert CANARY not in answer.text, (caller, row.operation)


async def test_sec_T5_unread_counts_are_ones_own(scene: Scene, nest: Company) -> None:
    client = await scene.world.signed_in(await scene.world.person())
    assert (await client.get("/me")).json()["unread_count"] == 0
    before = (await scene.clients["stranger"].get("/me")).json()["unread_count"]
    await scene.world.publish(nest)
    assert (await scene.clients["stranger"].get("/me")).json()["unread_count"] == before


async def test_sec_T5_a_cursor_is_of_no_use_to_another(scene: Scene, nest: Company) -> None:
    world: World = scene.world
    await world.publish(nest)
    client = await world.signed_in(nest.contact)
    cursor = (await client.get("/documents", params={"limit": 1})).json()["next_cursor"]
    assert cursor
    answer = await scene.clients["stranger"].get("/documents", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
