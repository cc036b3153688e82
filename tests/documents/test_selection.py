"""What a body names is seen, all of it, or nothing happens: also where a filter names it."""

from typing import Any

import pytest

from api.core.database import new_id
from tests.support.world import World


@pytest.mark.parametrize("named", ["customer_id", "tag_id"])
async def test_sec_T5_a_filter_that_names_what_is_not_seen_selects_nothing(
    world: World, named: str
) -> None:
    company, other = await world.company(), await world.company()
    await world.publish(company)
    client = await world.signed_in(company.contact)
    stranger = await world.signed_in(other.contact)
    made = [
        (await each.post("/tags", json={"name": "mine", "color": "#123456"})).json()["id"]
        for each in (client, stranger)
    ]
    mine, foreign = (
        (str(company.id), str(other.id)) if named == "customer_id" else (made[0], made[1])
    )
    for ids in ([foreign], [mine, foreign], [str(new_id())]):
        wanted: dict[str, Any] = {"filter": {named: ids}}
        for path, rest in (
            ("/downloads", {}),
            ("/documents/read", {"read": True}),
            ("/documents/tags", {"add": [made[0]]}),
        ):
            answer = await client.post(path, json={**wanted, **rest})
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    (document,) = (await client.get("/documents")).json()["items"]
    assert (document["unread"], document["tags"]) == (True, [])
    assert (await client.get("/downloads")).json()["items"] == []
    read: dict[str, Any] = {"filter": {named: [mine, mine]}, "read": True}
    assert (await client.post("/documents/read", json=read)).status_code == 204
