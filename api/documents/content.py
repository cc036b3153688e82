"""From a parsed invoice to what is stored of it: the detail's JSON, and the words that find it."""

from collections.abc import Iterable
from typing import Any

from api.documents.search import search_words
from api.einvoice import model
from api.einvoice.payment import epc_text, transfer_of


def content_of(invoice: model.Invoice) -> dict[str, Any]:
    """What `DocumentDetail` shows beyond the list's columns; figures as the file wrote them."""
    return {
        "type_code": invoice.type_code,
        "notes": list(invoice.notes),
        "period_start": _text(invoice.period and invoice.period.start),
        "period_end": _text(invoice.period and invoice.period.end),
        "references": _references(invoice.references),
        "seller": _party(invoice.seller),
        "buyer": _party(invoice.buyer),
        "totals": _totals(invoice.totals),
        "vat_breakdown": [_vat_group(group) for group in invoice.vat_breakdown],
        "lines": [_line(line) for line in invoice.lines],
        "payment": _payment(invoice),
        "tax_currency": invoice.tax_currency,
        "vat_in_tax_currency": _text(invoice.vat_total_in_tax_currency),
        "tax_point_date": _text(invoice.tax_point_date),
        "delivery": _delivery(invoice.delivery),
        "payee": invoice.payee.name if invoice.payee else None,
        "tax_representative": _representative(invoice.tax_representative),
        "allowances_charges": [_allowance_charge(one) for one in invoice.allowances_charges],
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _value(identifier: model.Identifier | None) -> str | None:
    return identifier.value if identifier else None


def _delivery(delivery: model.Delivery | None) -> dict[str, Any] | None:
    if delivery is None:
        return None
    return {
        "date": _text(delivery.actual_date),
        "name": delivery.name,
        "address": _address(delivery.address),
    }


def _representative(representative: model.TaxRepresentative | None) -> dict[str, Any] | None:
    if representative is None:
        return None
    return {"name": representative.name, "vat_number": representative.vat_number}


def _allowance_charge(one: model.AllowanceCharge) -> dict[str, Any]:
    return {
        "is_charge": one.is_charge,
        "amount": str(one.amount),
        "percentage": _text(one.percentage),
        "reason": one.reason or one.reason_code,
    }


def _references(references: model.References) -> dict[str, Any]:
    return {
        "buyer_reference": references.buyer_reference,
        "purchase_order": references.purchase_order,
        "sales_order": references.sales_order,
        "contract": references.contract,
        "project": references.project,
        "despatch": references.despatch,
        "receipt": references.receipt,
        "tender": references.tender,
        "invoiced_object": _value(references.invoiced_object),
        "accounting_cost": references.accounting_cost,
        "preceding_invoices": [
            {"number": before.number, "issue_date": _text(before.issue_date)}
            for before in references.preceding
        ],
    }


def _party(party: model.Party) -> dict[str, Any]:
    contact, endpoint = party.contact, party.endpoint
    return {
        "name": party.name,
        "trading_name": party.trading_name,
        "vat_number": party.vat_number,
        "registration_number": _value(party.registration),
        "legal_form": party.legal_form,
        "endpoint": f"{endpoint.scheme or ''}:{endpoint.value}" if endpoint else None,
        "address": _address(party.address),
        "contact_name": contact.name if contact else None,
        "contact_phone": contact.phone if contact else None,
        "contact_email": contact.email if contact else None,
    }


def _address(address: model.Address | None) -> dict[str, Any] | None:
    fields = ("street", "additional", "line", "city", "postcode", "region", "country")
    return {name: getattr(address, name) for name in fields} if address else None


def _totals(totals: model.Totals) -> dict[str, Any]:
    names = ("line_total", "allowance_total", "charge_total", "prepaid", "rounding", "payable")
    return {name: _text(getattr(totals, name)) for name in names}


def _vat_group(group: model.VatGroup) -> dict[str, Any]:
    return {
        "category": group.category,
        "rate": _text(group.rate),
        "taxable_amount": _text(group.taxable),
        "tax_amount": _text(group.tax),
        "exemption_reason": group.exemption_reason,
        "exemption_code": group.exemption_code,
    }


def _line(line: model.InvoiceLine) -> dict[str, Any]:
    price, period = line.price, line.period
    return {
        "id": line.id,
        "name": line.item.name,
        "description": line.item.description,
        "note": line.note,
        "quantity": _text(line.quantity),
        "unit": line.unit,
        "price": _text(price and price.net),
        "price_base_quantity": _text(price and price.base_quantity),
        "net_amount": str(line.net),
        "vat_category": line.vat_category,
        "vat_rate": _text(line.vat_rate),
        "period_start": _text(period and period.start),
        "period_end": _text(period and period.end),
        "seller_item_id": line.item.seller_id,
        "buyer_item_id": line.item.buyer_id,
        "standard_item_id": _value(line.item.standard_id),
        "order_line": line.order_line,
        "accounting_cost": line.accounting_cost,
        "properties": [{"name": name, "value": value} for name, value in line.item.properties],
        "allowances_charges": [_allowance_charge(one) for one in line.allowances_charges],
    }


def _payment(invoice: model.Invoice) -> dict[str, Any] | None:
    if not invoice.payment_means:
        return None
    means = invoice.payment_means[0]
    transfer = transfer_of(invoice)
    return {
        "means": means.code,
        "iban": means.account,
        "bic": means.bic,
        "account_name": means.account_name,
        "reference": invoice.payment_reference,
        "terms": invoice.payment_terms,
        "mandate": means.mandate,
        "debited_account": means.debited_account,
        "creditor_id": invoice.creditor_id,
        "card_number": means.card_number,
        "epc": epc_text(transfer) if transfer else None,
    }


def words_of(invoice: model.Invoice) -> list[str]:
    """The words of the numbers, references, names and line descriptions."""
    return search_words(_searched(invoice))


def _searched(invoice: model.Invoice) -> Iterable[str | None]:
    references = invoice.references
    yield invoice.number
    yield from (references.buyer_reference, references.purchase_order, references.contract)
    yield from (references.sales_order, references.project, references.accounting_cost)
    yield _value(references.invoiced_object)
    yield from (before.number for before in references.preceding)
    yield invoice.payment_reference
    yield from (invoice.buyer.name, invoice.buyer.trading_name)
    for line in invoice.lines:
        yield from (line.item.name, line.item.description, line.note, line.item.seller_id)
