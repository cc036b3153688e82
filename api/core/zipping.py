"""A ZIP that is written as a stream: what is put in comes out at once, nothing is kept."""

import zipfile
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Self, cast

# Level 0 stores, yet in deflate's blocks: readers that stream need an entry to tell its own end.
STORED, PACKED = 0, 4


class _Sink:
    """Collects what `zipfile` writes; it cannot tell or seek, so nothing looks back."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take a piece."""
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        """What has come in since the last time."""
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


class ZipStream:
    """Entries in, bytes out; ZIP64 where sizes or counts need it."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._archive = zipfile.ZipFile(cast("IO[bytes]", self._sink), "w", allowZip64=True)

    def add(self, name: str, data: bytes, *, level: int = PACKED) -> bytes:
        """One entry that is at hand, as bytes to send on."""
        with self._archive.open(entry_info(name, level), "w") as entry:
            entry.write(data)
        return self._sink.take()

    def begin(self, name: str, *, level: int = PACKED) -> "ZipEntry":
        """An entry that comes in pieces; the next begins when this one has ended."""
        opened = self._archive.open(entry_info(name, level), "w", force_zip64=True)
        return ZipEntry(opened, self._sink)

    def end(self) -> bytes:
        """The table of contents, with which the archive is complete."""
        self._archive.close()
        return self._sink.take()


class ZipEntry:
    """An open entry."""

    def __init__(self, opened: IO[bytes], sink: _Sink) -> None:
        self._opened, self._sink = opened, sink

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def write(self, data: bytes) -> bytes:
        """A piece, as bytes to send on."""
        self._opened.write(data)
        return self._sink.take()


def entry_info(name: str, level: int) -> zipfile.ZipInfo:
    """An entry's header: a plain file, readable by everyone, dated now."""
    now = datetime.now(UTC)
    info = zipfile.ZipInfo(name, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    # Its public name, `compress_level`, came with Python 3.13; this one is there in all.
    info._compresslevel = level  # type: ignore[attr-defined]
    info.external_attr = 0o100644 << 16
    return info
