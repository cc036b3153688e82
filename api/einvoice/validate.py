"""Validation in three layers: UBL 2.1 schema, EN 16931, Peppol BIS Billing 3.0.

Peppol's rules are for documents that claim to be Peppol billing, or claim nothing (BT-24). Other
profiles of EN 16931 (XRechnung, UBL.BE and so on) are checked by the first two layers, and the
report says so. After schema errors the rest is left out, since rules expect numbers to be numbers.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from api.einvoice import en16931, schema
from api.einvoice._etree import Element
from api.einvoice.en16931 import check_en16931
from api.einvoice.extract import extract_invoice
from api.einvoice.findings import Finding, InvalidUbl
from api.einvoice.model import Invoice
from api.einvoice.parse import kind_of
from api.einvoice.peppol import Release, check_peppol, in_force, release
from api.einvoice.schema import check_schema
from api.einvoice.tree import text_at
from api.einvoice.xml import MAX_BYTES, MAX_MARKUP, parse

PEPPOL = "Peppol BIS Billing 3.0"
EN16931 = "EN 16931"
SCHEMA = "UBL 2.1"
# Any version, so that a wrong one is told by the rules rather than overlooked.
_PEPPOL_BILLING = re.compile(r"urn:fdc:peppol\.eu:2017:poacc:billing:[0-9]")


@dataclass(frozen=True, slots=True)
class Validation:
    """What was checked, by which versions, and what was found."""

    profile: str | None  # None when it could not be read
    layers: tuple[str, ...]  # those that were applied, with their versions
    findings: tuple[Finding, ...]
    invoice: Invoice | None = field(default=None, repr=False)

    @property
    def valid(self) -> bool:
        """Whether nothing fatal was found."""
        return all(finding.severity != "fatal" for finding in self.findings)


def chosen_release(name: str | None, day: date) -> Release:
    """The named release of the Peppol rules, or the one in force. Raises KeyError."""
    return release(name) if name else in_force(day)


def warm_up() -> None:
    """Compile schemas and rules now, so that the first document does not wait for it."""
    schema.warm_up()
    en16931.warm_up()


def validate(
    data: bytes,
    peppol: Release,
    *,
    max_bytes: int = MAX_BYTES,
    max_markup: int = MAX_MARKUP,
) -> Validation:
    """Check the bytes of a UBL document; whatever they are, the answer is a report."""
    try:
        root = parse(data, max_bytes=max_bytes, max_markup=max_markup)
        kind = kind_of(root)
    except InvalidUbl as error:
        return Validation(None, (), error.findings)
    profile = profile_of(root)
    violations = check_schema(root, kind)
    if violations:
        return Validation(profile, (SCHEMA,), violations)
    layers = [SCHEMA, f"{EN16931} {en16931.version()}"]
    findings = list(check_en16931(root))
    if profile == PEPPOL:
        layers.append(f"{peppol.specification} ({peppol.name})")
        findings += check_peppol(root, peppol)
    try:
        invoice = extract_invoice(root, kind)
    except InvalidUbl as error:
        # The rules may have told the same already.
        told = {finding.rule for finding in findings}
        findings += [finding for finding in error.findings if finding.rule not in told]
        invoice = None
    return Validation(profile, tuple(layers), tuple(findings), invoice)


def profile_of(root: Element) -> str:
    """The rules that a document asks for by its specification identifier (BT-24)."""
    claimed = text_at(root, "cbc:CustomizationID")
    return PEPPOL if claimed is None or _PEPPOL_BILLING.search(claimed) else EN16931
