"""The figures of every sample document, as the official tools found them."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.einvoice.findings import InvalidUbl
from api.einvoice.model import Identifier, Invoice, Party, money, signed
from api.einvoice.parse import parse_ubl, read_ubl
from tests.einvoice.conftest import CORPUS, DATA

EXPECTED = CORPUS / "ubl" / "expected.json"
ENTRIES: list[dict[str, Any]] = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else []


def number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def endpoint(party: Party) -> str | None:
    if party.endpoint is None:
        return None
    return f"{party.endpoint.scheme}:{party.endpoint.value}"


def figures(invoice: Invoice) -> dict[str, Any]:
    """The invoice in the shape of the expected figures."""
    t, r = invoice.totals, invoice.references
    return {
        "number": invoice.number,
        "type_code": invoice.type_code,
        "issue_date": invoice.issue_date.isoformat(),
        "due_date": invoice.due_date.isoformat() if invoice.due_date else None,
        "currency": invoice.currency,
        "tax_currency": invoice.tax_currency,
        "buyer_reference": r.buyer_reference,
        "order_reference": r.purchase_order,
        "seller_name": invoice.seller.legal_name,
        "seller_vat": invoice.seller.vat_number,
        "seller_endpoint": endpoint(invoice.seller),
        "buyer_name": invoice.buyer.legal_name,
        "buyer_vat": invoice.buyer.vat_number,
        "buyer_endpoint": endpoint(invoice.buyer),
        "line_total": t.line_total,
        "allowance_total": t.allowance_total,
        "charge_total": t.charge_total,
        "net": t.net,
        "vat": t.vat,
        "vat_in_tax_currency": invoice.vat_total_in_tax_currency,
        "gross": t.gross,
        "prepaid": t.prepaid,
        "rounding": t.rounding,
        "payable": t.payable,
        "ibans": [m.account for m in invoice.payment_means if m.account],
        "payment_reference": invoice.payment_reference,
        "billing_references": [p.number for p in r.preceding],
        "line_count": len(invoice.lines),
        "vat_breakdown": [
            {"category": g.category, "rate": g.rate, "taxable": g.taxable, "tax": g.tax}
            for g in invoice.vat_breakdown
        ],
    }


def comparable(expected: dict[str, Any]) -> dict[str, Any]:
    """Expected figures with numbers where ours are numbers."""
    totals = ("line_total", "allowance_total", "charge_total", "net", "vat", "gross")
    amounts = (*totals, "vat_in_tax_currency", "prepaid", "rounding", "payable")
    groups = [
        {k: v if k == "category" else number(v) for k, v in group.items()}
        for group in expected["vat_breakdown"]
    ]
    rest = {k: v for k, v in expected.items() if k != "attachments"}
    return {**rest, **{k: number(expected[k]) for k in amounts}, "vat_breakdown": groups}


def test_the_corpus_is_complete(corpus: Path) -> None:
    valid = {f"valid/{p.name}" for p in (corpus / "ubl" / "valid").iterdir()}
    assert valid <= {entry["file"] for entry in ENTRIES}
    assert len(valid) >= 29
    assert all("figures" in entry for entry in ENTRIES if entry["file"] in valid)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: Path(e["file"]).stem)
def test_sample_documents(corpus: Path, entry: dict[str, Any]) -> None:
    data = (corpus / "ubl" / entry["file"]).read_bytes()
    if not entry["xsd_valid"]:
        with pytest.raises(InvalidUbl) as refused:
            read_ubl(data)
        assert {f.rule for f in refused.value.findings} == {"XSD"}
        return
    document = read_ubl(data)
    assert document.findings == ()
    assert document.invoice.kind == entry["kind"].replace("-", "_")
    if "figures" in entry:
        assert figures(document.invoice) == comparable(entry["figures"])
    embedded = [a for a in document.invoice.attachments if a.encoded is not None]
    for attachment in embedded:
        assert attachment.content()


def read(name: str) -> Invoice:
    return parse_ubl((DATA / "ubl" / name).read_bytes())


def test_schema_violation_names_place_line_and_reason() -> None:
    with pytest.raises(InvalidUbl) as refused:
        read("bad-xsd-element-order.xml")
    (finding,) = refused.value.findings
    assert (finding.rule, finding.severity) == ("XSD", "fatal")
    assert finding.location == "/Invoice/cbc:IssueDate"
    assert finding.line == 5
    assert "cbc:ID" in finding.message
    assert "urn:oasis" not in finding.message


def test_location_counts_repeated_elements_and_ignores_prefixes() -> None:
    source = (DATA / "ubl" / "be-multi-rate-21-12-6-0.xml").read_text()
    before, _, after = source.rpartition("<cbc:LineExtensionAmount")
    broken = f"{before}<cbc:LineExtensionAmount x='1'{after}".replace("cac:", "a:")
    with pytest.raises(InvalidUbl) as refused:
        parse_ubl(broken.replace(":cac=", ":a=").encode())
    (finding,) = refused.value.findings
    assert finding.location == "/Invoice/cac:InvoiceLine[4]/cbc:LineExtensionAmount"


def test_business_rules_are_not_the_readers_matter() -> None:
    assert read("bad-br-co-10-line-sum.xml").totals.payable == Decimal("679.72")


def test_parties_and_references() -> None:
    invoice = read("be-creditnote-with-billing-reference.xml")
    assert invoice.kind == "credit_note"
    assert invoice.seller.registration == Identifier("0999000129", "0208")
    assert invoice.seller.address is not None
    assert invoice.seller.address.postcode == "9000"
    assert invoice.seller.contact is not None
    assert invoice.seller.contact.email == "facturen@alfa.example"
    assert invoice.references.preceding[0].issue_date == date(2026, 3, 2)
    assert invoice.due_date == date(2026, 4, 19)
    assert invoice.signed(invoice.totals.payable) == Decimal("-25.41")
    assert invoice.notes == ("Gedeeltelijke creditering van factuur 2026-00101",)
    assert invoice.lines[0].quantity == Decimal(250)
    assert invoice.lines[0].price is not None
    assert str(invoice.lines[0].price.net) == "0.084"


def test_lines_allowances_and_prices() -> None:
    invoice = read("be-document-and-line-allowances-charges.xml")
    allowance, freight, _ = invoice.allowances_charges
    assert (allowance.is_charge, allowance.percentage) == (False, Decimal(2))
    assert (freight.is_charge, freight.reason_code, freight.vat_rate) == (True, "FC", Decimal(21))
    assert invoice.lines[0].allowances_charges[0].amount == Decimal("47.50")
    price = invoice.lines[2].price
    assert price is not None
    assert (price.gross, price.discount) == (Decimal("2.00"), Decimal("0.20"))


def test_amount_in_accounting_currency() -> None:
    invoice = read("be-export-G-to-US-usd.xml")
    assert (invoice.currency, invoice.tax_currency) == ("USD", "EUR")
    assert invoice.vat_total_in_tax_currency == Decimal(0)
    assert invoice.lines[0].item.origin_country == "BE"


def test_direct_debit() -> None:
    invoice = read("be-direct-debit.xml")
    (means,) = invoice.payment_means
    assert means.code in ("49", "59")
    assert means.mandate
    assert invoice.creditor_id is None
    assert all(i.scheme != "SEPA" for i in invoice.seller.identifiers)


def test_creditor_identifier_is_no_party_identifier() -> None:
    source = (DATA / "ubl" / "be-direct-debit.xml").read_text()
    creditor = '<cbc:ID schemeID="SEPA">BE69ZZZ050D000000008</cbc:ID>'
    name = "<cac:PartyName>"
    marked = f"<cac:PartyIdentification>{creditor}</cac:PartyIdentification>{name}"
    invoice = parse_ubl(source.replace(name, marked, 1).encode())
    assert invoice.creditor_id == "BE69ZZZ050D000000008"
    assert invoice.seller.identifiers == ()


@pytest.mark.parametrize(
    ("given", "shown"),
    [("7000", "7000.00"), ("7000.5", "7000.50"), ("0.084", "0.084"), ("-1.00", "-1.00")],
)
def test_money_keeps_digits_and_has_two_decimals(given: str, shown: str) -> None:
    assert str(money(Decimal(given))) == shown


def test_signed() -> None:
    assert signed("credit_note", Decimal("1.50")) == Decimal("-1.50")
    assert str(signed("credit_note", Decimal("0.00"))) == "0.00"
    assert signed("credit_note", Decimal(-2)) == Decimal(2)
    assert signed("invoice", Decimal(-2)) == Decimal(-2)
    assert signed("credit_note", None) is None


def test_threads_read_and_refuse_side_by_side() -> None:
    """Each thread gets the findings of its own document."""
    good = (DATA / "ubl" / "be-direct-debit.xml").read_bytes()
    bad = (DATA / "ubl" / "bad-xsd-element-order.xml").read_bytes()

    def attempt(i: int) -> int:
        try:
            read_ubl(bad if i % 2 else good)
        except InvalidUbl as refused:
            return len(refused.findings)
        return 0

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(attempt, range(400))) == [0, 1] * 200
