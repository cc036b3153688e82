"""Reports on files that are checked without being published."""

from api.core.processes import OverLimit, Processes
from api.einvoice.model import Invoice
from api.einvoice.validate import Validation
from api.issuer.checking import RULES_SECONDS, Checks, check, over_limit
from api.issuer.schemas import PlacedFinding, ValidatedDocument, ValidationReport


async def validation_of(processes: Processes, data: bytes, checks: Checks) -> Validation:
    """What the rules say to the bytes; a file that takes too much CPU time has that as finding.

    Raises `Unfinished` when the file could not be checked.
    """
    validation = await processes.run(check, data, checks, seconds=RULES_SECONDS)
    if isinstance(validation, OverLimit):
        return Validation(None, (), (over_limit(validation),))
    return validation


async def report_on(processes: Processes, data: bytes, checks: Checks) -> ValidationReport:
    """The same as the API shows it."""
    validation = await validation_of(processes, data, checks)
    readable = validation.invoice is not None
    return ValidationReport(
        profile=validation.profile,
        layers=list(validation.layers),
        valid=validation.valid,
        publishable=readable and (validation.valid or not checks.refuse),
        findings=[
            PlacedFinding(
                rule=finding.rule,
                severity=finding.severity,
                location=finding.location,
                message=finding.message,
                line=finding.line,
            )
            for finding in validation.findings
        ],
        document=None if validation.invoice is None else _document(validation.invoice),
    )


def _document(invoice: Invoice) -> ValidatedDocument:
    gross = invoice.totals.gross
    return ValidatedDocument(
        kind=invoice.kind,
        number=invoice.number,
        issue_date=invoice.issue_date,
        currency=invoice.currency,
        amount_incl_vat=None if gross is None else str(gross),
        seller=invoice.seller.name,
        buyer=invoice.buyer.name,
    )
