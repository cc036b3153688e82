"""Webhooks made, changed and deleted by staff."""

import base64
from uuid import uuid4

import pytest
from sqlalchemy import text

from api.webhooks import signing
from tests.support.receiver import Receiver
from tests.support.world import World
from tests.webhooks.conftest import Office


async def test_the_secret_is_shown_once_and_kept_encrypted(
    world: World, office: Office, receiver: Receiver
) -> None:
    made = await office.webhook(receiver.url, "document.withdrawn", "document.published")
    assert made["secret"].startswith("whsec_")
    secret = base64.b64decode(made["secret"].removeprefix("whsec_"))
    assert len(secret) == 32
    found = await office.read(made)
    assert found == {name: value for name, value in made.items() if name != "secret"}
    assert found["events"] == ["document.published", "document.withdrawn"]
    assert (found["active"], found["failing_since"], found["paused_at"]) == (True, None, None)
    (row,) = await world.rows("SELECT id, sealed_secret FROM webhooks")
    assert secret not in row.sealed_secret
    assert signing.open_secret(world.settings, row.id, row.sealed_secret) == secret
    assert signing.open_secret(world.settings, uuid4(), row.sealed_secret) is None


async def test_the_list_has_all_newest_first_by_pages(office: Office, receiver: Receiver) -> None:
    made = [(await office.webhook(f"{receiver.url}/{n}"))["id"] for n in range(3)]
    first = (await office.staff.get("/issuer/webhooks?limit=2&count=true")).json()
    assert ([it["id"] for it in first["items"]], first["total"]) == (made[:0:-1], 3)
    assert all("secret" not in item for item in first["items"])
    query = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await office.staff.get("/issuer/webhooks", params=query)).json()
    assert ([it["id"] for it in second["items"]], second["next_cursor"]) == (made[:1], None)
    wrong = await office.staff.get(f"/issuer/webhooks/{made[0]}/deliveries", params=query)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("hook", "not_a_url"),
        ("https://user:secret@example.com/", "not_a_url"),
        ("http://example.com/", "not_https"),
        ("https://10.0.0.1/", "not_public"),
        ("https://169.254.169.254/latest/meta-data", "not_public"),
        ("https://[::1]/", "not_public"),
    ],
)
async def test_sec_X6_inner_addresses_are_refused_when_they_are_typed(
    office: Office, receiver: Receiver, url: str, reason: str
) -> None:
    body = {"url": url, "events": ["document.published"]}
    answer = await office.staff.post(
        "/issuer/webhooks", json=body, headers={"Accept-Language": "fr"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_url")
    assert answer.json()["reason"] == reason
    made = await office.webhook(receiver.url)
    answer = await office.staff.patch(f"/issuer/webhooks/{made['id']}", json={"url": url})
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    assert (await office.read(made))["url"] == receiver.url
    unknown = await office.staff.patch(f"/issuer/webhooks/{uuid4()}", json={"url": url})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"url": "https://example.com/"},
        {"url": "https://example.com/", "events": []},
        {"url": "https://example.com/", "events": ["document.read"]},
        {"url": "https://example.com/", "events": ["webhook.test"]},
        {"url": "https://example.com/", "events": ["document.published"], "secret": "whsec_"},
        {"url": f"https://example.com/{'x' * 2000}", "events": ["document.published"]},
    ],
)
async def test_other_bodies_are_refused(office: Office, body: dict[str, object]) -> None:
    answer = await office.staff.post("/issuer/webhooks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_what_is_changed_and_what_stays(office: Office, receiver: Receiver) -> None:
    made = await office.webhook(receiver.url)
    path = f"/issuer/webhooks/{made['id']}"
    change = {"events": ["document.replaced"], "description": "The ERP", "active": False}
    changed = (await office.staff.patch(path, json=change)).json()
    assert changed == await office.read(made) == {**await office.read(made), **change}
    assert changed["url"] == receiver.url
    await office.set(made, "failing_since = now(), paused_at = now()")
    resumed = (await office.staff.patch(path, json={"active": True})).json()
    assert (resumed["active"], resumed["failing_since"], resumed["paused_at"]) == (True, None, None)
    assert resumed["events"] == ["document.replaced"]


async def test_a_deleted_webhook_takes_its_log_along(
    world: World, office: Office, receiver: Receiver
) -> None:
    made = await office.webhook(receiver.url)
    await world.publish(await world.company())
    path = f"/issuer/webhooks/{made['id']}"
    assert (await office.staff.delete(path)).status_code == 204
    assert (await office.staff.delete(path)).status_code == 404
    assert (await office.staff.get(path)).status_code == 404
    assert await world.rows("SELECT 1 FROM webhook_deliveries") == []
    assert await office.work() == 0, "its job has nothing to do"
    assert receiver.received == []
    assert await office.jobs() == 0


async def test_the_audit_trail_tells_the_host_and_no_credential(
    world: World, office: Office, receiver: Receiver
) -> None:
    made = await office.webhook(f"{receiver.url}?token=canary")
    path = f"/issuer/webhooks/{made['id']}"
    await office.staff.patch(path, json={"active": False})
    await office.staff.delete(path)
    rows = await world.rows(
        "SELECT event, detail FROM audit_events WHERE detail ->> 'webhook' = :id ORDER BY id",
        id=made["id"],
    )
    assert [row.event for row in rows] == ["webhook_created", "webhook_changed", "webhook_deleted"]
    assert {row.detail["host"] for row in rows} == {"127.0.0.1"}
    assert "canary" not in str([row.detail for row in rows])


async def test_sec_T2_nobody_but_staff_sees_a_webhook(
    world: World, office: Office, receiver: Receiver
) -> None:
    await office.webhook(receiver.url)
    await world.publish(await world.company())
    for role in ("iportal_app", "iportal_publisher", "iportal_relay", "iportal_link"):
        for column, table in (("url", "webhooks"), ("event", "webhook_deliveries")):
            async with world.owner.connect() as connection:
                await connection.execute(text(f"SET LOCAL ROLE {role}"))
                with pytest.raises(Exception, match="permission denied"):
                    await connection.execute(text(f"SELECT {column} FROM {table}"))
