"""Writing an archive: from S3 through the ZIP to S3, with little memory whatever its size.

Small files are read ahead, eight at a time, since the time goes into waiting for each; large ones
pass through in pieces. What is written is listed in a manifest with its SHA-256.
"""

import asyncio
import hashlib
import tempfile
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO
from uuid import UUID

from api.core.zipping import PACKED, STORED, ZipStream
from api.downloads.contents import ArchivedDocument
from api.downloads.naming import MANIFEST, Names
from api.einvoice.csv import record
from api.storage import Storage, StoredObject, Upload

READS = 8
READ_AHEAD_SIZE = 1024 * 1024
EXTENSIONS = {"pdf": "pdf", "ubl": "xml", "csv": "csv"}
LEVELS = {"pdf": STORED, "ubl": PACKED, "csv": PACKED}
COLUMNS = ("customer", "kind", "number", "issue_date", "format", "file", "size", "sha256")
SPOOLED = 1024 * 1024
MANIFEST_CHUNK = 256 * 1024

Batches = AsyncIterator[list[ArchivedDocument]]


@dataclass(slots=True)
class Contents:
    """What is in an archive."""

    document_ids: list[UUID] = field(default_factory=list)
    customer_ids: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Entry:
    document: ArchivedDocument
    format: str
    name: str
    last: bool
    data: bytes | None = None
    stored: StoredObject | None = None


Ready = tuple[_Entry, asyncio.Task[bytes] | None]


async def write_archive(
    batches: Batches,
    formats: Sequence[str],
    storage: Storage,
    upload: Upload,
    advance: Callable[[], None],
) -> Contents:
    """Write the documents' files and the manifest; `advance` is called for each document."""
    contents, archive = Contents(), ZipStream()
    with tempfile.SpooledTemporaryFile(SPOOLED) as manifest:
        manifest.write(record(COLUMNS).encode())
        async with aclosing(_read_ahead(_entries(batches, formats), storage)) as entries:
            async for entry, reading in entries:
                size, digest = await _write(archive, storage, upload, entry, reading)
                manifest.write(_line(entry, size, digest))
                if entry.last:
                    contents.document_ids.append(entry.document.id)
                    contents.customer_ids.add(entry.document.customer_id)
                    advance()
        await _write_manifest(archive, upload, manifest)
    await upload.write(archive.end())
    return contents


async def _entries(batches: Batches, formats: Sequence[str]) -> AsyncIterator[_Entry]:
    names = Names()
    wanted = [name for name in EXTENSIONS if name in formats]
    async for batch in batches:
        for document in batch:
            path = names.path(
                document.customer_id,
                document.customer_number,
                document.issue_date,
                document.number,
            )
            for name in wanted:
                yield _Entry(
                    document,
                    name,
                    f"{path}.{EXTENSIONS[name]}",
                    last=name == wanted[-1],
                    data=document.csv if name == "csv" else None,
                    stored=document.files.get(name),
                )


async def _read_ahead(
    entries: AsyncIterator[_Entry], storage: Storage
) -> AsyncGenerator[Ready, None]:
    window: deque[Ready] = deque()
    try:
        async for entry in entries:
            reading = None
            if entry.stored is not None and entry.stored.size <= READ_AHEAD_SIZE:
                reading = asyncio.create_task(storage.fetch(entry.stored))
            window.append((entry, reading))
            if len(window) > READS:
                yield window.popleft()
        while window:
            yield window.popleft()
    finally:
        left = [reading for _, reading in window if reading is not None]
        for reading in left:
            reading.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _write(
    archive: ZipStream,
    storage: Storage,
    upload: Upload,
    entry: _Entry,
    reading: asyncio.Task[bytes] | None,
) -> tuple[int, bytes] | tuple[None, None]:
    """Add an entry; its size and SHA-256, or nothing when the document has no such file."""
    level = LEVELS[entry.format]
    if entry.data is not None:
        await upload.write(archive.add(entry.name, entry.data, level=level))
        return len(entry.data), hashlib.sha256(entry.data).digest()
    if entry.stored is None:
        return None, None
    if reading is not None:
        await upload.write(archive.add(entry.name, await reading, level=level))
    else:
        with archive.begin(entry.name, level=level) as opened:
            async with aclosing(storage.stream(entry.stored)) as chunks:
                async for chunk in chunks:
                    await upload.write(opened.write(chunk))
    return entry.stored.size, entry.stored.sha256


def _line(entry: _Entry, size: int | None, digest: bytes | None) -> bytes:
    document = entry.document
    there = digest is not None
    return record(
        (
            document.customer_number,
            document.kind,
            document.number,
            document.issue_date,
            entry.format,
            entry.name if there else None,
            None if size is None else Decimal(size),
            digest.hex() if digest is not None else None,
        )
    ).encode()


async def _write_manifest(archive: ZipStream, upload: Upload, manifest: IO[bytes]) -> None:
    manifest.seek(0)
    with archive.begin(MANIFEST) as opened:
        while chunk := manifest.read(MANIFEST_CHUNK):
            await upload.write(opened.write(chunk))
