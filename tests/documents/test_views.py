"""Saved views belong to one user."""

from typing import Any

import httpx
import pytest

from api.core.scopes import Scope
from api.views.service import MOST_VIEWS
from tests.support.world import World


async def save(client: httpx.AsyncClient, name: str, query: str = "kind=invoice") -> httpx.Response:
    return await client.post("/documents/views", json={"name": name, "query": query})


async def names(client: httpx.AsyncClient) -> list[str]:
    return [view["name"] for view in (await client.get("/documents/views")).json()["items"]]


async def test_views_are_saved_listed_and_deleted(world: World) -> None:
    company, colleague = await world.company(), await world.person()
    await world.share(company, colleague)
    client = await world.signed_in(company.contact)
    saved = await save(client, "  Vans ", "period=last_quarter&kind=invoice")
    assert saved.status_code == 201
    assert saved.json() == {
        "id": saved.json()["id"],
        "name": "Vans",
        "query": "period=last_quarter&kind=invoice",
        "created_at": saved.json()["created_at"],
    }
    await save(client, "alpha")
    assert await names(client) == ["alpha", "Vans"]
    again = await save(client, "VANS")
    assert (again.status_code, again.json()["code"]) == (409, "view_exists")
    second = await world.signed_in(colleague)
    assert await names(second) == []
    url = f"/documents/views/{saved.json()['id']}"
    assert (await second.delete(url)).status_code == 404
    assert (await client.delete(url)).status_code == 204
    assert (await client.delete(url)).status_code == 404
    assert await names(client) == ["alpha"]
    program = await world.token(company.contact, Scope.DOCUMENTS_READ)
    assert (await program.get("/documents/views")).json()["code"] == "forbidden"


async def test_a_view_is_renamed(world: World) -> None:
    client = await world.signed_in((await world.company()).contact)
    view = (await save(client, "Vans")).json()
    await save(client, "Cars")
    url = f"/documents/views/{view['id']}"
    renamed = await client.patch(url, json={"name": " Lorries "})
    assert (renamed.status_code, renamed.json()) == (200, {**view, "name": "Lorries"})
    changed = await client.patch(url, json={"query": "kind=other"})
    assert changed.json() == {**view, "name": "Lorries", "query": "kind=other"}
    assert (await client.patch(url, json={})).json() == changed.json()
    taken = await client.patch(url, json={"name": "CARS"})
    assert (taken.status_code, taken.json()["code"]) == (409, "view_exists")
    assert await names(client) == ["Cars", "Lorries"]
    stranger = await world.signed_in((await world.company()).contact)
    assert (await stranger.patch(url, json={"name": "Mine"})).status_code == 404


async def test_there_is_a_limit(world: World) -> None:
    client = await world.signed_in((await world.company()).contact)
    for number in range(MOST_VIEWS):
        assert (await save(client, f"v{number}")).status_code == 201
    refused = await save(client, "one more")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_views")


@pytest.mark.parametrize(
    "change",
    [{"name": " "}, {"name": "x" * 61}, {"query": "x" * 4001}, {"query": "\x00"}, {"user_id": "x"}],
)
async def test_sec_T6_bad_views_are_refused(world: World, change: dict[str, Any]) -> None:
    client = await world.signed_in((await world.company()).contact)
    answer = await client.post("/documents/views", json={"name": "a", "query": "", **change})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
