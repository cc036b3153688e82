"""What is told, and that each event is told once (G5, E5)."""

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

from api.core.database import id_at
from api.core.settings import ROOT
from tests.support.receiver import Received, Receiver
from tests.support.world import World, pdf_bytes, ubl_bytes, unique
from tests.webhooks.conftest import Office

ALL = ("document.published", "document.replaced", "document.withdrawn", "delivery.refused")


def told(received: Received) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(received.body)
    return body


def is_signed(received: Received, secret: str) -> bool:
    """By the specification, in other words than the portal's."""
    key = base64.b64decode(secret.split("_")[1])
    headers = received.headers
    content = b".".join(
        (headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), received.body)
    )
    expected = "v1," + base64.b64encode(hmac.new(key, content, "sha256").digest()).decode()
    return hmac.compare_digest(expected, headers["webhook-signature"])


async def test_a_publication_is_told_signed_and_small(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    company, number = await world.company(), unique("HOOK-")
    document = await world.publish(company, ubl=ubl_bytes(number))
    assert await office.work() == 1
    (received,) = receiver.received
    assert received.headers["content-type"] == "application/json"
    message = told(received)
    assert message["type"] == "document.published"
    at = datetime.fromisoformat(message["timestamp"])
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
    assert message["data"] == {
        "webhook_id": webhook["id"],
        "document_id": document["id"],
        "kind": "invoice",
        "number": number,
        "customer_id": company.id,
        "customer_number": company.number,
    }
    assert is_signed(received, webhook["secret"])
    age = datetime.now(UTC).timestamp() - int(received.headers["webhook-timestamp"])
    assert abs(age) < 60
    (delivery,) = await office.deliveries(webhook)
    assert delivery["id"] == received.headers["webhook-id"]
    assert (delivery["state"], delivery["attempts"], delivery["response_status"]) == (
        "delivered",
        1,
        204,
    )
    assert delivery["document"] == {"id": document["id"], "kind": "invoice", "number": number}
    assert delivery["customer"]["number"] == company.number
    assert await office.work() == 0


async def test_replaced_and_withdrawn_are_told(
    world: World, office: Office, receiver: Receiver
) -> None:
    await office.webhook(receiver.url, "document.replaced", "document.withdrawn")
    company, number = await world.company(), unique("HOOK-")
    first = await world.publish(company, ubl=ubl_bytes(number))
    publisher = await world.publisher()
    answer = await publisher.post(
        "/issuer/documents",
        files={"pdf": ("x.pdf", pdf_bytes("new")), "ubl": ("x.xml", ubl_bytes(number))},
        data={"metadata": json.dumps({"customer_number": company.number}), "replace": "true"},
    )
    assert answer.status_code == 201, answer.text
    second = answer.json()
    for _ in range(2):
        withdrawn = await publisher.post(
            f"/issuer/documents/{second['id']}/withdraw", json={"reason": "Wrong."}
        )
        assert withdrawn.status_code == 204
    await office.work()
    messages = [told(it) for it in receiver.received]
    assert [it["type"] for it in messages] == ["document.replaced", "document.withdrawn"]
    assert messages[0]["data"]["document_id"] == first["id"]
    assert messages[0]["data"]["replaced_by_id"] == second["id"]
    assert messages[1]["data"]["document_id"] == second["id"]
    assert "reason" not in messages[1]["data"]


async def test_a_refused_delivery_is_told_without_the_address(
    world: World, office: Office, receiver: Receiver
) -> None:
    await office.webhook(receiver.url, "delivery.refused")
    company = await world.company()
    document = await world.publish(company)
    delivery_id = UUID(int=UUID(document["id"]).int ^ 1)
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO deliveries (id, kind, user_id, customer_id, document_id)"
                " VALUES (:id, 'notification', :user, :customer, :document)"
            ),
            {
                "id": delivery_id,
                "user": company.contact.id,
                "customer": UUID(company.id),
                "document": UUID(document["id"]),
            },
        )
        for state in ("sent", "bounced", "bounced", "waiting", "refused"):
            await connection.execute(
                text("UPDATE deliveries SET state = :state, recipient = :to WHERE id = :id"),
                {"state": state, "to": company.contact.email, "id": delivery_id},
            )
    assert await office.work() == 2, "it came back, was sent again, and was refused"
    messages = [told(it) for it in receiver.received]
    assert {it["type"] for it in messages} == {"delivery.refused"}
    assert {it["data"]["delivery_id"] for it in messages} == {str(delivery_id)}
    assert company.contact.email not in str(messages)


