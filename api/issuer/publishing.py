"""Publishing a document: once, whole, and announced.

The files are stored before the rows that name them are committed, so a row never lacks its object;
an object left by a failed transaction is swept later. The register makes a number unique: of fifty
parallel copies one is published and the others learn its id.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import cast, insert, select, update
from sqlalchemy import func as sql
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from api import outbox
from api.access import Principal
from api.audit import record
from api.core import errors
from api.core.database import id_at, new_id
from api.core.errors import Problem
from api.documents.files import MEDIA_TYPES
from api.issuer.reading import Draft, Upload
from api.issuer.schemas import IssuedDocument
from api.models import (
    Customer,
    Document,
    DocumentContent,
    DocumentFile,
    DocumentRegister,
    IdempotencyKey,
)
from api.storage import Storage, StoredObject, document_key

FileKind = Literal["pdf", "ubl"]


@dataclass(frozen=True, slots=True)
class Publication:
    """The outcome: what is published now, and whether this call did it."""

    document: IssuedDocument
    created: bool


async def find_customer(session: AsyncSession, numbers: tuple[str, ...]) -> Customer:
    """The first known customer number of several; raises `UNKNOWN_CUSTOMER`."""
    rows = await session.scalars(select(Customer).where(Customer.number.in_(numbers)))
    known = {customer.number: customer for customer in rows}
    for number in numbers:
        if number in known:
            return known[number]
    raise Problem(errors.UNKNOWN_CUSTOMER)


async def publish(
    session: AsyncSession,
    storage: Storage,
    actor: Principal | None,
    upload: Upload,
    draft: Draft,
    *,
    published_at: datetime | None = None,
    announce: bool = True,
) -> Publication:
    """Publish a draft, or find that it was published before.

    The same bytes again change nothing. The same kind and number with other bytes raise
    `DOCUMENT_EXISTS`, unless the upload asks to replace. A document taken over from another system
    keeps the moment at which it was `published_at` there, and need not be announced again.
    """
    customer = await find_customer(session, draft.customer_numbers)
    earlier = await _registered(session, draft)
    if earlier is not None and earlier.upload_digest == upload.digest:
        return Publication(await _issued(session, earlier), created=False)
    if earlier is not None and not upload.replace:
        raise Problem(errors.DOCUMENT_EXISTS, parameters={"number": draft.number})
    document_id = new_id() if published_at is None else id_at(published_at)
    files = await _store(storage, document_id, upload)
    entry = _register_entry(document_id, customer.id, upload, draft, published_at)
    if earlier is None and not await _register(session, entry):
        # Someone published this number between our look and now; their row decides.
        for stored in files.values():
            await storage.delete(stored.key)
        return await publish(
            session, storage, actor, upload, draft, published_at=published_at, announce=announce
        )
    await _insert_rows(session, entry, draft, files)
    await record(
        session,
        "published",
        actor=actor,
        customer_id=customer.id,
        document_id=document_id,
        at=published_at,
    )
    if earlier is not None:
        await _replace(session, actor, earlier, entry)
    if announce:
        job = outbox.Job.ANNOUNCE_DOCUMENT
        await outbox.put(session, job, document_id, customer_id=customer.id)
    return Publication(_to_issued(entry, customer.number), created=True)


async def _registered(session: AsyncSession, draft: Draft) -> DocumentRegister | None:
    return await session.scalar(
        select(DocumentRegister)
        .where(DocumentRegister.kind == draft.kind, DocumentRegister.number == draft.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _register_entry(
    document_id: UUID,
    customer_id: UUID,
    upload: Upload,
    draft: Draft,
    published_at: datetime | None,
) -> DocumentRegister:
    return DocumentRegister(
        kind=draft.kind,
        number=draft.number,
        document_id=document_id,
        customer_id=customer_id,
        upload_digest=upload.digest,
        state="published",
        findings=list(draft.findings),
        published_at=published_at or datetime.now(UTC),
    )


def _values(entry: DocumentRegister) -> dict[str, object]:
    return {column.name: getattr(entry, column.name) for column in DocumentRegister.__table__.c}


async def _register(session: AsyncSession, entry: DocumentRegister) -> bool:
    result = await session.execute(
        upsert(DocumentRegister)
        .values(**_values(entry))
        .on_conflict_do_nothing()
        .returning(DocumentRegister.document_id)
    )
    return result.first() is not None


async def _store(
    storage: Storage, document_id: UUID, upload: Upload
) -> dict[FileKind, StoredObject]:
    parts: dict[FileKind, bytes | None] = {"pdf": upload.pdf, "ubl": upload.ubl}
    present = {kind: data for kind, data in parts.items() if data is not None}
    stored = await asyncio.gather(
        *(
            storage.put(document_key(document_id, kind), data, MEDIA_TYPES[kind])
            for kind, data in present.items()
        )
    )
    return dict(zip(present, stored, strict=True))


async def _insert_rows(
    session: AsyncSession,
    entry: DocumentRegister,
    draft: Draft,
    files: dict[FileKind, StoredObject],
) -> None:
    document_id, customer_id = entry.document_id, entry.customer_id
    await session.execute(
        insert(Document).values(
            id=document_id,
            customer_id=customer_id,
            kind=draft.kind,
            number=draft.number,
            title=draft.title,
            issue_date=draft.issue_date,
            due_date=draft.due_date,
            currency=draft.currency,
            amount_excl_vat=draft.amount_excl_vat,
            vat_amount=draft.vat_amount,
            amount_incl_vat=draft.amount_incl_vat,
            has_pdf="pdf" in files,
            has_ubl="ubl" in files,
            published_at=entry.published_at,
        )
    )
    await session.execute(
        insert(DocumentContent).values(
            document_id=document_id,
            customer_id=customer_id,
            content=draft.content,
            validation=draft.validation,
            search=sql.array_to_tsvector(cast(list(draft.words), ARRAY(Text)), type_=TSVECTOR),
        )
    )
    for kind, stored in files.items():
        await session.execute(
            insert(DocumentFile).values(
                document_id=document_id,
                customer_id=customer_id,
                kind=kind,
                object_key=stored.key,
                sha256=stored.sha256,
                size=stored.size,
            )
        )


async def _replace(
    session: AsyncSession,
    actor: Principal | None,
    earlier: DocumentRegister,
    entry: DocumentRegister,
) -> None:
    await session.execute(
        update(Document)
        .where(Document.id == earlier.document_id)
        .values(state="replaced", replaced_by_id=entry.document_id)
    )
    await record(
        session,
        "replaced",
        actor=actor,
        customer_id=earlier.customer_id,
        document_id=earlier.document_id,
        detail={"by": str(entry.document_id)},
    )
    values = {k: v for k, v in _values(entry).items() if k not in ("kind", "number")}
    await session.execute(
        update(DocumentRegister)
        .where(DocumentRegister.kind == entry.kind, DocumentRegister.number == entry.number)
        .values(**values)
    )


async def _issued(session: AsyncSession, entry: DocumentRegister) -> IssuedDocument:
    number = await session.scalar(select(Customer.number).where(Customer.id == entry.customer_id))
    return _to_issued(entry, number or "")


def _to_issued(entry: DocumentRegister, customer_number: str) -> IssuedDocument:
    return IssuedDocument(
        id=entry.document_id,
        customer_number=customer_number,
        kind=entry.kind,
        number=entry.number,
        state=entry.state,
        findings=entry.findings,
        published_at=entry.published_at,
    )


async def claim_key(session: AsyncSession, actor: Principal, key: str, upload: Upload) -> None:
    """Bind an `Idempotency-Key` to its request; raises when it stood for another one (X2)."""
    metadata = upload.metadata.model_dump_json().encode()
    digest = hashlib.sha256(upload.digest + metadata).digest()
    await session.execute(
        upsert(IdempotencyKey)
        .values(credential_id=actor.credential_id, key=key, request_digest=digest)
        .on_conflict_do_nothing()
    )
    known = await session.scalar(
        select(IdempotencyKey.request_digest).where(
            IdempotencyKey.credential_id == actor.credential_id, IdempotencyKey.key == key
        )
    )
    if known != digest:
        raise Problem(errors.IDEMPOTENCY_KEY_REUSED)
