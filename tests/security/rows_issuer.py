"""Rows of `/issuer`."""

from tests.security.row import ISSUER, PUBLISHERS, STAFF, Row, fresh_document, fresh_number
from tests.security.scene import Scene


async def fresh_hold(scene: Scene) -> dict[str, str]:
    """A hold on the customer number."""
    body = {"customer_id": scene.own["customer"], "reason": "Audit."}
    answer = await scene.clients["staff"].post("/issuer/legal-holds", json=body)
    return {"fresh_hold": answer.json()["id"]}


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
