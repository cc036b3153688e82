"""Rows of `/issuer`."""

from uuid import UUID

from sqlalchemy import insert

from api.core.database import new_id
from api.models import WebhookDelivery
from tests.security.row import ISSUER, PUBLISHERS, STAFF, Row, fresh_document, fresh_number
from tests.security.scene import Scene


async def fresh_hold(scene: Scene) -> dict[str, str]:
    """A hold on the customer number."""
    body = {"customer_id": scene.own["customer"], "reason": "Audit."}
    answer = await scene.clients["staff"].post("/issuer/legal-holds", json=body)
    return {"fresh_hold": answer.json()["id"]}


async def fresh_contact(scene: Scene) -> dict[str, str]:
    """Somebody with access to the customer number who has no account yet."""
    person = await scene.world.person(active=False)
    await scene.world.share(scene.company, person)
    return {"fresh_contact": str(person.id)}


async def fresh_webhook(scene: Scene) -> dict[str, str]:
    """A webhook that nothing happens for."""
    body = {"url": "https://example.com/hook", "events": ["delivery.refused"]}
    answer = await scene.clients["staff"].post("/issuer/webhooks", json=body)
    return {"fresh_webhook": answer.json()["id"]}


async def fresh_message(scene: Scene) -> dict[str, str]:
    """A message of a webhook that was given up."""
    names = await fresh_webhook(scene)
    message = {"id": new_id(), "webhook_id": UUID(names["fresh_webhook"]), "state": "failed"}
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(WebhookDelivery).values(**message, event="document.published")
        )
    return {**names, "fresh_message": str(message["id"])}


ISSUER_ROWS: tuple[Row, ...] = (
    Row(
        "put_customer",
        ISSUER,
        status=201,
        path={"number": "$fresh_number"},
        json={
            "name": "Acme",
            "vat_number": "BE0123456749",
            "language": "en",
            "channel": "portal",
            "contact": {"email": "route@example.com", "first_name": "A", "last_name": "B"},
        },
        prepare=fresh_number,
    ),
    Row(
        "import_customers",
        ISSUER,
        query={"dry_run": "false", "strict": "true"},
        csv="$fresh_number",
        prepare=fresh_number,
    ),
    Row(
        "publish_document",
        PUBLISHERS,
        status=201,
        upload="$fresh_number",
        metadata={
            "customer_number": "$number",
            "kind": "invoice",
            "number": "$fresh_number",
            "issue_date": "2026-01-02",
            "amount_incl_vat": "12.50",
            "currency": "EUR",
            "title": "A title",
        },
        prepare=fresh_number,
    ),
    Row(
        "publish_archive",
        PUBLISHERS,
        query={"customer_number": "$number", "replace": "false"},
        upload="$fresh_number",
        part="archive",
        prepare=fresh_number,
    ),
    Row("validate_document", PUBLISHERS, upload="$fresh_number", prepare=fresh_number),
    Row(
        "withdraw_document",
        PUBLISHERS,
        status=204,
        path={"document_id": "$fresh_document"},
        json={"reason": "Sent by mistake."},
        prepare=fresh_document,
    ),
    Row("find_customers", STAFF, query={"q": "$number", "state": "active"}),
    Row("read_issued_customer", STAFF, path={"number": "$number"}),
    Row(
        "invite_contact_again",
        STAFF,
        status=202,
        path={"number": "$number", "contact_id": "$fresh_contact"},
        prepare=fresh_contact,
    ),
    Row(
        "list_audit_events",
        STAFF,
        query={
            "event": "published",
            "actor": "ada@example.com",
            "customer_number": "$number",
            "document_id": "$document",
            "happened_from": "2026-01-01",
            "happened_to": "2026-12-31",
        },
    ),
    Row("list_legal_holds", STAFF),
    Row(
        "place_legal_hold",
        STAFF,
        status=201,
        json={"document_id": "$document", "reason": "Audit."},
    ),
    Row(
        "release_legal_hold",
        STAFF,
        status=204,
        path={"hold_id": "$fresh_hold"},
        prepare=fresh_hold,
    ),
    Row("list_webhooks", STAFF),
    Row(
        "create_webhook",
        STAFF,
        status=201,
        json={
            "url": "https://example.com/hook",
            "events": ["delivery.refused"],
            "description": "The ERP",
        },
    ),
    Row(
        "read_webhook",
        STAFF,
        path={"webhook_id": "$fresh_webhook"},
        prepare=fresh_webhook,
    ),
    Row(
        "change_webhook",
        STAFF,
        path={"webhook_id": "$fresh_webhook"},
        json={
            "url": "https://example.com/hook",
            "events": ["delivery.refused"],
            "active": True,
            "description": "The ERP",
        },
        prepare=fresh_webhook,
    ),
    Row(
        "delete_webhook",
        STAFF,
        status=204,
        path={"webhook_id": "$fresh_webhook"},
        prepare=fresh_webhook,
    ),
    Row(
        "test_webhook",
        STAFF,
        status=202,
        path={"webhook_id": "$fresh_webhook"},
        prepare=fresh_webhook,
    ),
    Row(
        "list_webhook_deliveries",
        STAFF,
        path={"webhook_id": "$fresh_webhook"},
        query={"state": "failed"},
        prepare=fresh_webhook,
    ),
    Row(
        "retry_webhook_delivery",
        STAFF,
        status=202,
        path={"webhook_id": "$fresh_webhook", "webhook_delivery_id": "$fresh_message"},
        prepare=fresh_message,
    ),
)
