"""What goes into an archive, read as the person who asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.documents.csv_file import document_csv
from api.models import Customer, Document, DocumentContent, DocumentFile
from api.storage import StoredObject

IDS = bindparam("ids", type_=ARRAY(Uuid))
DOCUMENTS = (
    select(Document, Customer.number)
    .join(Customer, Customer.id == Document.customer_id)
    .where(Document.id == any_(IDS))
    .order_by(Customer.number, Document.issue_date, Document.id)
)
FILES = select(DocumentFile).where(DocumentFile.document_id == any_(IDS))
CONTENTS = select(DocumentContent.document_id, DocumentContent.content).where(
    DocumentContent.document_id == any_(IDS)
)
SIZE = select(func.coalesce(func.sum(DocumentFile.size), 0)).where(
    DocumentFile.document_id == any_(IDS)
)


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """A document with where its files are, and its CSV if that was asked for."""

    id: UUID
    customer_id: UUID
    customer_number: str
    kind: str
    number: str
    issue_date: date
    files: dict[str, StoredObject]
    csv: bytes | None


async def expected_size(session: AsyncSession, ids: Sequence[UUID]) -> int:
    """About how many bytes the files of these documents take."""
    return int(await session.scalar(SIZE, {"ids": list(ids)}) or 0)


async def load_documents(
    session: AsyncSession, ids: Sequence[UUID], formats: Sequence[str]
) -> list[ArchivedDocument]:
    """Those of the documents that may be seen now, by customer, date and id."""
    wanted = {"ids": list(ids)}
    files: dict[UUID, dict[str, StoredObject]] = {}
    for file in await session.scalars(FILES, wanted):
        if file.kind in formats:
            stored = StoredObject(file.object_key, file.size, file.sha256)
            files.setdefault(file.document_id, {})[file.kind] = stored
    contents = {}
    if "csv" in formats:
        contents = {row.document_id: row.content for row in await session.execute(CONTENTS, wanted)}
    rows = await session.execute(DOCUMENTS, wanted)
    found = []
    for document, customer_number in rows:
        content = contents.get(document.id)
        found.append(
            ArchivedDocument(
                id=document.id,
                customer_id=document.customer_id,
                customer_number=customer_number,
                kind=document.kind,
                number=document.number,
                issue_date=document.issue_date,
                files=files.get(document.id, {}),
                csv=None if content is None else document_csv(document, content),
            )
        )
    # Rows of a long archive are not kept by the session.
    session.expunge_all()
    return found
