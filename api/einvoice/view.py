"""An invoice as the texts that stand on its pages: every word and figure, no layout."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from api.einvoice.model import (
    Address,
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    Party,
    Period,
    Price,
    VatGroup,
)
from api.einvoice.payment import StructuredLine
from api.einvoice.text import Writer
from api.einvoice.view_payment import payment_view

# A line's text beyond this many characters may be split over pages.
LONG_LINE = 1200

View = dict[str, Any]
Row = tuple[str, str]


def invoice_view(invoice: Invoice, write: Writer, structured_line: StructuredLine) -> View:
    """The content of the page; strings and lists of strings only, ready for JSON."""
    home = invoice.seller.address.country if invoice.seller.address else None
    return {
        "title": title_of(invoice, write),
        "number": invoice.number,
        "credit": invoice.kind == "credit_note",
        "highlights": _highlights(invoice, write),
        "buyer": _party(invoice.buyer, write, write.word("head", "buyer"), home),
        "seller": _party(invoice.seller, write, write.word("head", "seller"), home),
        "delivery": _delivery(invoice, write, home),
        "references": [list(row) for row in _references(invoice, write)],
        "columns": [
            write.word("line", name)
            for name in ("description", "quantity", "price", "vat", "amount")
        ],
        "lines": [_line(line, write) for line in invoice.lines],
        "vat": _vat(invoice, write),
        "totals": [list(row) for row in _totals(invoice, write)],
        "due": _due(invoice, write),
        "payment": payment_view(invoice, write, structured_line),
        "terms": _block(write.word("payment", "terms"), invoice.payment_terms),
        "notes": _block(write.word("foot", "notes"), "\n".join(map(_note, invoice.notes))),
        "attachments": _block(
            write.word("foot", "attachments"),
            ", ".join(a.filename or a.description or a.id for a in invoice.attachments),
        ),
        "legal": _legal(invoice.seller, write, home),
        "view_note": write.word("foot", "view"),
        "page_label": write.word("foot", "page"),
    }


def title_of(invoice: Invoice, write: Writer) -> str:
    """The kind of document in the reader's language (BT-3)."""
    default = "381" if invoice.kind == "credit_note" else "380"
    code = invoice.type_code or default
    label = write.word("type", code)
    return write.word("type", default) if label == code else label


def _due(invoice: Invoice, write: Writer) -> list[str]:
    """BT-115; where money goes back, the words say so instead of a sign."""
    payable = invoice.totals.payable
    in_favour = (invoice.signed(payable) or 0) < 0
    label = write.word("head", "credited" if in_favour else "due")
    return [label, write.money(abs(payable) if in_favour else payable)]


def _highlights(invoice: Invoice, write: Writer) -> list[list[str]]:
    rows = [[write.word("head", "number"), invoice.number]]
    rows.append([write.word("head", "issue_date"), write.long_date(invoice.issue_date)])
    if invoice.due_date and invoice.kind == "invoice":
        rows.append([write.word("head", "due_date"), write.long_date(invoice.due_date)])
    return [*rows, _due(invoice, write)]


def _party(party: Party, write: Writer, label: str, home: str | None) -> View:
    contact = party.contact
    numbers: list[Row] = []
    if party.vat_number:
        numbers.append((write.word("head", "vat_number"), _grouped(party.vat_number)))
    if party.registration and party.registration.value not in (party.vat_number or ""):
        numbers.append((write.word("head", "registration"), _grouped(party.registration.value)))
    return {
        "label": label,
        "name": party.name,
        "trading": party.trading_name if party.trading_name != party.name else None,
        "contact": contact.name if contact else None,
        "lines": list(_address_lines(party.address, write, home)),
        "numbers": [f"{name} {number}" for name, number in numbers],
    }


def _grouped(number: str) -> str:
    """A Belgian VAT or enterprise number as people read it; any other as it is."""
    matched = re.fullmatch(r"(BE)?([01][0-9]{3})([0-9]{3})([0-9]{3})", number)
    if matched is None:
        return number
    country, *digits = matched.groups()
    return " ".join(part for part in (country, ".".join(digits)) if part)


def _address_lines(address: Address | None, write: Writer, home: str | None) -> Iterator[str]:
    """The lines of an address; the country only where it is not the seller's."""
    if address is None:
        return
    yield from (line for line in (address.street, address.additional, address.line) if line)
    place = " ".join(part for part in (address.postcode, address.city) if part)
    if joined := ", ".join(part for part in (place, address.region) if part):
        yield joined
    if address.country and address.country != home:
        yield write.country(address.country)


def _delivery(invoice: Invoice, write: Writer, home: str | None) -> View | None:
    delivery = invoice.delivery
    if delivery is None or (delivery.address is None and delivery.name is None):
        return None
    return {
        "label": write.word("head", "deliver_to"),
        "name": delivery.name,
        "lines": list(_address_lines(delivery.address, write, home)),
    }


