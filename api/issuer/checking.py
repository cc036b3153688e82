"""How strictly uploads are checked, and the processes in which that happens.

Parsing and rules run outside of the server's process: what strangers send can crash, hang or feed
an engine, and none of it may hold up another request.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.core.processes import OverLimit
from api.core.settings import Settings, WeakSettingError
from api.documents.detail_schemas import Finding as FindingDocument
from api.einvoice.findings import LIMIT, Finding, fatal
from api.einvoice.validate import Validation, chosen_release, validate
from api.einvoice.validate_cii import validate_cii

# Of CPU time.
RULES_SECONDS = 30.0
PDF_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Checks:
    """By which release of the Peppol rules, and whether what breaks a rule is refused."""

    release: str
    refuse: bool = True


def checks_of(settings: Settings) -> Checks:
    """What the settings ask for today. Raises `WeakSettingError` for an unknown release."""
    try:
        release = chosen_release(settings.peppol_release, datetime.now(UTC).date())
    except KeyError as error:
        raise WeakSettingError(
            f"IPORTAL_PEPPOL_RELEASE: {settings.peppol_release} is none that we have"
        ) from error
    return Checks(release.name, refuse=settings.invalid_ubl == "refuse")


def check(data: bytes, checks: Checks) -> Validation:
    """The report on the bytes of a UBL document; to be run in one of the processes."""
    return validate(data, chosen_release(checks.release, datetime.now(UTC).date()))


def check_within_pdf(data: bytes) -> Validation:
    """The same on a Factur-X invoice that a PDF carries."""
    return validate_cii(data)


def over_limit(limit: OverLimit) -> Finding:
    """The finding for a file that uses up what a check may take, however idle the machine."""
    return fatal(LIMIT, f"Checking the file takes {limit}, which is the limit.")


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding as the API shows it."""
    document = FindingDocument(
        rule=finding.rule,
        severity=finding.severity,
        location=finding.location,
        message=finding.message,
    )
    return document.model_dump()
