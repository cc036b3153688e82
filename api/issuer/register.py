"""The register of what was published: it makes a number unique, and a key stand for one request.

Publishers cannot read documents; this is all that they may know of them.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.issuer.reading import Draft, Upload
from api.issuer.schemas import IssuedDocument
from api.models import Customer, DocumentRegister, IdempotencyKey

TAKE: Any = (
    upsert(DocumentRegister.__table__)  # type: ignore[arg-type]
    .on_conflict_do_nothing()
    .returning(DocumentRegister.document_id)
)


async def registered(
    session: AsyncSession, draft: Draft, *, lock: bool = False
) -> DocumentRegister | None:
    """What carries the draft's kind and number now; with `lock`, it stays so until the commit."""
    found = select(DocumentRegister).where(
        DocumentRegister.kind == draft.kind, DocumentRegister.number == draft.number
    )
    return await session.scalar(found.with_for_update() if lock else found)


def register_entry(
    document_id: UUID,
    customer_id: UUID,
    upload: Upload,
    draft: Draft,
    published_at: datetime | None,
) -> DocumentRegister:
    """The entry of a document that is about to be published."""
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


async def register(session: AsyncSession, entry: DocumentRegister) -> bool:
    """Take the number; False when somebody else has just taken it."""
    return (await session.execute(TAKE, _values(entry))).first() is not None


async def reassign(session: AsyncSession, entry: DocumentRegister) -> None:
    """Give the number of a replaced document to the one that replaces it."""
    values = {k: v for k, v in _values(entry).items() if k not in ("kind", "number")}
    await session.execute(
        update(DocumentRegister)
        .where(DocumentRegister.kind == entry.kind, DocumentRegister.number == entry.number)
        .values(**values)
    )


def _values(entry: DocumentRegister) -> dict[str, object]:
    return {column.name: getattr(entry, column.name) for column in DocumentRegister.__table__.c}


async def issued(session: AsyncSession, entry: DocumentRegister) -> IssuedDocument:
    """What the issuer is told of a document that was published before."""
    number = await session.scalar(select(Customer.number).where(Customer.id == entry.customer_id))
    return to_issued(entry, number or "")


def to_issued(entry: DocumentRegister, customer_number: str) -> IssuedDocument:
    """What the issuer is told of a document."""
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
