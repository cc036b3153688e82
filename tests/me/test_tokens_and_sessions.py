"""API tokens and sessions: listed, ended one by one; and the personal data."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.access import parse_token
from api.core.database import new_id
from api.core.scopes import Scope
from tests.support.browser import browser, login, refused
from tests.support.post import Post
from tests.support.world import TOTP_SECRET, World, unique

CUSTOMER_SCOPES = [scope.value for scope in Scope if not scope.staff_only]


def today() -> date:
    """The day of the database, which counts in UTC."""
    return datetime.now(UTC).date()


def wanted(**changes: Any) -> dict[str, Any]:
    """A token to be made."""
    body = {
        "name": "Accounting",
        "scopes": ["documents:read"],
        "expires_on": str(today() + timedelta(days=30)),
    }
    return {**body, **changes}


async def test_sec_X1_a_token_is_shown_once_and_acts_within_its_scope(
    world: World, post: Post
) -> None:
    company = await world.company()
    client = await world.signed_in(company.contact)
    made = await client.post("/me/api-tokens", json=wanted())
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    token = made.json()["token"]
    assert parse_token(token) is not None
    assert token.startswith("ipt_")
    listed = (await client.get("/me/api-tokens")).json()["items"]
    assert listed == [{name: made.json()[name] for name in listed[0]}]
    assert "token" not in listed[0]
    for table in ("api_tokens", "audit_events", "account_mails", "outbox"):
        rows = await world.rows(
            f"SELECT 1 FROM {table} t WHERE position(:secret IN t::text) > 0", secret=token[36:79]
        )
        assert rows == []
    program = world.client(Authorization=f"Bearer {token}")
    assert (await program.get("/documents")).status_code == 200
    assert refused(await program.get("/customers")) == (403, "scope")
    assert (
        "API token was created: Accounting" in (await post.mails(company.contact.email))[0]["text"]
    )
    path = f"/me/api-tokens/{made.json()['id']}"
    assert (await client.delete(path)).status_code == 204
    assert (await program.get("/documents")).status_code == 401
    assert (await client.delete(path)).status_code == 404
    assert (await client.get("/me/api-tokens")).json()["items"] == []
    assert "revoked: Accounting" in (await post.mails(company.contact.email))[0]["text"]


async def test_sec_X1_customers_cannot_give_what_staff_may(world: World) -> None:
    client = await world.signed_in(await world.person())
    staff = await world.signed_in(await world.person(role="staff"))
    for scope in Scope:
        body = wanted(scopes=[scope.value, "documents:read"])
        answer = await client.post("/me/api-tokens", json=body)
        assert answer.status_code == (403 if scope.staff_only else 201)
        assert (await staff.post("/me/api-tokens", json=body)).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": None},
        {"name": ""},
        {"name": "   "},
        {"expires_on": None},
        {"expires_on": str(date(2020, 1, 1))},
        {"expires_on": str(today() - timedelta(days=1))},
        {"expires_on": str(date.max)},
        {"expires_on": "2030-01-01T00:00:00Z"},
        {"expires_on": 1893456000},
        {"expires_on": "soon"},
        {"customer_ids": []},
        {"secret": "mine"},
    ],
)
async def test_sec_X1_what_a_token_must_have(world: World, changes: dict[str, Any]) -> None:
    client = await world.signed_in(await world.person())
    answer = await client.post("/me/api-tokens", json=wanted(**changes))
    assert refused(answer) == (422, "invalid")
    body = wanted()
    del body["expires_on"]
    assert (await client.post("/me/api-tokens", json=body)).status_code == 422


@pytest.mark.parametrize("last", ["2030-12-31", "2099-12-31", "9999-12-30"])
async def test_sec_X1_how_long_a_token_lasts_is_for_its_user_to_say(
    world: World, last: str
) -> None:
    client = await world.signed_in(await world.person())
    made = await client.post("/me/api-tokens", json=wanted(expires_on=last))
    assert (made.status_code, made.json()["expires_on"]) == (201, last)
    program = world.client(Authorization=f"Bearer {made.json()['token']}")
    assert (await program.get("/me")).status_code == 200
    (listed,) = (await client.get("/me/api-tokens")).json()["items"]
    assert listed["expires_on"] == last


async def test_sec_X1_a_token_works_through_its_last_day(world: World) -> None:
    client = await world.signed_in(await world.person())
    made = (await client.post("/me/api-tokens", json=wanted(expires_on=str(today())))).json()
    assert made["expires_on"] == str(today())
    program = world.client(Authorization=f"Bearer {made['token']}")
    assert (await program.get("/me")).status_code == 200
    await world.rows(
        "UPDATE api_tokens SET expires_at = now() - interval '1 second'"
        " WHERE id = :id RETURNING id",
        id=made["id"],
    )
    assert (await program.get("/me")).status_code == 401


async def test_sec_X1_a_token_is_narrowed_to_ones_own_numbers(world: World) -> None:
    person = await world.person()
    mine, second = await world.company(person), await world.company(person)
    foreign = await world.company()
    client = await world.signed_in(person)
    for ids in ([foreign.id], [mine.id, foreign.id], [str(new_id())]):
        answer = await client.post("/me/api-tokens", json=wanted(customer_ids=ids))
        assert refused(answer) == (404, "not_found")
    body = wanted(scopes=CUSTOMER_SCOPES, customer_ids=[mine.id, mine.id])
    made = (await client.post("/me/api-tokens", json=body)).json()
    assert made["customer_ids"] == [mine.id]
    program = world.client(Authorization=f"Bearer {made['token']}")
    numbers = [item["number"] for item in (await program.get("/customers")).json()["items"]]
    assert numbers == [mine.number]
    assert second.number not in numbers


async def test_sec_X1_tokens_of_others_are_not_found(world: World) -> None:
    client = await world.signed_in(await world.person())
    made = (await client.post("/me/api-tokens", json=wanted())).json()
    other = await world.signed_in(await world.person())
    for token_id in (made["id"], str(new_id()), "not-an-id"):
        assert refused(await other.delete(f"/me/api-tokens/{token_id}")) == (404, "not_found")
    assert (await other.get("/me/api-tokens")).json()["items"] == []


async def test_lists_are_paged_newest_first(world: World) -> None:
    client = await world.signed_in(await world.person())
    names = [f"Token {number}" for number in range(5)]
    for name in names:
        await client.post("/me/api-tokens", json=wanted(name=name))
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2, "count": True}
    while True:
        answer = await client.get("/me/api-tokens", params=query)
        page = answer.json()
        assert page["total"] == 5
        found += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            assert "link" not in answer.headers
            break
        assert 'rel="next"' in answer.headers["link"]
        query["cursor"] = page["next_cursor"]
    assert found == names[::-1]
    other = await world.signed_in(await world.person())
    answer = await other.get("/me/api-tokens", params={"cursor": query["cursor"]})
    assert refused(answer) == (422, "invalid_cursor")


async def test_sec_S5_sessions_are_listed_and_ended(world: World) -> None:
    person = await world.person()
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
    first = browser(world, "10.80.0.1", **{"User-Agent": firefox})
    second = browser(world, "10.80.0.2")
    for client in (first, second):
        await login(client, person)
    listed = (await first.get("/me/sessions", params={"count": True})).json()
    assert listed["total"] == 2
    newest, own = listed["items"]
    assert (own["current"], own["device"], own["network_address"]) == (
        True,
        "Firefox, Linux",
        "10.80.0.1",
    )
    assert (newest["current"], newest["network_address"]) == (False, "10.80.0.2")
    assert first.cookies["session"] not in json.dumps(listed)
    stranger = await world.signed_in(await world.person())
    assert (await stranger.delete(f"/me/sessions/{own['id']}")).status_code == 404
    assert (await first.delete(f"/me/sessions/{newest['id']}")).status_code == 204
    assert (await second.get("/me")).status_code == 401
    assert (await first.delete(f"/me/sessions/{newest['id']}")).status_code == 404
    ended = await first.delete(f"/me/sessions/{own['id']}")
    assert ended.status_code == 204
    assert "session" not in first.cookies
    assert (await first.get("/me")).status_code == 401


async def test_sec_S5_sessions_that_are_over_are_not_listed(world: World) -> None:
    person = await world.person()
    old, client = await world.signed_in(person), await world.signed_in(person)
    own = (await client.get("/me/sessions")).json()["items"]
    (other,) = [item["id"] for item in own if not item["current"]]
    for change in ("last_seen_at = now() - interval '61 minutes'", "expires_at = now()"):
        await world.rows(f"UPDATE sessions SET {change} WHERE id = :id RETURNING id", id=other)
        listed = (await client.get("/me/sessions")).json()["items"]
        assert [item["current"] for item in listed] == [True]
    assert (await old.get("/me")).status_code == 401


async def test_sec_G2_the_export_has_the_person_and_nobody_else(world: World) -> None:
    canary, other = f"Canary{unique('x')}", f"Hidden{unique('x')}"
    person, stranger = await world.person(), await world.person()
    await world.enrol(person, recovery=f"{unique('recovery')}@example.org")
    await world.set_user(person, first_name=canary)
    await world.set_user(stranger, first_name=other)
    company, foreign = await world.company(person), await world.company(stranger)
    document = await world.publish(company)
    client = await world.signed_in(person)
    await client.get(f"/documents/{document['id']}")
    await world.set_user(person, totp_last_step=None)
    made = await client.post("/me/api-tokens", json=wanted(name="Exported"))
    answer = await client.get("/me/export")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    data = answer.json()
    assert data["profile"]["first_name"] == canary
    assert [item["number"] for item in data["customers"]] == [company.number]
    assert [item["number"] for item in data["documents_read"]] == [document["number"]]
    assert [item["name"] for item in data["api_tokens"]] == ["Exported"]
    assert {"signed_in", "consulted", "token_created"} <= {
        item["event"] for item in data["history"]
    }
    assert all(data[part] for part in ("sessions", "known_devices", "account_mails"))
    for secret in (
        other,
        stranger.email,
        foreign.number,
        TOTP_SECRET,
        made.json()["token"],
        client.cookies["session"],
        "argon2",
    ):
        assert secret not in answer.text
