"""The rows of one published document, written in one statement that is built once."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ARRAY, Select, Table, Text, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from api.core.database import Connection, fetch_row
from api.issuer.files import FileKind
from api.issuer.reading import Draft
from api.issuer.register import Entry
from api.models import (
    AuditEvent,
    Document,
    DocumentContent,
    DocumentFile,
    DocumentRegister,
    OutboxEntry,
)
from api.storage import StoredObject

Values = dict[str, Any]
Shape = tuple[tuple[str, Any, tuple[str, ...]], ...]
OF_DRAFT = (
    "kind",
    "number",
    "title",
    "issue_date",
    "due_date",
    "currency",
    "amount_excl_vat",
    "vat_amount",
    "amount_incl_vat",
)
OF_REGISTER = ("document_id", "customer_id", "upload_digest", "state", "findings", "published_at")


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """The files of a document in S3, and what its PDF's seal says."""

    files: dict[FileKind, StoredObject]
    seal: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """What is written with a document: the line of its history, and the job that announces it."""

    history: Values
    announcement: Values | None


async def insert_rows(
    connection: Connection,
    entry: Entry,
    draft: Draft,
    stored: StoredFiles,
    consequences: Consequences,
    *,
    replaces: bool,
) -> bool:
    """Take the number and add the document, all or nothing; False when the number was taken.

    With `replaces` the number passes on from the document that had it.
    """
    parts: dict[str, tuple[Any, Values]] = {
        "document": (Document, _document(entry, draft, stored)),
        "content": (DocumentContent, _content(entry, draft, stored)),
        **{kind: (DocumentFile, _file(entry, kind, file)) for kind, file in stored.files.items()},
        "history": (AuditEvent, _as_sent(consequences.history)),
    }
    if consequences.announcement is not None:
        parts["announcement"] = (OutboxEntry, consequences.announcement)
    shape = tuple((name, model, tuple(values)) for name, (model, values) in parts.items())
    parameters = {f"register_{name}": value for name, value in _register(entry, draft).items()}
    for name, (_, values) in parts.items():
        parameters |= {f"{name}_{column}": value for column, value in values.items()}
    return await fetch_row(connection, _statement(shape, replaces=replaces), parameters) is not None


@cache
def _statement(
    shape: tuple[tuple[str, Any, tuple[str, ...]], ...], *, replaces: bool
) -> Select[Any]:
    taken = _taking(replaces=replaces)
    parts = [_adding(model, columns, name, taken) for name, model, columns in shape]
    return select(taken.c.document_id).add_cte(*parts)


def _taking(*, replaces: bool) -> Any:
    """The part that takes the number; without its row, the other parts add nothing."""
    table: Table = DocumentRegister.__table__  # type: ignore[assignment]
    key = {name: _parameter(table, "register", name) for name in ("kind", "number")}
    values = {name: _parameter(table, "register", name) for name in OF_REGISTER}
    if replaces:
        same = [table.c[name] == value for name, value in key.items()]
        taking: Any = update(table).where(*same).values(values)
    else:
        taking = upsert(table).values(key | values).on_conflict_do_nothing()
    return taking.returning(table.c.document_id).cte("taken")


def _adding(model: Any, columns: tuple[str, ...], name: str, taken: Any) -> Any:
    """An INSERT as a part of a statement; its parameters are called `name` + `_` + column."""
    table: Table = model.__table__
    values = [_parameter(table, name, column) for column in columns]
    row = select(*(value.label(f"{name}_{n}") for n, value in enumerate(values)))
    adding = insert(table).from_select(columns, row.select_from(taken), include_defaults=False)
    return adding.cte(name)


def _parameter(table: Table, part: str, column: str) -> Any:
    name = f"{part}_{column}"
    if column == "search":
        return func.array_to_tsvector(bindparam(name, type_=ARRAY(Text)))
    return bindparam(name, type_=table.c[column].type)


def _register(entry: Entry, draft: Draft) -> Values:
    return {
        "kind": draft.kind,
        "number": draft.number,
        "document_id": entry.document_id,
        "customer_id": entry.customer_id,
        "upload_digest": entry.upload_digest,
        "state": entry.state,
        "findings": _json(entry.findings),
        "published_at": entry.published_at,
    }


def _document(entry: Entry, draft: Draft, stored: StoredFiles) -> Values:
    return {name: getattr(draft, name) for name in OF_DRAFT} | {
        "id": entry.document_id,
        "customer_id": entry.customer_id,
        "has_pdf": "pdf" in stored.files,
        "has_ubl": "ubl" in stored.files,
        "published_at": entry.published_at,
    }


def _content(entry: Entry, draft: Draft, stored: StoredFiles) -> Values:
    return {
        "document_id": entry.document_id,
        "customer_id": entry.customer_id,
        "content": _json(draft.content),
        "validation": _json(draft.validation),
        "seal": _json(stored.seal),
        "search": list(draft.words),
    }


def _file(entry: Entry, kind: FileKind, stored: StoredObject) -> Values:
    return {
        "document_id": entry.document_id,
        "customer_id": entry.customer_id,
        "kind": kind,
        "object_key": stored.key,
        "sha256": stored.sha256,
        "size": stored.size,
    }


def _as_sent(history: Values) -> Values:
    return history | {"detail": _json(history["detail"])}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
