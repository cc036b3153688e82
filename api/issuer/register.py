"""The register of what was published: it makes a number unique, and a key stand for one request.

Publishers cannot read documents; this is all that they may know of them.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import text

from api.access import Principal
from api.core import errors
from api.core.database import Connection, fetch_row
from api.core.errors import Problem
from api.core.settings import Language
from api.issuer.reading import Draft, Upload
from api.issuer.schemas import IssuedDocument

# One row, whatever is known: the first of the customer numbers that exists, and who has the number.
LOOK = text("""
SELECT customer.id AS customer_id, customer.number AS customer_number, customer.language,
       entry.document_id, entry.customer_id AS owner_id, owner.number AS owner_number,
       entry.upload_digest, entry.state, entry.published_at,
       CAST(entry.findings AS text) AS findings
FROM (SELECT) AS always
LEFT JOIN LATERAL (
    SELECT id, number, language FROM customers
    WHERE number = ANY (CAST(:customer_numbers AS text[]))
    ORDER BY array_position(CAST(:customer_numbers AS text[]), number) LIMIT 1
) AS customer ON true
LEFT JOIN document_register AS entry ON entry.kind = :kind AND entry.number = :number
LEFT JOIN customers AS owner ON owner.id = entry.customer_id
""")
LOCK = text("""
SELECT document_id, customer_id AS owner_id, upload_digest, state, published_at,
       CAST(findings AS text) AS findings
FROM document_register WHERE kind = :kind AND number = :number FOR UPDATE
""")
CLAIM = text("""
INSERT INTO idempotency_keys (credential_id, key, request_digest)
VALUES (:credential_id, :key, :request_digest) ON CONFLICT DO NOTHING
""")
CLAIMED = text("""
SELECT request_digest FROM idempotency_keys WHERE credential_id = :credential_id AND key = :key
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """What carries a kind and number."""

    document_id: UUID
    customer_id: UUID
    upload_digest: bytes
    state: str
    findings: list[dict[str, Any]]
    published_at: datetime

    def issued(self, draft: Draft, customer_number: str) -> IssuedDocument:
        """What the issuer is told of it."""
        return IssuedDocument(
            id=self.document_id,
            customer_number=customer_number,
            kind=draft.kind,
            number=draft.number,
            state=self.state,
            findings=self.findings,
            published_at=self.published_at,
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What a look at customers and register shows."""

    customer_id: UUID
    customer_number: str
    language: Language
    entry: Entry | None
    owner_number: str


async def look(connection: Connection, draft: Draft) -> Known:
    """Find the draft's customer and what carries its kind and number.

    Raises `UNKNOWN_CUSTOMER` when none of its customer numbers exists.
    """
    values = {
        "customer_numbers": list(draft.customer_numbers),
        "kind": draft.kind,
        "number": draft.number,
    }
    row = await fetch_row(connection, LOOK, values)
    if row["customer_id"] is None:
        raise Problem(errors.UNKNOWN_CUSTOMER)
    return Known(
        row["customer_id"],
        row["customer_number"],
        cast("Language", row["language"]),
        None if row["document_id"] is None else _entry(row),
        row["owner_number"] or "",
    )


async def locked(connection: Connection, draft: Draft) -> Entry | None:
    """What carries the draft's kind and number; it stays so until the transaction ends."""
    row = await fetch_row(connection, LOCK, {"kind": draft.kind, "number": draft.number})
    return None if row is None else _entry(row)


def _entry(row: Any) -> Entry:
    return Entry(
        row["document_id"],
        row["owner_id"],
        row["upload_digest"],
        row["state"],
        orjson.loads(row["findings"]),
        row["published_at"],
    )


async def check_key(connection: Connection, actor: Principal, key: str, upload: Upload) -> None:
    """Raise `IDEMPOTENCY_KEY_REUSED` when an `Idempotency-Key` stood for another request (X2)."""
    values = {"credential_id": actor.credential_id, "key": key}
    row = await fetch_row(connection, CLAIMED, values)
    if row is not None and row["request_digest"] != _request_digest(upload):
        raise Problem(errors.IDEMPOTENCY_KEY_REUSED)


async def claim_key(connection: Connection, actor: Principal, key: str, upload: Upload) -> None:
    """Bind an `Idempotency-Key` to its request, in the transaction that fulfils it (X2, X22).

    Raises like `check_key`. A request that fails leaves no key behind.
    """
    digest = _request_digest(upload)
    values = {"credential_id": actor.credential_id, "key": key, "request_digest": digest}
    await fetch_row(connection, CLAIM, values)
    await check_key(connection, actor, key, upload)


def _request_digest(upload: Upload) -> bytes:
    metadata = upload.metadata.model_dump_json().encode()
    return hashlib.sha256(upload.digest + metadata).digest()
