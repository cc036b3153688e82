"""The main data of documents as CSV (RFC 4180): safe to open in a spreadsheet program.

A row of type `document` holds the figures once; a row of type `vat` follows for each VAT group,
so that a sum over any column counts nothing twice. Amounts are those of the file; the columns
`signed_...` beside them count a credit note as negative.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.einvoice.model import Invoice, VatGroup, signed

BOM = b"\xef\xbb\xbf"

COLUMNS = (
    "row_type",
    "kind",
    "number",
    "type_code",
    "issue_date",
    "due_date",
    "currency",
    "seller_name",
    "seller_vat_number",
    "seller_registration_number",
    "buyer_name",
    "buyer_vat_number",
    "buyer_reference",
    "purchase_order",
    "net_amount",
    "vat_amount",
    "gross_amount",
    "prepaid_amount",
    "rounding_amount",
    "payable_amount",
    "signed_net_amount",
    "signed_vat_amount",
    "signed_gross_amount",
    "signed_payable_amount",
    "tax_currency",
    "vat_amount_in_tax_currency",
    "iban",
    "payment_reference",
    "preceding_invoices",
    "vat_category",
    "vat_rate",
    "vat_taxable_amount",
    "vat_tax_amount",
    "signed_vat_taxable_amount",
    "signed_vat_tax_amount",
)


@dataclass(frozen=True, slots=True)
class CsvDocument:
    """Plain values, so that a document without UBL has a CSV too. Amounts are in `currency`."""

    kind: str  # invoice, credit_note, other
    number: str
    issue_date: date | None = None
    due_date: date | None = None
    type_code: str | None = None
    currency: str | None = None
    seller_name: str | None = None
    seller_vat_number: str | None = None
    seller_registration_number: str | None = None
    buyer_name: str | None = None
    buyer_vat_number: str | None = None
    buyer_reference: str | None = None
    purchase_order: str | None = None
    net_amount: Decimal | None = None
    vat_amount: Decimal | None = None
    gross_amount: Decimal | None = None
    prepaid_amount: Decimal | None = None
    rounding_amount: Decimal | None = None
    payable_amount: Decimal | None = None
    tax_currency: str | None = None
    vat_amount_in_tax_currency: Decimal | None = None
    iban: str | None = None
    payment_reference: str | None = None
    preceding_invoices: tuple[str, ...] = ()
    vat_groups: tuple[VatGroup, ...] = ()


Value = str | date | Decimal | None


def csv_document(invoice: Invoice) -> CsvDocument:
    """The main data of an invoice or credit note."""
    seller, buyer, totals = invoice.seller, invoice.buyer, invoice.totals
    return CsvDocument(
        kind=invoice.kind,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        type_code=invoice.type_code,
        currency=invoice.currency,
        seller_name=seller.name,
        seller_vat_number=seller.vat_number,
        seller_registration_number=seller.registration.value if seller.registration else None,
        buyer_name=buyer.name,
        buyer_vat_number=buyer.vat_number,
        buyer_reference=invoice.references.buyer_reference,
        purchase_order=invoice.references.purchase_order,
        net_amount=totals.net,
        vat_amount=totals.vat,
        gross_amount=totals.gross,
        prepaid_amount=totals.prepaid,
        rounding_amount=totals.rounding,
        payable_amount=totals.payable,
        tax_currency=invoice.tax_currency,
        vat_amount_in_tax_currency=invoice.vat_total_in_tax_currency,
        iban=next((m.account for m in invoice.payment_means if m.account), None),
        payment_reference=invoice.payment_reference,
        preceding_invoices=tuple(p.number for p in invoice.references.preceding),
        vat_groups=invoice.vat_breakdown,
    )


def write_csv(documents: Iterable[CsvDocument], *, bom: bool = False) -> bytes:
    """Header and rows in UTF-8 with CR LF; `bom` lets spreadsheet programs recognise UTF-8."""
    rows = [record(COLUMNS)]
    for document in documents:
        rows.extend(rows_of(document))
    return (BOM if bom else b"") + "".join(rows).encode("utf-8", "replace")


def rows_of(document: CsvDocument) -> list[str]:
    """The rows of one document, each ended by CR LF; the header is `record(COLUMNS)`."""
    values = [_document_values(document)]
    values.extend(_vat_values(document, group) for group in document.vat_groups)
    return [record(row.get(column) for column in COLUMNS) for row in values]


def _document_values(document: CsvDocument) -> dict[str, Value]:
    row: dict[str, Value] = {"row_type": "document"}
    for column in COLUMNS:
        value = getattr(document, column, None)
        if column.startswith("signed_"):
            value = signed(document.kind, getattr(document, column.removeprefix("signed_"), None))
        row.setdefault(column, value)
    row["preceding_invoices"] = " ".join(document.preceding_invoices) or None
    return row


def _vat_values(document: CsvDocument, group: VatGroup) -> dict[str, Value]:
    return {
        "row_type": "vat",
        "kind": document.kind,
        "number": document.number,
        "issue_date": document.issue_date,
        "currency": document.currency,
        "vat_category": group.category,
        "vat_rate": group.rate,
        "vat_taxable_amount": group.taxable,
        "vat_tax_amount": group.tax,
        "signed_vat_taxable_amount": signed(document.kind, group.taxable),
        "signed_vat_tax_amount": signed(document.kind, group.tax),
    }


def record(values: Iterable[Value]) -> str:
    """One CSV record; text is quoted and neutralised, dates and numbers are bare."""
    return ",".join(_cell(value) for value in values) + "\r\n"


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return '"' + neutralise(value).replace('"', '""') + '"'


def neutralise(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: such text gets a leading apostrophe.

    A formula may start with = + - @, also behind blanks or invisible characters, and in the full
    width forms that East Asian editions fold; TAB, CR and LF at the start shift what follows into
    another cell (OWASP, CSV injection). What is exactly a number or a Belgian structured
    communication (BT-83: `+++090/9337/55493+++`) stays as it is: no formula is written like that,
    and an apostrophe would spoil a payment.
    """
    if _HARMLESS.fullmatch(text):
        return text
    if text.startswith(("\t", "\r", "\n")):
        return "'" + text
    first = next((c for c in text if not _invisible(c)), "")
    folded = unicodedata.normalize("NFKC", first)[:1]
    return "'" + text if folded in _STARTERS else text


_HARMLESS = re.compile(
    r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?|(\+{3}|\*{3})[0-9]{3}/[0-9]{4}/[0-9]{5}\1"
)
_STARTERS = frozenset("=+-@\u2212")  # U+2212 is the typographic minus


def _invisible(character: str) -> bool:
    """Blanks, controls, and format characters such as the zero-width space or a stray mark."""
    return character.isspace() or unicodedata.category(character) in (
        "Cc",
        "Cf",
        "Zs",
        "Zl",
        "Zp",
    )
