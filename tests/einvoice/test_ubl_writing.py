"""What is written reads back as it was, and is what the official rules accepted before."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from api.einvoice.attachment import Attachment
from api.einvoice.model import (
    Address,
    AllowanceCharge,
    Classification,
    Contact,
    Delivery,
    Identifier,
    Invoice,
    InvoiceLine,
    Item,
    Party,
    Payee,
    PaymentMeans,
    Period,
    PrecedingInvoice,
    Price,
    References,
    TaxRepresentative,
    Totals,
    VatGroup,
)
from api.einvoice.parse import parse_ubl
from api.einvoice.ubl import CUSTOMIZATION, PROFILE, write_ubl
from tests.einvoice.conftest import DATA

ADDRESS = Address("BE", "Proefstraat 12", "bus 3", "Gebouw B", "Gent", "9000", "Oost-Vlaanderen")
PARTY = Party(
    legal_name="Fictief Drukwerk Alfa BV",
    trading_name="Alfa & <Zonen>",
    identifiers=(Identifier("7300010000001", "0088"), Identifier("K-1")),
    registration=Identifier("0999000129", "0208"),
    vat_number="BE0999000129",
    tax_number="12-345",
    legal_form="BV, RPR Gent",
    endpoint=Identifier("0999000129", "0208"),
    address=ADDRESS,
    contact=Contact("Ann Voorbeeld", "+32 9 000 00 01", "facturen@alfa.example"),
)
ALLOWANCE = AllowanceCharge(
    is_charge=False,
    amount=Decimal("5.00"),
    base_amount=Decimal("100.00"),
    percentage=Decimal(5),
    vat_category="S",
    vat_rate=Decimal(21),
    reason="Korting",
    reason_code="95",
)
LINE = InvoiceLine(
    id="1",
    net=Decimal("95.00"),
    item=Item(
        name="Levering",
        description="eerste regel\ntweede regel",
        seller_id="A-1",
        buyer_id="B-1",
        standard_id=Identifier("05412345000013", "0160"),
        classifications=(Classification("65434568", "STI", "1"),),
        origin_country="BE",
        properties=(("Kleur", "rood"), ("Maat", "L")),
    ),
    quantity=Decimal("2.5"),
    unit="HUR",
    price=Price(Decimal("40.0000"), Decimal("1.50"), Decimal("41.50"), Decimal(1), base_unit="HUR"),
    vat_category="S",
    vat_rate=Decimal(21),
    note="opmerking",
    object_id=Identifier("METER-7", "ABZ"),
    order_line="3",
    accounting_cost="6000",
    period=Period(date(2026, 3, 1), date(2026, 3, 31)),
    allowances_charges=(replace(ALLOWANCE, vat_category=None, vat_rate=None),),
)
FULL = Invoice(
    kind="invoice",
    number="2026-1",
    issue_date=date(2026, 3, 31),
    currency="USD",
    seller=PARTY,
    buyer=replace(PARTY, legal_form=None, tax_number=None),
    totals=Totals(
        payable=Decimal("100.00"),
        line_total=Decimal("95.00"),
        allowance_total=Decimal("5.00"),
        charge_total=Decimal("0.00"),
        net=Decimal("90.00"),
        vat=Decimal("18.90"),
        gross=Decimal("108.90"),
        prepaid=Decimal("8.88"),
        rounding=Decimal("-0.02"),
    ),
    type_code="380",
    due_date=date(2026, 4, 30),
    tax_point_date=date(2026, 3, 30),
    tax_currency="EUR",
    customization_id=CUSTOMIZATION,
    profile_id=PROFILE,
    notes=("één\ntwee",),
    references=References(
        buyer_reference="R-1",
        project="P-1",
        contract="C-1",
        purchase_order="PO-1",
        sales_order="SO-1",
        receipt="RC-1",
        despatch="D-1",
        tender="T-1",
        invoiced_object=Identifier("METER-7", "ABZ"),
        accounting_cost="6000",
        preceding=(PrecedingInvoice("2026-0", date(2026, 1, 1)), PrecedingInvoice("2025-9")),
    ),
    period=Period(date(2026, 3, 1), date(2026, 3, 31), "3"),
    delivery=Delivery("Magazijn", Identifier("7300010000001", "0088"), date(2026, 3, 15), ADDRESS),
    payee=Payee("Factor SA", Identifier("F-1"), Identifier("0999000228", "0208")),
    tax_representative=TaxRepresentative("Vertegenwoordiger", "BE0999000327", ADDRESS),
    payment_means=(
        PaymentMeans("30", "Overschrijving", "+++202/6001/07094+++", "BE62999004567861", "Alfa",
                     "GEBABEBB"),
        PaymentMeans("48", reference="+++202/6001/07094+++", card_number="1234", card_holder="A"),
        PaymentMeans("59", mandate="M-1", debited_account="BE65999001234596"),
    ),
    payment_terms="30 dagen",
    creditor_id="BE69ZZZ050D000000008",
    allowances_charges=(ALLOWANCE, replace(ALLOWANCE, is_charge=True, reason_code="FC")),
    vat_total_in_tax_currency=Decimal("17.40"),
    vat_breakdown=(
        VatGroup("S", Decimal(21), Decimal("90.00"), Decimal("18.90")),
        VatGroup("O", None, Decimal("5.00"), Decimal("0.00"), "buiten toepassing", "VATEX-EU-O"),
    ),
    lines=(LINE, replace(LINE, id="2", note=None)),
    attachments=(
        Attachment.embed("A", b"%PDF-1.7 ...", "application/pdf", "factuur.pdf", "de factuur"),
        Attachment("B", uri="https://alfa.example/b"),
    ),
)  # fmt: skip
CREDIT_NOTE = replace(FULL, kind="credit_note", type_code="381")


def unused(value: Any) -> list[str]:
    """The names of fields that stand at None in a value or anywhere within."""
    if isinstance(value, tuple):
        return [name for item in value for name in unused(item)]
    if not is_dataclass(value):
        return []
    empty = [f.name for f in fields(value) if getattr(value, f.name) in (None, (), "")]
    return empty + [name for f in fields(value) for name in unused(getattr(value, f.name))]


def test_the_full_sample_uses_every_field_of_the_header() -> None:
    assert [f.name for f in fields(FULL) if getattr(FULL, f.name) in (None, ())] == []
    assert unused(FULL.references.invoiced_object) == []
    assert unused(FULL.seller) == ["scheme"]
    assert unused(replace(LINE, allowances_charges=())) == ["allowances_charges", "tax_point_code"]


@pytest.mark.parametrize("invoice", [FULL, CREDIT_NOTE], ids=["invoice", "credit_note"])
def test_every_field_reads_back(invoice: Invoice) -> None:
    written = write_ubl(invoice)
    assert parse_ubl(written) == invoice
    assert write_ubl(parse_ubl(written)) == written
    root = etree.fromstring(written)
    assert not root.xpath("//*[not(*) and not(normalize-space())]"), "PEPPOL-EN16931-R008"
    assert not root.xpath("//*[@currencyID != 'USD' and not(@currencyID = 'EUR')]")
    assert len(root.xpath("//*[@currencyID = 'EUR']")) == 1, "PEPPOL-EN16931-R051"


def test_least_document() -> None:
    least = Invoice(
        "invoice", "1", date(2026, 1, 1), "EUR", Party(legal_name="A"), Party(legal_name="B"),
        Totals(Decimal("1.00")), lines=(InvoiceLine("1", Decimal("1.00"), Item("x")),),
    )  # fmt: skip
    read = parse_ubl(write_ubl(least))
    assert (read.type_code, read.customization_id, read.profile_id) == (
        "380",
        CUSTOMIZATION,
        PROFILE,
    )
    assert replace(read, type_code=None, customization_id=None, profile_id=None) == least


def test_sales_order_alone() -> None:
    references = replace(FULL.references, purchase_order=None)
    alone = replace(FULL, references=references)
    assert b"<cbc:ID>NA</cbc:ID>" in write_ubl(alone)
    assert parse_ubl(write_ubl(alone)) == alone


def test_creditor_stands_with_the_seller_when_there_is_no_payee() -> None:
    without_payee = replace(FULL, payee=None)
    assert parse_ubl(write_ubl(without_payee)) == without_payee


def test_credit_note_cannot_lose_its_due_date() -> None:
    with pytest.raises(ValueError, match="due date"):
        write_ubl(replace(CREDIT_NOTE, payment_means=()))


def canonical(data: bytes) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True)
    return bytes(etree.tostring(etree.fromstring(data, parser), method="c14n"))


@pytest.mark.parametrize("path", sorted((DATA / "ubl").glob("be-*.xml")), ids=lambda p: p.stem)
def test_documents_that_pass_the_official_rules_are_written_as_they_were(path: Path) -> None:
    """Element by element: hence what is written passes them, too."""
    data = path.read_bytes()
    assert canonical(write_ubl(parse_ubl(data))) == canonical(data)


def test_corpus_reads_back(corpus: Path) -> None:
    for path in sorted((corpus / "ubl" / "valid").glob("*.xml")):
        invoice = parse_ubl(path.read_bytes())
        again = parse_ubl(write_ubl(invoice))
        assert again == replace(invoice, profile_id=invoice.profile_id or PROFILE), path.name


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=30)
amounts = st.decimals(-(10**9), 10**9, places=2)


@given(texts, amounts, st.decimals(0, 10**6, places=4), st.sampled_from([FULL, CREDIT_NOTE]))
def test_any_text_and_number_reads_back(
    text: str, amount: Decimal, quantity: Decimal, invoice: Invoice
) -> None:
    line = " ".join(text.split()) or "x"
    changed = replace(
        invoice,
        number=line,
        notes=(text.strip(),) if text.strip() else (),
        seller=replace(invoice.seller, legal_name=line),
        totals=replace(invoice.totals, payable=amount),
        lines=(replace(LINE, quantity=quantity, net=amount, item=Item(line)),),
    )
    assert parse_ubl(write_ubl(changed)) == changed
