"""The invoice that a PDF carries within it: UBL, or Factur-X and ZUGFeRD (PDF/A-3)."""

from dataclasses import dataclass
from typing import Literal

from api.einvoice._etree import Element
from api.einvoice.cii import ROOT as CII_ROOT
from api.einvoice.findings import InvalidUbl
from api.einvoice.parse import kind_of
from api.einvoice.pdf import embedded_files
from api.einvoice.xml import MAX_BYTES, parse

# Beside the invoice there may be plans, timesheets and the like.
MOST_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class EmbeddedInvoice:
    """The bytes of an invoice as they stand in a PDF."""

    syntax: Literal["ubl", "cii"]
    data: bytes


def embedded_invoice(pdf: bytes) -> EmbeddedInvoice | None:
    """The first embedded file that is an invoice, whatever its name; None when there is none.

    Only its root element is looked at: an invoice that breaks rules is found, too. Raises
    InvalidPdf.
    """
    for data in embedded_files(pdf, MOST_LOOKED_AT, MAX_BYTES):
        if b"<" not in data[:100]:
            continue
        try:
            root = parse(data)
        except InvalidUbl:
            continue
        if root.tag == CII_ROOT:
            return EmbeddedInvoice("cii", data)
        if _is_ubl(root):
            return EmbeddedInvoice("ubl", data)
    return None


def _is_ubl(root: Element) -> bool:
    try:
        kind_of(root)
    except InvalidUbl:
        return False
    return True
