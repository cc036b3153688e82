"""What must hold of a PDF before it is stored: it is one, it is whole, it opens, it has pages.

pypdf is meant to run in a limited process where the bytes come from strangers (its parser is pure
Python, and its advisories are about time and memory). The limits below keep the ordinary case
small; the process around it stops the rest. Nothing is executed, nothing is fetched. The server,
which knows this module for its errors, never loads pypdf.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfReader


MAX_PAGES = 20_000
MAX_EMBEDDED = 100
MAX_STREAM = 32 * 2**20  # decompressed bytes of one stream

_MAGIC = b"%PDF-"
_END = b"%%EOF"
# Readers look for the end marker in the last kilobyte; some printers add a few bytes after it.
_TAIL = 1024
_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22

# Its warnings quote the file, so a hostile one could write what it likes into the log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class InvalidPdf(Exception):
    """The bytes are refused; `reason` is a word of ours, stable, for messages to be built on.

    `not_pdf`, `polyglot`, `truncated`, `unreadable`, `encrypted`, `no_pages`, `too_many_pages`,
    `too_large` (one embedded file or stream), `no_such_file`.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What the portal needs to know of a PDF."""

    pages: int
    version: str  # of the header, e.g. "1.7"
    encrypted: bool  # opens without a password, but may restrict printing or copying
    embedded: tuple[str, ...]  # names of embedded files as the file gives them: untrusted


def warm_up() -> None:
    """Load pypdf ahead of the first file."""
    import pypdf  # noqa: F401, PLC0415


def inspect_pdf(data: bytes) -> PdfFacts:
    """The facts of a PDF. Raises InvalidPdf, and nothing else, whatever the bytes."""
    _check_frame(data)
    with _opened(data) as reader:
        pages = len(reader.pages)
        if pages == 0:
            raise InvalidPdf("no_pages")
        if pages > MAX_PAGES:
            raise InvalidPdf("too_many_pages")
        names = tuple(islice(reader.attachments, MAX_EMBEDDED))
        return PdfFacts(pages, _version(data), reader.is_encrypted, names)


def read_embedded(data: bytes, name: str) -> bytes:
    """The content of the embedded file with this name, the first if several have it.

    Raises InvalidPdf: `no_such_file`, `too_large` above MAX_STREAM, or like `inspect_pdf`.
    """
    _check_frame(data)
    with _opened(data) as reader:
        for embedded in reader.attachment_list:
            if embedded.name == name:
                return bytes(embedded.content)
        raise InvalidPdf("no_such_file")


def embedded_files(data: bytes, most: int, max_bytes: int) -> list[bytes]:
    """The contents of the first embedded files, without those above `max_bytes`.

    Raises InvalidPdf like `inspect_pdf`.
    """
    _check_frame(data)
    with _opened(data) as reader:
        contents = (bytes(file.content) for file in islice(reader.attachment_list, most))
        return [content for content in contents if len(content) <= max_bytes]


def _check_frame(data: bytes) -> None:
    """What the first and last bytes must show, before any parsing."""
    if not data.startswith(_MAGIC):
        # A header further on is legal for readers, and how a file is two things at once.
        raise InvalidPdf("polyglot" if _MAGIC in data[:1024] else "not_pdf")
    end = data.rfind(_END)
    if end < 0:
        raise InvalidPdf("truncated")
    if _is_zip(data):
        raise InvalidPdf("polyglot")
    if len(data) - end > _TAIL + len(_END) and data[end + len(_END) :].strip(b"\0 \t\r\n\x1a"):
        raise InvalidPdf("truncated" if b"obj" in data[end:] else "polyglot")


def _is_zip(data: bytes) -> bool:
    """Whether a ZIP reader would take the file: an end record whose comment reaches the end.

    An office file embedded without compression has such a record too, but not one that fits.
    """
    position = data.rfind(_ZIP_END)
    while position >= max(0, len(data) - _ZIP_END_LENGTH - 0xFFFF):
        comment = int.from_bytes(data[position + 20 : position + 22], "little")
        if position + _ZIP_END_LENGTH + comment == len(data):
            return True
        position = data.rfind(_ZIP_END, 0, position)
    return False


def _version(data: bytes) -> str:
    return data[5:8].decode("ascii", "replace")


@contextmanager
def _opened(data: bytes) -> Iterator["PdfReader"]:
    from pypdf import PasswordType, PdfReader, apply_configuration  # noqa: PLC0415 - see above

    limits = apply_configuration(
        zlib_maximum_output_length=MAX_STREAM,
        lzw_maximum_output_length=MAX_STREAM,
        run_length_maximum_output_length=MAX_STREAM,
        maximum_declared_stream_length=MAX_STREAM,
        stream_decoding_work_maximum_length=2 * MAX_STREAM,
        page_tree_maximum_entries=2 * MAX_PAGES,
        page_tree_maximum_page_entries=20 * MAX_PAGES,
    )
    with limits:
        try:
            reader = PdfReader(BytesIO(data), strict=False)
            if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
                raise InvalidPdf("encrypted")
            yield reader
        except (InvalidPdf, MemoryError):
            raise
        except Exception as error:
            # A parser in the hands of a hostile file raises anything, RecursionError included.
            raise InvalidPdf("unreadable") from error
