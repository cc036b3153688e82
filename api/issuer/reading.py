"""From uploaded bytes to what will be published; everything here is refused with 422."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from api.core import errors
from api.core.errors import FieldError, Problem
from api.documents.content import content_of, words_of
from api.documents.search import search_words
from api.einvoice.findings import Finding, InvalidUbl
from api.einvoice.model import Invoice, money
from api.einvoice.parse import read_ubl
from api.einvoice.pdf import InvalidPdf, inspect_pdf
from api.issuer.schemas import MAX_AMOUNT, DocumentMetadata

PEPPOL_PROFILE = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"


@dataclass(frozen=True, slots=True)
class Upload:
    """What a publisher sent."""

    pdf: bytes | None
    ubl: bytes | None
    metadata: DocumentMetadata
    replace: bool = False

    @property
    def digest(self) -> bytes:
        """Identifies the uploaded bytes, before anything is made of them."""
        parts = (
            hashlib.sha256(part).digest() if part is not None else b"\x00" * 32
            for part in (self.pdf, self.ubl)
        )
        return hashlib.sha256(b"".join(parts)).digest()


@dataclass(frozen=True, slots=True)
class Draft:
    """A document ready to be published once its customer is found."""

    kind: str
    number: str
    issue_date: date
    customer_numbers: tuple[str, ...]
    title: str | None = None
    due_date: date | None = None
    currency: str | None = None
    amount_excl_vat: Decimal | None = None
    vat_amount: Decimal | None = None
    amount_incl_vat: Decimal | None = None
    content: dict[str, Any] = field(default_factory=dict)
    validation: dict[str, Any] | None = None
    findings: tuple[dict[str, Any], ...] = ()
    words: tuple[str, ...] = ()


async def read_upload(upload: Upload) -> Draft:
    """Parse and check what was uploaded, in a thread, so that other requests go on.

    Raises `INVALID_UBL` with the findings, `INVALID_PDF` with the reason, or `INVALID` naming the
    metadata that is missing.
    """
    return await asyncio.to_thread(draft_of, upload)


def draft_of(upload: Upload) -> Draft:
    """The same, in this thread."""
    if upload.ubl is None and upload.pdf is None:
        raise _missing("pdf", "a PDF or a UBL file is needed")
    if upload.pdf is not None:
        try:
            inspect_pdf(upload.pdf)
        except InvalidPdf as error:
            raise Problem(errors.INVALID_PDF, parameters={"reason": error.reason}) from error
    if upload.ubl is not None:
        return _draft_from_ubl(upload.ubl, upload.metadata)
    return _draft_from_metadata(upload.metadata)


def _draft_from_ubl(ubl: bytes, metadata: DocumentMetadata) -> Draft:
    try:
        document = read_ubl(ubl)
    except InvalidUbl as error:
        raise invalid_ubl(error.findings) from error
    invoice, findings = document.invoice, tuple(_finding(f) for f in document.findings)
    _refuse_absurd(invoice)
    return Draft(
        kind=invoice.kind,
        number=invoice.number,
        issue_date=invoice.issue_date,
        customer_numbers=_customer_numbers(metadata, invoice),
        title=metadata.title,
        due_date=invoice.due_date,
        currency=invoice.currency,
        amount_excl_vat=invoice.totals.net,
        vat_amount=invoice.totals.vat,
        amount_incl_vat=invoice.totals.gross,
        content=content_of(invoice),
        validation={
            "profile": _profile(invoice.customization_id),
            "layers": ["XSD"],
            "valid": True,
            "findings": list(findings),
        },
        findings=findings,
        words=tuple(words_of(invoice)),
    )


def _draft_from_metadata(given: DocumentMetadata) -> Draft:
    if given.number is None or given.issue_date is None or given.customer_number is None:
        names = ("number", "issue_date", "customer_number")
        absent = [name for name in names if getattr(given, name) is None]
        raise _missing(*(f"metadata/{name}" for name in absent))
    amount = given.amount_incl_vat
    return Draft(
        kind=given.kind or "other",
        number=given.number,
        issue_date=given.issue_date,
        customer_numbers=(given.customer_number,),
        title=given.title,
        currency=given.currency,
        amount_incl_vat=None if amount is None else money(amount),
        words=tuple(search_words([given.number, given.title])),
    )


def _missing(*pointers: str) -> Problem:
    return Problem(
        errors.INVALID,
        errors=[
            FieldError(f"/{name}", "missing", "needed when there is no UBL") for name in pointers
        ],
    )


def _customer_numbers(metadata: DocumentMetadata, invoice: Invoice) -> tuple[str, ...]:
    """Where to look for the customer: what the publisher says, else BT-46, else BT-10."""
    if metadata.customer_number is not None:
        return (metadata.customer_number,)
    told = [identifier.value for identifier in invoice.buyer.identifiers]
    if invoice.references.buyer_reference:
        told.append(invoice.references.buyer_reference)
    return tuple(told)


def _refuse_absurd(invoice: Invoice) -> None:
    totals = invoice.totals
    amounts = [totals.net, totals.vat, totals.gross, totals.payable]
    if any(amount is not None and abs(amount) >= MAX_AMOUNT for amount in amounts):
        message = "An amount has more than 15 digits before the decimal point."
        raise invalid_ubl([Finding("VALUE", "fatal", "/", message)])
    if len(invoice.number) > 100:
        raise invalid_ubl([Finding("VALUE", "fatal", "/", "The number is over 100 characters.")])


def _profile(customization_id: str | None) -> str:
    if customization_id is None or customization_id.startswith(PEPPOL_PROFILE):
        return "Peppol BIS Billing 3.0"
    return "EN 16931"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "location": finding.location,
        "message": finding.message,
    }


def invalid_ubl(findings: Any) -> Problem:
    """The refusal of a UBL file, with all that was found."""
    return Problem(
        errors.INVALID_UBL, members={"findings": [_finding(finding) for finding in findings]}
    )
