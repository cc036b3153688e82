"""Rows of `/issuer`."""

from tests.security.row import ISSUER, PUBLISHERS, Row, fresh_document, fresh_number

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
)