async def test_only_what_was_asked_for_and_only_while_active(
    world: World, office: Office, receiver: Receiver
) -> None:
    await office.webhook(f"{receiver.url}/withdrawn", "document.withdrawn")
    paused = await office.webhook(f"{receiver.url}/paused", *ALL)
    await office.staff.patch(f"/issuer/webhooks/{paused['id']}", json={"active": False})
    wanted = await office.webhook(f"{receiver.url}/wanted", *ALL)
    await world.publish(await world.company())
    await office.work()
    assert [it.head for it in receiver.received] == ["POST /hook/wanted HTTP/1.1"]
    assert len(await office.deliveries(wanted)) == 1
    assert await office.deliveries(paused) == []


async def test_the_same_document_many_times_at_once_is_one_event(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    company, number = await world.company(), unique("HOOK-")
    await asyncio.gather(*(world.publish(company, ubl=ubl_bytes(number)) for _ in range(20)))
    assert len(await office.deliveries(webhook)) == 1
    assert await office.work() == 1


async def test_a_publication_that_fails_is_not_told(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    company = await world.company()
    async with world.owner.connect() as connection:
        await connection.execute(
            text(
                "INSERT INTO documents"
                " (id, customer_id, kind, number, issue_date, has_pdf, has_ubl, published_at)"
                " VALUES"
                " (iportal.new_id(), :customer, 'other', 'X', '2026-01-01', false, false, now())"
            ),
            {"customer": UUID(company.id)},
        )
        await connection.rollback()
    assert await office.deliveries(webhook) == []


async def test_documents_taken_over_with_their_date_are_no_news(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    company, then = await world.company(), datetime.now(UTC) - timedelta(days=2)
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO documents"
                " (id, customer_id, kind, number, issue_date, has_pdf, has_ubl, published_at)"
                " VALUES (:id, :customer, 'other', :number, '2026-01-01', false, false, :then)"
            ),
            {
                "id": id_at(then),
                "customer": UUID(company.id),
                "number": unique("OLD-"),
                "then": then,
            },
        )
    assert await office.deliveries(webhook) == []


async def test_a_webhook_that_is_being_deleted_holds_up_no_publication(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    company = await world.company()
    async with world.owner.connect() as connection:
        await connection.execute(
            text("DELETE FROM webhooks WHERE id = :id"), {"id": UUID(webhook["id"])}
        )
        publishing = asyncio.create_task(world.publish(company))
        await asyncio.sleep(0.5)
        await connection.commit()
    assert (await publishing)["state"] == "published"
    assert await world.rows("SELECT 1 FROM webhook_deliveries") == []


async def test_the_page_verifies_what_is_sent_and_refuses_the_rest(
    world: World, office: Office, receiver: Receiver
) -> None:
    """The example of `docs/api.md`, as it is written there."""
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    (code,) = [block for block in page.split("```python\n") if "webhook-signature" in block]
    names: dict[str, Any] = {}
    exec(code.partition("```")[0], names)
    verified = names["verified"]
    webhook = await office.webhook(receiver.url)
    await world.publish(await world.company())
    await office.work()
    (received,) = receiver.received
    assert verified(webhook["secret"], received.headers, received.body) == told(received)
    old = {**received.headers, "webhook-timestamp": "1614265330"}
    other = {**received.headers, "webhook-id": str(UUID(int=1))}
    forged = {**received.headers, "webhook-signature": "v1,AAAA"}
    for headers, body in (
        (old, received.body),
        (other, received.body),
        (forged, received.body),
        (received.headers, received.body + b" "),
    ):
        try:
            verified(webhook["secret"], headers, body)
        except ValueError:
            continue
        raise AssertionError("a forged message was taken for ours")
