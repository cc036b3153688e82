"""The detail of a document: one statement, put together without a model on the way.

`DocumentDetail` describes the answer, and a test holds every answer against it.
"""

from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Interval, Select, Text, Uuid, cast, exists, func, literal, select
from sqlalchemy import bindparam as bind
from sqlalchemy import text as sql

from api.access import READER
from api.core import errors
from api.core.database import fetch_row, new_id
from api.core.errors import Problem
from api.documents.row_json import one_statement
from api.einvoice.payment import CREDIT_TRANSFER, format_communication, qr_svg
from api.models import AuditEvent, Document, DocumentContent, DocumentFile
from api.reader import Reader

# Reading the same document again within this time is the same visit, and one line of its history.
VISIT = "1 minute"
ABSENT: dict[str, Any] = {
    "notes": [],
    "period_start": None,
    "period_end": None,
    "references": None,
    "seller": None,
    "buyer": None,
    "totals": None,
    "vat_breakdown": [],
    "lines": [],
    "type_code": None,
    "tax_point_date": None,
    "tax_currency": None,
    "vat_in_tax_currency": None,
    "delivery": None,
    "payee": None,
    "tax_representative": None,
    "allowances_charges": [],
}
VISIT_STATEMENT = sql(
    """
    WITH mark AS (
        INSERT INTO document_reads (user_id, document_id, customer_id)
        SELECT :user_id, id, customer_id FROM documents WHERE id = :document_id AND NOT :program
        ON CONFLICT DO NOTHING
    )
    INSERT INTO audit_events (id, event, actor_user_id, actor, customer_id, document_id, detail)
    SELECT :id, :event, :user_id, :actor, customer_id, id, '{}'
    FROM documents WHERE id = :document_id
    """
).bindparams(
    *(bind(name, type_=Uuid) for name in ("id", "user_id", "document_id")),
    *(bind(name, type_=Text) for name in ("event", "actor")),
)


@cache
def detail_statement() -> Select[Any]:
    """The list's JSON, the stored content, the files' digests, and whether this visit is known."""
    visited = exists().where(
        AuditEvent.document_id == Document.id,
        AuditEvent.actor_user_id == READER,
        AuditEvent.event == bind("event", type_=Text),
        AuditEvent.at > func.now() - cast(literal(VISIT), Interval),
    )
    digests = (
        select(func.json_object_agg(DocumentFile.kind, func.encode(DocumentFile.sha256, "hex")))
        .where(DocumentFile.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
    )
    return (
        one_statement()
        .add_columns(
            cast(DocumentContent.content, Text).label("content"),
            cast(DocumentContent.validation, Text).label("validation"),
            cast(DocumentContent.seal, Text).label("seal"),
            Document.published_at,
            cast(digests, Text).label("sha256"),
            visited.label("visited"),
        )
        .join(DocumentContent, DocumentContent.document_id == Document.id)
    )


async def read_document(reader: Reader, document_id: UUID) -> bytes:
    """The detail as JSON; remembers that a person saw it, or that a program fetched it.

    Raises `NOT_FOUND` when the document is absent or invisible.
    """
    values = {"document_id": document_id, "event": _event(reader)}
    principal, row = await reader.read(detail_statement(), values)
    if row is None:
        async with reader.transaction() as (_, connection):
            row = await fetch_row(connection, detail_statement(), values)
    if row is None or row["listed"] is None:
        raise Problem(errors.NOT_FOUND)
    document = orjson.loads(row["listed"])
    marks_read = document["unread"] and not principal.is_program
    if marks_read or not row["visited"]:
        await _remember(reader, document_id)
    if marks_read:
        document["unread"] = False
    return orjson.dumps(_completed(document, row), option=orjson.OPT_UTC_Z)


def _event(reader: Reader) -> str:
    return "fetched" if reader.credential.is_program else "consulted"


async def _remember(reader: Reader, document_id: UUID) -> None:
    """Write the visit down; nothing when the document can no longer be seen."""
    async with reader.transaction() as (principal, connection):
        visit = {
            "event": _event(reader),
            "id": new_id(),
            "user_id": principal.user_id,
            "actor": principal.display_name,
            "document_id": document_id,
            "program": principal.is_program,
        }
        await fetch_row(connection, VISIT_STATEMENT, visit)


def _completed(document: dict[str, Any], row: Any) -> dict[str, Any]:
    """The list's members, with what only the detail tells."""
    stored = orjson.loads(row["content"])
    document |= {name: stored.get(name, empty) for name, empty in ABSENT.items()}
    document["payment"] = _payment(document["kind"], stored.get("payment"))
    for name, empty in (("seal", None), ("validation", None), ("sha256", {})):
        document[name] = orjson.loads(row[name]) if row[name] else empty
    document["published_at"] = row["published_at"]
    return document


def _payment(kind: str, stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """How to pay. What a bank's screen asks for is only told where the reader has to fill it in."""
    if stored is None:
        return None
    asks_for_transfer = kind == "invoice" and stored["means"] in CREDIT_TRANSFER
    communication = format_communication(stored["reference"]) if asks_for_transfer else None
    payment = {name: value for name, value in stored.items() if name != "epc"}
    payment["structured_communication"] = communication
    payment["qr_svg"] = _qr(stored["epc"]) if stored.get("epc") else None
    return payment


@lru_cache(maxsize=256)
def _qr(epc: str) -> str | None:
    """Drawing one takes five milliseconds, and a page is often read again."""
    return qr_svg(epc)
