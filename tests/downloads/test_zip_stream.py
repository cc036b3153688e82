"""ZIPs that are written as a stream, with the numbers at which older readers end."""

import io
import tempfile
import zipfile

from api.core.zipping import PACKED, STORED, ZipStream

GIB = 1024**3


def test_entries_whole_and_in_pieces() -> None:
    archive = ZipStream()
    out = archive.add("a/é.pdf", b"%PDF", level=STORED)
    with archive.begin("b.csv", level=PACKED) as entry:
        out += entry.write(b"x" * 100_000)
        out += entry.write(b"y" * 100_000)
    out += archive.add("empty", b"") + archive.end()
    with zipfile.ZipFile(io.BytesIO(out)) as read:
        assert read.testzip() is None
        assert read.namelist() == ["a/é.pdf", "b.csv", "empty"]
        assert read.read("a/é.pdf") == b"%PDF"
        assert read.read("b.csv") == b"x" * 100_000 + b"y" * 100_000
        packed = read.getinfo("b.csv")
        assert packed.compress_size < 2_000
        # A reader that cannot seek needs deflate to find an entry's end.
        assert {info.compress_type for info in read.infolist()} == {zipfile.ZIP_DEFLATED}
        assert packed.external_attr >> 16 == 0o100644


def test_sec_D5_more_entries_than_the_old_format_counts() -> None:
    archive, out = ZipStream(), io.BytesIO()
    count = 66_000
    for number in range(count):
        out.write(archive.add(f"{number}", b"x", level=STORED))
    out.write(archive.end())
    with zipfile.ZipFile(out) as read:
        assert len(read.infolist()) == count
        assert read.read(str(count - 1)) == b"x"


def test_sec_D5_an_entry_beyond_four_gibibytes() -> None:
    archive, chunk = ZipStream(), bytes(16 * 1024 * 1024)
    with tempfile.TemporaryFile() as out:
        with archive.begin("big", level=1) as entry:
            for _ in range(4 * GIB // len(chunk) + 1):
                out.write(entry.write(chunk))
        out.write(archive.add("after", b"still there"))
        out.write(archive.end())
        with zipfile.ZipFile(out) as read:
            assert read.getinfo("big").file_size == 4 * GIB + len(chunk)
            assert read.read("after") == b"still there"
            with read.open("big") as big:
                assert big.read(len(chunk)) == chunk


def test_an_archive_that_is_abandoned_ends_quietly() -> None:
    archive = ZipStream()
    try:
        with archive.begin("half") as entry:
            entry.write(b"x")
            raise OSError
    except OSError:
        pass
    del archive
