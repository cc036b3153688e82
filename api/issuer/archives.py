"""Many documents in one ZIP archive: `x.xml`, `x.pdf` and perhaps `x.json` belong together.

An archive is opened in a limited process: its directory, names and sizes come from a stranger.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from api.core import errors
from api.core.errors import FieldError, Problem
from api.core.processes import OverLimit, Processes
from api.issuer.bundles import METADATA_SUFFIX, SUFFIXES, is_ours

UNPACK_SECONDS = 20.0
ENCRYPTED = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold."""

    documents: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Packed:
    """The files of one document as they were in the archive."""

    name: str
    ubl: bytes | None
    pdf: bytes | None
    metadata: bytes | None


async def open_archive(processes: Processes, data: bytes, limits: Limits) -> list[Packed]:
    """The documents of an archive, in order of name.

    Raises `INVALID` for what is no usable archive, `TOO_LARGE` beyond the limits.
    """
    found = await processes.run(unpack, data, limits, seconds=UNPACK_SECONDS)
    if isinstance(found, OverLimit):
        raise _invalid("too_complex", f"Reading the archive takes {found}, which is the limit.")
    return found


def unpack(data: bytes, limits: Limits) -> list[Packed]:
    """The same in this process."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _documents(archive, limits)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _invalid("unreadable", "This is no ZIP archive that can be read.") from error


def _documents(archive: zipfile.ZipFile, limits: Limits) -> list[Packed]:
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename)
        if entry.is_dir() or not is_ours(path.name):
            continue
        if entry.flag_bits & ENCRYPTED:
            raise _invalid("encrypted", "The archive is encrypted.")
        parts = found.setdefault(str(path.with_suffix("")), {})
        if path.suffix.lower() in parts:
            raise _invalid("duplicate", f"{entry.filename[:200]} is there twice.")
        parts[path.suffix.lower()] = entry
    names = sorted(name for name, parts in found.items() if any(s in parts for s in SUFFIXES))
    if len(names) > limits.documents:
        raise Problem(errors.TOO_LARGE)
    return _contents(archive, {name: found[name] for name in names}, limits)


def _contents(
    archive: zipfile.ZipFile, documents: dict[str, dict[str, zipfile.ZipInfo]], limits: Limits
) -> list[Packed]:
    left = limits.bytes
    packed = []
    for name, parts in documents.items():
        content: dict[str, bytes] = {}
        for suffix, entry in parts.items():
            with archive.open(entry) as file:
                # What is unpacked is counted, whatever the directory says.
                content[suffix] = file.read(left + 1)
            left -= len(content[suffix])
            if left < 0:
                raise Problem(errors.TOO_LARGE)
        packed.append(
            Packed(name, content.get(".xml"), content.get(".pdf"), content.get(METADATA_SUFFIX))
        )
    return packed


def _invalid(code: str, message: str) -> Problem:
    return Problem(errors.INVALID, errors=[FieldError("/archive", code, message)])
