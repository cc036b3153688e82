"""Writing an archive: from S3 through the ZIP to S3, with little memory whatever its size.

Small files are read ahead, eight at a time, since the time goes into waiting for each; large ones
pass through in pieces. What is written is listed in a manifest with its SHA-256.
"""

import asyncio
import hashlib
import tempfile
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import IO, Generic, TypeVar

from api.core.zipping import STORED, ZipStream
from api.downloads.naming import MANIFEST
from api.einvoice.csv import Value, record
from api.storage import Storage, StoredObject, Upload

READS = 8
READ_AHEAD_SIZE = 1024 * 1024
SPOOLED = 1024 * 1024
MANIFEST_CHUNK = 256 * 1024

About = TypeVar("About")


@dataclass(frozen=True, slots=True)
class Entry(Generic[About]):
    """A file of an archive, at hand or in S3, and what it is about.

    Without either nothing is written but its line of the manifest.
    """

    about: About
    name: str
    level: int = STORED
    data: bytes | None = None
    stored: StoredObject | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What an entry has become."""

    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Manifest(Generic[About]):
    """The list within an archive: a line for each entry, with what was written of it."""

    columns: tuple[str, ...]
    line: Callable[[Entry[About], Written | None], tuple[Value, ...]]


Ready = tuple[Entry[About], asyncio.Task[bytes] | None]


async def write_archive(
    entries: AsyncIterator[Entry[About]],
    manifest: Manifest[About],
    storage: Storage,
    upload: Upload,
    note: Callable[[About], None],
) -> None:
    """Write the files and the manifest; `note` is called with what each entry is about."""
    archive = ZipStream()
    with tempfile.SpooledTemporaryFile(SPOOLED) as lines:
        lines.write(record(manifest.columns).encode())
        async with aclosing(_read_ahead(entries, storage)) as ready:
            async for entry, reading in ready:
                written = await _write(archive, storage, upload, entry, reading)
                lines.write(record(manifest.line(entry, written)).encode())
                note(entry.about)
        await _write_manifest(archive, upload, lines)
    await upload.write(archive.end())


async def _read_ahead(
    entries: AsyncIterator[Entry[About]], storage: Storage
) -> AsyncGenerator[Ready[About], None]:
    window: deque[Ready[About]] = deque()
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
    entry: Entry[About],
    reading: asyncio.Task[bytes] | None,
) -> Written | None:
    """Add an entry, if the document has such a file."""
    if entry.data is not None:
        await upload.write(archive.add(entry.name, entry.data, level=entry.level))
        return Written(len(entry.data), hashlib.sha256(entry.data).digest())
    if entry.stored is None:
        return None
    if reading is not None:
        await upload.write(archive.add(entry.name, await reading, level=entry.level))
    else:
        with archive.begin(entry.name, level=entry.level) as opened:
            async with aclosing(storage.stream(entry.stored)) as chunks:
                async for chunk in chunks:
                    await upload.write(opened.write(chunk))
    return Written(entry.stored.size, entry.stored.sha256)


async def _write_manifest(archive: ZipStream, upload: Upload, lines: IO[bytes]) -> None:
    lines.seek(0)
    with archive.begin(MANIFEST) as opened:
        while chunk := lines.read(MANIFEST_CHUNK):
            await upload.write(opened.write(chunk))
