"""UBL bytes to an Invoice: parsed once, checked by the schema, read from the same tree.

Where the rules of EN 16931 and Peppol demand more than the schema, reading goes on without: what
is missing is None, and the rules report it.
"""

from dataclasses import dataclass, field

from api.einvoice._etree import Element
from api.einvoice.extract import extract_invoice
from api.einvoice.findings import NOT_UBL, Finding, InvalidUbl, refuse
from api.einvoice.model import Invoice, Kind
from api.einvoice.schema import check_schema
from api.einvoice.tree import CREDIT_NOTE, INVOICE
from api.einvoice.xml import MAX_BYTES, MAX_MARKUP, parse

_ROOTS: dict[str, Kind] = {
    f"{{{INVOICE}}}Invoice": "invoice",
    f"{{{CREDIT_NOTE}}}CreditNote": "credit_note",
}


@dataclass(frozen=True, slots=True)
class UblDocument:
    """An accepted document: its values, what was remarked, and the tree for further rules."""

    invoice: Invoice
    findings: tuple[Finding, ...]  # warnings only; a fatal one refuses the document
    root: Element = field(repr=False, compare=False)  # read-only


def read_ubl(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_markup: int = MAX_MARKUP
) -> UblDocument:
    """Read a UBL 2.1 Invoice or CreditNote.

    `max_bytes` bounds the file, `max_markup` its tags and attributes together. Raises InvalidUbl
    with SIZE, ENCODING, DOCTYPE, XML, NOT-UBL, XSD or VALUE; with nothing else, whatever the bytes.
    """
    root = parse(data, max_bytes=max_bytes, max_markup=max_markup)
    kind = kind_of(root)
    violations = check_schema(root, kind)
    if violations:
        raise InvalidUbl(violations)
    return UblDocument(extract_invoice(root, kind), (), root)


def parse_ubl(data: bytes, *, max_bytes: int = MAX_BYTES, max_markup: int = MAX_MARKUP) -> Invoice:
    """The values of a UBL document; raises like `read_ubl`."""
    return read_ubl(data, max_bytes=max_bytes, max_markup=max_markup).invoice


def kind_of(root: Element) -> Kind:
    """Whether the root is an Invoice or a CreditNote; raises InvalidUbl with NOT-UBL."""
    kind = _ROOTS.get(root.tag)
    if kind is None:
        name = root.tag.rpartition("}")[2][:80]
        raise refuse(NOT_UBL, f"The root element {name} is no UBL 2 Invoice or CreditNote.")
    return kind
