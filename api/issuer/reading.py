"""From uploaded bytes to what will be published; everything here is refused with 422."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from api.core import errors
from api.core.errors import FieldError, Problem
from api.core.processes import SECONDS_IN_LINE, OverLimit, Processes, available_cores
from api.core.settings import Settings
from api.documents.content import content_of, words_of
from api.documents.search import search_words
from api.einvoice import render
from api.einvoice.embedded import embedded_invoice
from api.einvoice.findings import Finding
from api.einvoice.model import Invoice, money
from api.einvoice.pdf import InvalidPdf, inspect_pdf
from api.einvoice.validate import Validation, warm_up
from api.issuer.checking import (
    PDF_SECONDS,
    RULES_SECONDS,
    Checks,
    check,
    check_within_pdf,
    finding_document,
    over_limit,
)
from api.issuer.schemas import MAX_AMOUNT, DocumentMetadata
from api.seals.ready import ReadyPdf, Sealing, ready_pdf

MOST_PROCESSES = 4
# For checking a document and making its PDF ready; else the two are tried one by one.
SECONDS_WITH_SEAL = 40.0
# Rules, fonts and the readers of PDFs take 330 MB when all are in use.
RECYCLE_ABOVE = 420 * 2**20


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
    embedded_ubl: bytes | None = None  # found within the PDF
    ready: ReadyPdf | None = None  # the uploaded PDF, where its seal was prepared as well


def checking_processes(settings: Settings, seconds_in_line: float = SECONDS_IN_LINE) -> Processes:
    """The processes in which uploads are read; they start with the first use."""
    count = settings.checking_processes or min(MOST_PROCESSES, available_cores())
    # A function of this module, so that a new process has imported all that its tasks need.
    return Processes(
        count, prepare=prepare, recycle_above=RECYCLE_ABOVE, seconds_in_line=seconds_in_line
    )


def prepare() -> None:
    """Compile schemas and rules, read fonts and load the readers ahead of the first document."""
    # What makes files stands on this module; the processes do both.
    import api.issuer.files  # noqa: PLC0415
    import api.seals.checking  # noqa: PLC0415
    import api.seals.preparing  # noqa: F401, PLC0415

    warm_up()
    render.warm_up()


async def read_upload(
    processes: Processes, upload: Upload, checks: Checks, sealing: Sealing | None = None
) -> Draft:
    """Parse and check what was uploaded, in a process of limited memory and CPU time.

    With `sealing` the uploaded PDF is made ready for its seal on the way, unless that takes it over
    a limit. Raises `INVALID_UBL` with the findings, `INVALID_PDF` with the reason, `INVALID` naming
    the metadata that is missing, or `Unfinished` when nothing could be found out.
    """
    if upload.ubl is None and upload.pdf is None:
        raise _missing("pdf", "ubl")
    sealing = None if upload.pdf is None else sealing
    seconds = RULES_SECONDS + PDF_SECONDS if sealing is None else SECONDS_WITH_SEAL
    draft = await processes.run(draft_of, upload, checks, sealing, seconds=seconds)
    if not isinstance(draft, OverLimit):
        return draft
    if sealing is not None:
        return await read_upload(processes, upload, checks)
    # Which of the two files was it? A PDF is the sooner suspect, since it is parsed first.
    if upload.pdf is not None:
        facts = await processes.run(check_pdf, upload.pdf, seconds=PDF_SECONDS)
        if isinstance(facts, OverLimit):
            raise errors.pdf_over_limit(facts)
    raise invalid_ubl([over_limit(draft)])


async def refuse_files(processes: Processes, upload: Upload, checks: Checks) -> None:
    """Raise what is wrong with the files of an upload whose metadata is refused.

    Parsing and rules come before metadata: whoever repairs a call by its errors sees them in order.
    """
    try:
        await read_upload(processes, upload, checks)
    except Problem as problem:
        if problem.error != errors.INVALID:
            raise


def draft_of(upload: Upload, checks: Checks, sealing: Sealing | None = None) -> Draft:
    """The same in this process, without its limits."""
    if upload.pdf is None or sealing is None:
        return _draft_of(upload, checks)
    draft = _draft_of(upload, checks)
    return replace(draft, ready=ready_pdf(upload.pdf, sealing))


def _draft_of(upload: Upload, checks: Checks) -> Draft:
    if upload.pdf is not None:
        check_pdf(upload.pdf)
    if upload.ubl is not None:
        return _draft_from(check(upload.ubl, checks), upload.metadata, checks)
    found = embedded_invoice(upload.pdf) if upload.pdf is not None else None
    if found is not None and found.syntax == "ubl":
        draft = _draft_from(check(found.data, checks), upload.metadata, checks)
        return replace(draft, embedded_ubl=found.data)
    if found is not None:
        return _draft_from(check_within_pdf(found.data), upload.metadata, checks)
    return _draft_from_metadata(upload.metadata)


def check_pdf(pdf: bytes) -> None:
    """Raise `INVALID_PDF` with the reason unless the bytes are a PDF that opens."""
    try:
        inspect_pdf(pdf)
    except InvalidPdf as error:
        raise errors.invalid_pdf(error.reason) from error


def _draft_from(validation: Validation, metadata: DocumentMetadata, checks: Checks) -> Draft:
    invoice = validation.invoice
    if invoice is None or (checks.refuse and not validation.valid):
        raise invalid_ubl(validation.findings)
    findings = tuple(finding_document(finding) for finding in validation.findings)
    told = {
        "profile": validation.profile,
        "layers": list(validation.layers),
        "valid": validation.valid,
        "findings": list(findings),
    }
    return replace(_draft_of_invoice(invoice, metadata), validation=told, findings=findings)


def _draft_of_invoice(invoice: Invoice, metadata: DocumentMetadata) -> Draft:
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


def invalid_ubl(findings: Iterable[Finding]) -> Problem:
    """The refusal of a UBL file, with all that was found."""
    return Problem(
        errors.INVALID_UBL,
        members={"findings": [finding_document(finding) for finding in findings]},
    )
