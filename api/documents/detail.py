"""Puts the detail together from what is stored."""

from datetime import datetime
from typing import Any, Literal

from api.documents.schemas import Document, DocumentDetail, Payment
from api.einvoice.payment import format_communication, qr_svg


def detail_of(
    listed: Document,
    content: dict[str, Any],
    validation: dict[str, Any] | None,
    published_at: datetime,
    sha256: dict[Literal["pdf", "ubl"], str],
) -> DocumentDetail:
    """The detail of a document; one without UBL has no parties, lines or payment."""
    return DocumentDetail(
        **listed.model_dump(),
        notes=content.get("notes") or [],
        period_start=content.get("period_start"),
        period_end=content.get("period_end"),
        references=content.get("references"),
        seller=content.get("seller"),
        buyer=content.get("buyer"),
        totals=content.get("totals"),
        vat_breakdown=content.get("vat_breakdown") or [],
        lines=content.get("lines") or [],
        payment=_payment(content.get("payment")),
        seal=None,
        validation=validation,
        sha256=sha256,
        published_at=published_at,
    )


def _payment(stored: dict[str, Any] | None) -> Payment | None:
    if stored is None:
        return None
    epc = stored.get("epc")
    return Payment(
        means=stored["means"],
        iban=stored["iban"],
        bic=stored["bic"],
        account_name=stored["account_name"],
        reference=stored["reference"],
        structured_communication=format_communication(stored["reference"]),
        terms=stored["terms"],
        mandate=stored["mandate"],
        qr_svg=qr_svg(epc) if epc else None,
    )
