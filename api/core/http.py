"""HTTP details of files: conditional requests, ranges and names (RFC 9110, RFC 6266)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from api.core.errors import RANGE_NOT_SATISFIABLE, Problem

UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
MAX_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes `start` to `end`, both included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes that is."""
        return self.end - self.start + 1


def safe_filename(stem: str, extension: str) -> str:
    """A file name that every system accepts, made from untrusted text such as a number (BT-1)."""
    cleaned = UNSAFE_IN_NAMES.sub("-", stem).strip(" .-")[:MAX_NAME_LENGTH].rstrip(" .-")
    return f"{cleaned or 'document'}.{extension}"


def content_disposition(filename: str, *, inline: bool) -> str:
    """The header of RFC 6266: an ASCII name for old clients, and the exact one in UTF-8."""
    kind = "inline" if inline else "attachment"
    ascii_name = filename.encode("ascii", "replace").decode().replace("?", "_")
    ascii_name = ascii_name.replace("%", "_")
    header = f'{kind}; filename="{ascii_name}"'
    if ascii_name != filename:
        header += f"; filename*=UTF-8''{quote(filename, safe='')}"
    return header


def etag_matches(if_none_match: str | None, etag: str) -> bool:
    """Whether `If-None-Match` names this entity tag (weak comparison, RFC 9110 8.8.3.2)."""
    if not if_none_match:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags


def wanted_range(headers: Mapping[str, str], etag: str, size: int) -> ByteRange | None:
    """The range of a request, unless `If-Range` names another file than this (RFC 9110 13.1.5).

    Then the whole file is the answer, so that nobody joins the halves of two.
    """
    if headers.get("if-range", etag) != etag:
        return None
    return parse_range(headers.get("range"), size)


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """The one range a client asks for; None when there is none or it may be ignored.

    Several ranges are answered with the whole file, as RFC 9110 section 14.2 allows. A range that
    starts beyond the end raises `RANGE_NOT_SATISFIABLE` with the size in `Content-Range`.
    """
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < start:
            return None
    if start >= size or (first == "" and int(last) == 0):
        raise Problem(RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
    return ByteRange(start, end)
