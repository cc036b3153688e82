"""Rows of `/issuer`."""

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
)
