"""The CSV of a document, from what is stored of it."""

from decimal import Decimal
from typing import Any

from api.einvoice.csv import CsvDocument, write_csv
from api.einvoice.model import VatGroup
from api.models import Document


def document_csv(document: Document, content: dict[str, Any]) -> bytes:
    """Header and rows, UTF-8; a document without UBL has fewer cells filled."""
    return write_csv([csv_document_of(document, content)])


def csv_document_of(document: Document, content: dict[str, Any]) -> CsvDocument:
    """The values of a document's rows."""
    seller, buyer = content.get("seller") or {}, content.get("buyer") or {}
    references, totals = content.get("references") or {}, content.get("totals") or {}
    payment = content.get("payment") or {}
    return CsvDocument(
        kind=document.kind,
        number=document.number,
        issue_date=document.issue_date,
        due_date=document.due_date,
        type_code=content.get("type_code"),
        currency=document.currency,
        seller_name=seller.get("name"),
        seller_vat_number=seller.get("vat_number"),
        seller_registration_number=seller.get("registration_number"),
        buyer_name=buyer.get("name"),
        buyer_vat_number=buyer.get("vat_number"),
        buyer_reference=references.get("buyer_reference"),
        purchase_order=references.get("purchase_order"),
        net_amount=document.amount_excl_vat,
        vat_amount=document.vat_amount,
        gross_amount=document.amount_incl_vat,
        prepaid_amount=_amount(totals.get("prepaid")),
        rounding_amount=_amount(totals.get("rounding")),
        payable_amount=_amount(totals.get("payable")),
        tax_currency=content.get("tax_currency"),
        vat_amount_in_tax_currency=_amount(content.get("vat_in_tax_currency")),
        iban=payment.get("iban"),
        payment_reference=payment.get("reference"),
        preceding_invoices=tuple(
            before["number"] for before in references.get("preceding_invoices") or []
        ),
        vat_groups=tuple(_vat_group(group) for group in content.get("vat_breakdown") or []),
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _vat_group(group: dict[str, Any]) -> VatGroup:
    return VatGroup(
        category=group["category"],
        rate=_amount(group["rate"]),
        taxable=_amount(group["taxable_amount"]),
        tax=Decimal(group["tax_amount"]),
    )
