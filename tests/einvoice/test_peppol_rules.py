"""Every rule of the release is broken by some document, and not by its neighbour."""

import re
from datetime import date
from decimal import Decimal

import pytest

from api.einvoice.peppol import check_peppol, in_force
from api.einvoice.peppol.arithmetic import rounded
from api.einvoice.tree import location
from tests.einvoice.changing import sample
from tests.einvoice.rule_cases import ALLOWANCES, CASES, DOCUMENT_CHARGE, PLAIN, Case

RELEASE = in_force(date(2026, 11, 23))
# The others of the national rules refuse a document.
NATIONAL_WARNINGS = (
    "DE-R-017 DE-R-019 DE-R-020 DE-R-026 DE-R-027 DE-R-028 DE-T02 DK-R-003",
    "GR-S-008-1 GR-S-011 IS-R-001 NO-R-002",
    "SE-R-007 SE-R-008 SE-R-009 SE-R-010 SE-R-011 SE-R-012",
)


def told(name: str, *changes: str) -> set[str]:
    return {finding.rule for finding in check_peppol(sample(name, *changes), RELEASE)}


def identifier_of(case: Case) -> str:
    return f"{case.rule}: {'; '.join(case.fails)[-60:]}"


@pytest.mark.parametrize("case", CASES, ids=identifier_of)
def test_a_rule_is_broken_and_kept(case: Case) -> None:
    assert case.rule in told(case.sample, *case.fails)
    assert case.rule not in told(case.sample, *case.passes)


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(RELEASE.rules)


def test_which_national_rules_only_warn() -> None:
    national = {rule for rule in RELEASE.rules.values() if re.match("[A-Z]{2}-", rule.id)}
    warnings = {rule.id for rule in national if rule.severity == "warning"}
    assert warnings == set(" ".join(NATIONAL_WARNINGS).split())
    assert {"SE-R-003", "SE-R-004", "SE-R-013"} < {rule.id for rule in national} - warnings


def test_only_the_first_context_of_a_group_is_applied() -> None:
    """As the official engine: R041 or R042 hide R040 and R043 of the same allowance."""
    odd = f"{DOCUMENT_CHARGE}/cbc:ChargeIndicator = 0"
    no_base = told(ALLOWANCES, f"- {DOCUMENT_CHARGE}/cbc:BaseAmount", odd)
    assert no_base == {"PEPPOL-EN16931-R041"}
    no_percentage = told(ALLOWANCES, f"- {DOCUMENT_CHARGE}/cbc:MultiplierFactorNumeric", odd)
    assert no_percentage == {"PEPPOL-EN16931-R042"}


def test_a_belgian_seller_meets_no_national_rule() -> None:
    assert told(PLAIN) == set()


def test_the_representative_decides_the_country_of_a_seller_without_vat_number() -> None:
    representative = (
        "cac:AccountingCustomerParty + <cac:TaxRepresentativeParty><cac:PartyTaxScheme>"
        "<cbc:CompanyID>it12345670017</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID>"
        "</cac:TaxScheme></cac:PartyTaxScheme></cac:TaxRepresentativeParty>"
    )
    street = "- S/cac:PostalAddress/cbc:StreetName"
    assert "IT-R-002" in told(PLAIN, representative, "- S/cac:PartyTaxScheme", street)
    assert "IT-R-002" not in told(PLAIN, representative, street)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("2.345", "2.35"),
        ("-2.345", "-2.34"),
        ("-2.3451", "-2.35"),
        ("0.005", "0.01"),
        ("-0.005", "0"),
    ],
)
def test_halves_are_rounded_towards_plus_infinity(amount: str, expected: str) -> None:
    assert rounded(Decimal(amount)) == Decimal(expected)


def test_many_findings_are_cut_and_each_has_its_place() -> None:
    root = sample(PLAIN)
    line = root.findall("{*}InvoiceLine")[-1]
    for _ in range(700):
        copy = sample(PLAIN, "cac:InvoiceLine = x").findall("{*}InvoiceLine")[0]
        copy.find("{*}LineExtensionAmount").text = "1"
        line.addnext(copy)
    findings = check_peppol(root, RELEASE)
    assert len(findings) == 500
    assert findings[0].location.startswith(location(root))
    assert len({finding.location for finding in findings}) == 500
