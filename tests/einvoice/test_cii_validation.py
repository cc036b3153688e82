"""Factur-X within a PDF is checked by the schema and the rules of the profile that it claims."""

import re
from pathlib import Path

import pytest

from api.einvoice.validate_cii import validate_cii, version

SAMPLE = (Path(__file__).parents[1] / "data" / "cii" / "en16931.xml").read_text("utf-8")
CLAIM = "urn:cen.eu:en16931:2017"
LINES = re.compile(
    r"<ram:IncludedSupplyChainTradeLineItem>.*</ram:IncludedSupplyChain[^>]*>", re.DOTALL
)


def claiming(claim: str, sample: str = SAMPLE) -> bytes:
    return sample.replace(CLAIM, claim).encode()


def rules_of(data: bytes) -> set[str]:
    return {finding.rule for finding in validate_cii(data).findings}


def test_a_factur_x_invoice_is_checked_and_read() -> None:
    report = validate_cii(claiming(CLAIM))
    assert (report.valid, report.findings) == (True, ())
    assert report.profile == "Factur-X EN 16931"
    assert report.layers == (f"Factur-X {version()}", "EN 16931 (CII)")
    assert report.invoice is not None
    assert (report.invoice.number, str(report.invoice.totals.gross)) == ("FX-1", "605.00")


@pytest.mark.parametrize(
    ("claim", "sample", "profile"),
    [
        ("urn:factur-x.eu:1p0:basicwl", LINES.sub("", SAMPLE), "Factur-X BASIC WL"),
        (f"{CLAIM}#compliant#urn:factur-x.eu:1p0:basic", SAMPLE, "Factur-X BASIC"),
        (f"{CLAIM}#conformant#urn:factur-x.eu:1p0:extended", SAMPLE, "Factur-X EXTENDED"),
        (f"{CLAIM}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", SAMPLE, "EN 16931"),
    ],
)
def test_each_profile_has_its_rules(claim: str, sample: str, profile: str) -> None:
    report = validate_cii(claiming(claim, sample))
    assert (report.profile, report.valid) == (profile, True), report.findings


def test_a_profile_without_lines_refuses_them() -> None:
    assert rules_of(claiming("urn:factur-x.eu:1p0:basicwl")) == {"XSD"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("605.00", "606.00", "BR-CO-15"),
        (">BE0999000327<", ">0999000327<", "BR-CO-09"),
        ("<ram:BuyerReference>", "<ram:Unknown/><ram:BuyerReference>", "XSD"),
        ("20261102", "20261341", "VALUE"),
        ("<rsm:CrossIndustryInvoice", "<!DOCTYPE x><rsm:CrossIndustryInvoice", "DOCTYPE"),
    ],
)
def test_what_breaks_a_rule_is_told_by_its_name(old: str, new: str, rule: str) -> None:
    report = validate_cii(SAMPLE.replace(old, new).encode())
    assert not report.valid
    assert rule in {finding.rule for finding in report.findings}


def test_findings_of_profiles_have_the_official_names_and_places() -> None:
    wrong = SAMPLE.replace("<ram:GrandTotalAmount>605.00", "<ram:GrandTotalAmount>606.00")
    report = validate_cii(claiming(f"{CLAIM}#compliant#urn:factur-x.eu:1p0:basic", wrong))
    found = {finding.rule: finding for finding in report.findings}
    assert "BR-CO-15" in found
    assert found["BR-CO-15"].location.startswith("/rsm:CrossIndustryInvoice/rsm:SupplyChain")
    assert found["BR-CO-15"].line


def test_another_root_is_no_factur_x() -> None:
    report = validate_cii(b"<Invoice/>")
    assert (report.profile, rules_of(b"<Invoice/>")) == (None, {"NOT-UBL"})
