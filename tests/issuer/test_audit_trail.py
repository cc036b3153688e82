"""Staff read the audit trail: newest first, narrowed, never changed (G3, D7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.core.database import id_at, lowest_id_at
from tests.support.world import World


async def trail(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/issuer/audit", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_G3_the_trail_tells_what_was_done_to_what_by_whom(world: World) -> None:
    company = await world.company()
    document = await world.publish(company)
    reader = await world.signed_in(company.contact)
    await reader.get(f"/documents/{document['id']}")
    staff = await world.signed_in(await world.person(role="staff"))
    events = await trail(staff, customer_number=company.number)
    assert [e["event"] for e in events] == ["consulted", "published", "customer_created"]
    consulted, published, created = events
    assert consulted["actor"] == "Ada Lovelace"
    assert consulted["actor_email"] == company.contact.email
    assert published["document"] == {
        "id": document["id"],
        "kind": document["kind"],
        "number": document["number"],
    }
    assert created["customer"]["number"] == company.number
    assert created["document"] is None


async def test_G3_the_trail_is_counted_as_every_list(world: World) -> None:
    company = await world.company()
    documents = [await world.publish(company) for _ in range(3)]
    staff = await world.signed_in(await world.person(role="staff"))
    about: dict[str, Any] = {
        "customer_number": company.number,
        "event": "published",
        "limit": 2,
    }
    page = (await staff.get("/issuer/audit", params={**about, "count": True})).json()
    assert (len(page["items"]), page["total"]) == (2, len(documents))
    about["cursor"] = page["next_cursor"]
    rest = (await staff.get("/issuer/audit", params=about)).json()
    assert (len(rest["items"]), rest["next_cursor"], "total" in rest) == (1, None, False)


async def test_G3_the_trail_is_narrowed_by_kind_person_document_and_day(world: World) -> None:
    company = await world.company()
    first, second = [await world.publish(company) for _ in range(2)]
    reader = await world.signed_in(company.contact)
    await reader.get(f"/documents/{second['id']}")
    staff = await world.signed_in(await world.person(role="staff"))
    about = {"customer_number": company.number}
    assert len(await trail(staff, **about, event="published")) == 2
    both = await trail(staff, **about, event=["published", "consulted"])
    assert [e["event"] for e in both] == ["consulted", "published", "published"]
    assert {e["event"] for e in await trail(staff, document_id=first["id"])} == {"published"}
    own = await trail(staff, actor=company.contact.email.upper())
    assert [e["event"] for e in own] == ["consulted", "signed_in"]
    assert await trail(staff, actor="nobody@example.com") == []
    today = datetime.now(UTC).date()
    week = timedelta(days=7)
    days = {"happened_from": str(today - week), "happened_to": str(today + week)}
    assert len(await trail(staff, **about, **days)) == 4
    assert await trail(staff, **about, happened_from=str(today + week)) == []
    assert await trail(staff, **about, happened_to=str(today - week)) == []


@pytest.mark.parametrize(
    "query", [{"event": "no_such_event"}, {"happened_from": "2026-13-01"}, {"document_id": "x"}]
)
async def test_G3_a_wrong_filter_is_refused(world: World, query: dict[str, str]) -> None:
    staff = await world.signed_in(await world.person(role="staff"))
    assert (await staff.get("/issuer/audit", params=query)).status_code == 422


async def test_G3_pages_neither_repeat_nor_skip(world: World) -> None:
    company = await world.company()
    for _ in range(3):
        await world.publish(company)
    staff = await world.signed_in(await world.person(role="staff"))
    query: dict[str, Any] = {"customer_number": company.number, "limit": 2}
    seen: list[str] = []
    while True:
        answer = (await staff.get("/issuer/audit", params=query)).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next_cursor"] is None:
            break
        query["cursor"] = answer["next_cursor"]
        await world.publish(company)
    assert len(seen) == len(set(seen)) == 4
    assert seen == sorted(seen, reverse=True)


def test_the_lowest_id_of_a_moment_is_below_all_of_that_moment() -> None:
    moment = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
    ids = [id_at(moment) for _ in range(20)]
    assert all(lowest_id_at(moment) <= made for made in ids)
    earlier = id_at(moment - timedelta(milliseconds=1))
    assert earlier < lowest_id_at(moment)
