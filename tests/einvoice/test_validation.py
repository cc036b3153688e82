"""The three layers give the verdicts of the official rules."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.einvoice import en16931
from api.einvoice.findings import ENGINE
from api.einvoice.peppol import check_peppol, in_force, names, release
from api.einvoice.validate import EN16931, PEPPOL, validate
from api.einvoice.xml import parse
from tests.einvoice.conftest import CORPUS, DATA

TODAY = in_force(date(2026, 11, 23))
EXPECTED: list[dict[str, Any]] = (
    json.loads((CORPUS / "ubl" / "expected.json").read_text("utf-8")) if CORPUS.is_dir() else []
)


def rules_of(findings: Any, severity: str) -> list[str]:
    return sorted({finding.rule for finding in findings if finding.severity == severity})


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda entry: entry["file"])
def test_the_verdict_is_the_official_one(expected: dict[str, Any]) -> None:
    data = (CORPUS / "ubl" / expected["file"]).read_bytes()
    found = validate(data, TODAY)
    assert rules_of(found.findings, "fatal") == sorted(expected["rules"])
    assert rules_of(found.findings, "warning") == sorted(expected["warnings"])
    assert found.valid is expected["expect_valid"]
    assert found.profile == (PEPPOL if expected["profile"] == "peppol-bis-3" else EN16931)
    if expected["xsd_valid"]:
        peppol = rules_of(check_peppol(parse(data), TODAY), "fatal")
        assert peppol == sorted(expected["rules_peppol"] + expected["rules_national"])


@pytest.mark.parametrize("path", sorted((DATA / "ubl").glob("be-*.xml")), ids=lambda p: p.stem)
def test_our_own_samples_are_valid(path: Path) -> None:
    found = validate(path.read_bytes(), TODAY)
    assert found.findings == ()
    assert found.invoice is not None
    assert found.layers[0] == "UBL 2.1"
    assert found.layers[1].startswith("EN 16931 1.")
    assert found.layers[2] == "Peppol BIS Billing 3.0.21 (2026.5)"


def test_findings_name_place_and_line() -> None:
    data = (DATA / "ubl" / "bad-br-co-10-line-sum.xml").read_bytes()
    finding = next(f for f in validate(data, TODAY).findings if f.rule == "BR-CO-10")
    assert finding.location == "/Invoice/cac:LegalMonetaryTotal"
    assert finding.severity == "fatal"
    assert finding.message.startswith("Sum of Invoice line net amount")
    lines = data.splitlines()
    assert finding.line is not None
    assert b"LegalMonetaryTotal" in lines[finding.line - 1]


def test_rules_are_left_out_after_schema_errors() -> None:
    data = (DATA / "ubl" / "bad-xsd-element-order.xml").read_bytes()
    found = validate(data, TODAY)
    assert found.layers == ("UBL 2.1",)
    assert {finding.rule for finding in found.findings} == {"XSD"}


@pytest.mark.parametrize(
    ("claimed", "profile"),
    [
        ("urn:cen.eu:en16931:2017", EN16931),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", EN16931),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0", EN16931),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", PEPPOL),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:2.0", PEPPOL),
        (" urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0 ", PEPPOL),
        (None, PEPPOL),
    ],
)
def test_peppol_rules_are_for_those_who_claim_them_or_nothing(
    claimed: str | None, profile: str
) -> None:
    text = (DATA / "ubl" / "be-multi-rate-21-12-6-0.xml").read_text("utf-8")
    start, end = text.index("<cbc:CustomizationID>"), text.index("</cbc:CustomizationID>")
    element = "" if claimed is None else f"<cbc:CustomizationID>{claimed}</cbc:CustomizationID>"
    text = text[:start] + element + text[end + len("</cbc:CustomizationID>") :]
    found = validate(text.replace("<cbc:ProfileID>", "<cbc:ProfileID> ").encode(), TODAY)
    assert found.profile == profile
    assert len(found.layers) == (3 if profile == PEPPOL else 2)
    told = {finding.rule for finding in found.findings}
    if claimed is None:
        assert told == {"BR-01", "PEPPOL-EN16931-R004"}
    else:
        assert told == ({"PEPPOL-EN16931-R004"} if "2.0" in claimed else set())


@pytest.mark.parametrize("data", [b"", b"<a/>", b"not xml", b"<!DOCTYPE a><a/>", b"\xff\xfe\x00"])
def test_whatever_the_bytes_the_answer_is_a_report(data: bytes) -> None:
    found = validate(data, TODAY)
    assert not found.valid
    assert found.profile is None
    assert found.layers == ()


def test_when_the_engine_gives_up_that_is_a_finding() -> None:
    # A number that the schema would have refused makes the rules abort.
    text = (DATA / "ubl" / "be-multi-rate-21-12-6-0.xml").read_text("utf-8")
    start = text.index("<cbc:PayableAmount")
    start = text.index(">", start) + 1
    broken = text[:start] + "many" + text[text.index("<", start) :]
    (finding,) = en16931.check_en16931(parse(broken.encode()))
    assert (finding.rule, finding.severity) == (ENGINE, "fatal")


def test_long_attachments_pass_by_the_engine_and_stay_in_the_tree() -> None:
    text = (DATA / "ubl" / "be-standard-21-embedded-pdf.xml").read_text("utf-8")
    start = text.index("<cbc:EmbeddedDocumentBinaryObject")
    start = text.index(">", start) + 1
    long = "QUJD" * 3_000_000
    root = parse((text[:start] + long + text[text.index("<", start) :]).encode())
    assert en16931.check_en16931(root) == ()
    assert any(e.text == long for e in root.iter())  # type: ignore[attr-defined]


def test_releases_stand_beside_one_another() -> None:
    assert names() == ["2026.5", "2026.11"]
    assert in_force(date(2026, 8, 17)).name == "2026.5"
    assert in_force(date(2026, 1, 1)).name == "2026.5"
    present, following = release("2026.5"), release("2026.11")
    assert following.in_force is None
    assert set(present.rules) - set(following.rules) == {"GR-R-001-5"}
    assert set(following.rules) <= set(present.rules)
    with pytest.raises(KeyError):
        release("2020.1")
