"""From bytes to a tree: hostile input is turned away here, everything behind it gets elements."""

import re
from typing import Any

from api.einvoice._etree import Element, etree
from api.einvoice.findings import DOCTYPE, ENCODING, SIZE, XML, refuse

MAX_BYTES = 20 * 2**20
# Every element and attribute costs memory far beyond its bytes (about 100 for each `<a/>`), so
# they are counted before a tree is built. 300,000 is an invoice of some 9,000 lines.
MAX_MARKUP = 300_000
# Above this size a text node may exceed what libxml2 accepts unless its limits are lifted.
HUGE_FROM = 10_000_000
MAX_DEPTH = 250

# What we decode ourselves, so that the DOCTYPE check and the parser see the same characters.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
}
_DECLARATION = re.compile(
    rb"<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:\"1\.[0-9]+\"|'1\.[0-9]+')"
    rb"(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z][A-Za-z0-9._-]{0,39})[\"'])?"
    rb"(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*[\"'](?:yes|no)[\"'])?[ \t\r\n]*\?>"
)
_BLANKS = re.compile(rb"[ \t\r\n]*")


def parse(data: bytes, *, max_bytes: int = MAX_BYTES, max_markup: int = MAX_MARKUP) -> Element:
    """The root element of `data`, without comments and processing instructions.

    Raises InvalidUbl with SIZE, ENCODING, DOCTYPE or XML. Nothing outside `data` is read: there
    is no DTD, hence no entity, and the parser may not use files or the network (ASVS 1.5.1).
    """
    if len(data) > max_bytes:
        raise refuse(SIZE, f"The file is larger than {max_bytes} bytes.")
    text = _as_utf8(data)
    _check_prolog(text)
    if text.count(b"<") + text.count(b"=") > max_markup:
        raise refuse(SIZE, f"The file has more than {max_markup} tags and attributes.")
    huge = len(text) > HUGE_FROM
    root = _parse_utf8(text, huge)
    if root.getroottree().docinfo.internalDTD is not None:
        raise refuse(DOCTYPE, "A document type declaration is not accepted.")
    if huge and _depth_exceeds(root, MAX_DEPTH):
        raise refuse(XML, f"Elements are nested more than {MAX_DEPTH} deep.")
    element: Element = root
    return element


def _parse_utf8(text: bytes, huge: bool) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=huge,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise refuse(XML, str(error.msg), line=error.lineno or None) from None


def _as_utf8(data: bytes) -> bytes:
    """The document in UTF-8 without byte order mark; with its declaration only if it is true."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _transcoded(data, "utf-16")
    text = data.removeprefix(b"\xef\xbb\xbf")
    if not text.strip(b" \t\r\n"):
        raise refuse(XML, "The file is empty.")
    if not text.lstrip(b" \t\r\n").startswith(b"<"):
        raise refuse(XML, "The file is not XML.")
    encoding = _declared(text)
    if encoding == "utf-8":
        return text
    if encoding == "utf-16" or text is not data:
        raise refuse(ENCODING, f"The file declares {encoding}, but its bytes say otherwise.")
    return _transcoded(text, encoding)


def _transcoded(data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding).encode("utf-8")
    except UnicodeError:
        raise refuse(ENCODING, f"The bytes are not valid {encoding}.") from None
    if _declared(text) not in (encoding, "utf-8" if encoding == "utf-16" else encoding):
        raise refuse(ENCODING, "The declared encoding contradicts the bytes.")
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return text
    # Line numbers in findings stay right: the declaration's own line breaks are kept.
    return b"\n" * declaration.group().count(b"\n") + text[declaration.end() :]


def _declared(text: bytes) -> str:
    """The codec for the declared encoding; UTF-8 when none is declared."""
    if not text.startswith(b"<?xml") or text[5:6] not in (b" ", b"\t", b"\r", b"\n"):
        return "utf-8"
    declaration = _DECLARATION.match(text[:400])
    if declaration is None:
        raise refuse(XML, "The XML declaration is malformed.")
    name = (declaration.group(1) or b"utf-8").decode("ascii")
    codec = _ENCODINGS.get(name.lower())
    if codec is None:
        raise refuse(ENCODING, f"The encoding {name} is not accepted; use UTF-8.")
    return codec


def _check_prolog(text: bytes) -> None:
    """Refuse a DOCTYPE before the parser sees it, so that no entity is ever defined.

    The grammar before the root element is blanks, comments and processing instructions (XML 1.0,
    production 22); anything else starting with `<!` is a DOCTYPE or not XML.
    """
    if b"\x00" in text:
        raise refuse(XML, "The file contains NUL bytes.")
    position = 0
    while True:
        blanks = _BLANKS.match(text, position)
        position = blanks.end() if blanks else position
        if text.startswith(b"<!--", position):
            position = _after(text, b"-->", position + 4)
        elif text.startswith(b"<?", position):
            position = _after(text, b"?>", position + 2)
        elif text[position : position + 9].upper() == b"<!DOCTYPE":
            raise refuse(DOCTYPE, "A document type declaration is not accepted.")
        else:
            return


def _after(text: bytes, end: bytes, start: int) -> int:
    found = text.find(end, start)
    if found < 0:
        raise refuse(XML, "A comment or processing instruction does not end.")
    return found + len(end)


def _depth_exceeds(root: Any, limit: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False
