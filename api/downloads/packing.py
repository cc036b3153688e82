"""The entries of a download's archive: each document's files, in a folder per customer number."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.core.zipping import PACKED, STORED
from api.downloads.archive import Entry, Manifest, Written
from api.downloads.contents import ArchivedDocument
from api.downloads.naming import Names
from api.einvoice.csv import Value

EXTENSIONS = {"pdf": "pdf", "ubl": "xml", "csv": "csv"}
LEVELS = {"pdf": STORED, "ubl": PACKED, "csv": PACKED}
COLUMNS = ("customer", "kind", "number", "issue_date", "format", "file", "size", "sha256")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files of a document that were asked for, perhaps the last of them."""

    document: ArchivedDocument
    format: str
    is_last: bool


async def entries_of(
    batches: AsyncIterator[list[ArchivedDocument]], formats: Sequence[str]
) -> AsyncIterator[Entry[Part]]:
    """The files of all documents, in the order of the documents."""
    names = Names()
    wanted = [name for name in EXTENSIONS if name in formats]
    async for batch in batches:
        for document in batch:
            for entry in _files(document, wanted, names):
                yield entry


def _files(document: ArchivedDocument, wanted: list[str], names: Names) -> Iterator[Entry[Part]]:
    path = names.path(
        document.customer_id, document.customer_number, document.issue_date, document.number
    )
    for name in wanted:
        yield Entry(
            Part(document, name, is_last=name == wanted[-1]),
            f"{path}.{EXTENSIONS[name]}",
            LEVELS[name],
            data=document.csv if name == "csv" else None,
            stored=document.files.get(name),
        )


def _line(entry: Entry[Part], written: Written | None) -> tuple[Value, ...]:
    document = entry.about.document
    return (
        document.customer_number,
        document.kind,
        document.number,
        document.issue_date,
        entry.about.format,
        entry.name if written else None,
        Decimal(written.size) if written else None,
        written.sha256.hex() if written else None,
    )


MANIFEST = Manifest(COLUMNS, _line)