def _references(invoice: Invoice, write: Writer) -> Iterator[Row]:
    references = invoice.references
    customer_number = next((i.value for i in invoice.buyer.identifiers if not i.scheme), None)
    invoiced_object = references.invoiced_object
    values = {
        "preceding": ", ".join(p.number for p in references.preceding) or None,
        "customer_number": customer_number,
        "buyer_reference": references.buyer_reference,
        "purchase_order": references.purchase_order,
        "sales_order": references.sales_order,
        "contract": references.contract,
        "project": references.project,
        "despatch": references.despatch,
        "receipt": references.receipt,
        "tender": references.tender,
        "invoiced_object": invoiced_object.value if invoiced_object else None,
        "accounting_cost": references.accounting_cost,
        "period": _period(invoice.period, write),
        "delivery_date": (
            write.short_date(invoice.delivery.actual_date)
            if invoice.delivery and invoice.delivery.actual_date
            else None
        ),
        "tax_point_date": write.short_date(invoice.tax_point_date)
        if invoice.tax_point_date
        else None,
    }
    for name, value in values.items():
        if value:
            yield write.word("reference", name), value


def _period(period: Period | None, write: Writer) -> str | None:
    if period is None:
        return None
    days = [write.short_date(day) for day in (period.start, period.end) if day]
    return " – ".join(days) or None


def _line(line: InvoiceLine, write: Writer) -> View:
    item = line.item
    texts = [text for text in (item.description, line.note) if text]
    facts = [_period(line.period, write)]
    facts += [f"{name}: {value}" for name, value in item.properties]
    if item.seller_id:
        facts.append(write.word("line", "article", id=item.seller_id))
    texts.append("  ·  ".join(fact for fact in facts if fact))
    details = [part for text in texts for part in text.splitlines() if part.strip()]
    return {
        "name": item.name,
        "details": details,
        "breakable": sum(map(len, details)) > LONG_LINE or len(details) > LONG_LINE // 80,
        "adjustments": [
            [_reason(value, write), _signed_amount(value, write)]
            for value in line.allowances_charges
        ],
        "quantity": write.quantity(line.quantity, line.unit) if line.quantity is not None else "",
        "price": _price(line.price, line.unit, write),
        "vat": _rate(line.vat_category, line.vat_rate, write),
        "amount": write.amount(line.net),
    }


def _price(price: Price | None, unit: str | None, write: Writer) -> str:
    if price is None:
        return ""
    shown = write.amount(price.net)
    if price.base_quantity in (None, 1):
        return shown
    base = write.quantity(price.base_quantity, price.base_unit or unit)
    return write.word("line", "per", price=shown, quantity=base)


def _rate(category: str | None, rate: Decimal | None, write: Writer) -> str:
    """The rate; the category's code where no VAT is charged, explained in the VAT summary."""
    shown = "" if rate is None else write.percent(rate)
    return shown if category in (None, "S") else f"{shown} {category}".strip()


def _reason(value: AllowanceCharge, write: Writer) -> str:
    label = value.reason or write.word("line", "charge" if value.is_charge else "allowance")
    return f"{label} ({write.percent(value.percentage)})" if value.percentage else label


def _signed_amount(value: AllowanceCharge, write: Writer) -> str:
    return write.amount(value.amount if value.is_charge else -value.amount)


def _vat(invoice: Invoice, write: Writer) -> View:
    groups = invoice.vat_breakdown
    columns = [write.word("vat", name) for name in ("rate", "taxable", "tax")]
    accounting = invoice.vat_total_in_tax_currency
    return {
        "title": write.word("vat", "title"),
        "columns": columns,
        "rows": [_vat_row(group, write) for group in groups],
        "reasons": [f"{g.category}: {g.exemption_reason}" for g in groups if g.exemption_reason],
        "accounting": None
        if accounting is None or invoice.tax_currency is None
        else [
            write.word("vat", "in_currency", currency=invoice.tax_currency),
            write.money(accounting, invoice.tax_currency),
        ],
    }


def _vat_row(group: VatGroup, write: Writer) -> list[str]:
    category = write.word("category", group.category) if group.category else ""
    rate = _rate(group.category, group.rate, write)
    label = f"{rate} · {category}" if category and category != group.category else rate
    taxable = "" if group.taxable is None else write.amount(group.taxable)
    return [label, taxable, write.amount(group.tax)]


def _totals(invoice: Invoice, write: Writer) -> Iterator[Row]:
    totals = invoice.totals
    adjustments = invoice.allowances_charges
    if totals.line_total is not None and adjustments:
        yield write.word("total", "lines"), write.amount(totals.line_total)
        for value in adjustments:
            yield _reason(value, write), _signed_amount(value, write)
    yield from (
        (write.word("total", name), write.amount(value))
        for name, value in (("net", totals.net), ("vat", totals.vat), ("gross", totals.gross))
        if value is not None
    )
    if totals.prepaid:
        yield write.word("total", "prepaid"), write.amount(-totals.prepaid)
    if totals.rounding:
        yield write.word("total", "rounding"), write.amount(totals.rounding)


def _note(note: str) -> str:
    """BT-22 without the subject code that may precede it (#AAI#text)."""
    code, found, rest = note[1:].partition("#")
    return rest if note.startswith("#") and found and len(code) == 3 else note


def _block(label: str, text: str | None) -> View | None:
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return {"label": label, "lines": lines} if lines else None


def _legal(seller: Party, write: Writer, home: str | None) -> list[str]:
    """What Belgian law wants on a company's invoices: name, seat, number, register."""
    address = ", ".join(_address_lines(seller.address, write, home))
    parts = [seller.name, address]
    if seller.vat_number:
        parts.append(f"{write.word('head', 'vat_number')} {_grouped(seller.vat_number)}")
    if seller.legal_form:
        parts.append(seller.legal_form)
    return [part for part in parts if part]
