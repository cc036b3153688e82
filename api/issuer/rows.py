"""The rows of one published document, written in one statement built once."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Select, Table, Text, bindparam, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.issuer.files import FileKind
from api.issuer.reading import Draft
from api.models import Document, DocumentContent, DocumentFile, DocumentRegister
from api.storage import StoredObject

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
OF_DOCUMENT = ("id", "customer_id", *OF_DRAFT, "has_pdf", "has_ubl", "published_at")
OF_CONTENT = ("document_id", "customer_id", "content", "validation", "seal", "search")
OF_FILE = ("document_id", "customer_id", "kind", "object_key", "sha256", "size")


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """The files of a document in S3, and what its PDF's seal says."""

    files: dict[FileKind, StoredObject]
    seal: dict[str, Any] | None


def _adding(model: Any, columns: tuple[str, ...], name: str) -> Any:
    """An INSERT as a part of a statement; its parameters are called `name` + `_` + column."""
    table: Table = model.__table__
    values: dict[str, Any] = {c: bindparam(f"{name}_{c}", type_=table.c[c].type) for c in columns}
    if "search" in values:
        values["search"] = func.array_to_tsvector(bindparam(f"{name}_search", type_=ARRAY(Text)))
    return insert(table).values(values).cte(name)


@cache
def _statement(kinds: tuple[FileKind, ...]) -> Select[Any]:
    return select(literal(1)).add_cte(
        _adding(Document, OF_DOCUMENT, "document"),
        _adding(DocumentContent, OF_CONTENT, "content"),
        *(_adding(DocumentFile, OF_FILE, kind) for kind in kinds),
    )


async def insert_rows(
    session: AsyncSession,
    entry: DocumentRegister,
    draft: Draft,
    stored_files: StoredFiles,
) -> None:
    """Add a registered document with its content and its stored files."""
    files = stored_files.files
    parameters = {f"document_{name}": getattr(draft, name) for name in OF_DRAFT} | {
        "document_id": entry.document_id,
        "document_customer_id": entry.customer_id,
        "document_has_pdf": "pdf" in files,
        "document_has_ubl": "ubl" in files,
        "document_published_at": entry.published_at,
        "content_content": draft.content,
        "content_validation": draft.validation,
        "content_seal": stored_files.seal,
        "content_search": list(draft.words),
    }
    for part in ("content", *files):
        parameters[f"{part}_document_id"] = entry.document_id
        parameters[f"{part}_customer_id"] = entry.customer_id
    for kind, stored in files.items():
        parameters |= _file_parameters(kind, stored)
    await session.execute(_statement(tuple(files)), parameters)


def _file_parameters(kind: FileKind, stored: StoredObject) -> dict[str, Any]:
    return {
        f"{kind}_kind": kind,
        f"{kind}_object_key": stored.key,
        f"{kind}_sha256": stored.sha256,
        f"{kind}_size": stored.size,
    }
