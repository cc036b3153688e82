"""What is stored of an invoice for its detail page."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from pydantic import TypeAdapter

from api.documents.content import content_of
from api.documents.detail_schemas import AllowanceCharge, Delivery, Line, TaxRepresentative
from api.einvoice import model
from api.einvoice.parse import parse_ubl
from tests.support.world import ubl_bytes


def test_terms_that_few_invoices_have_are_kept() -> None:
    invoice = parse_ubl(ubl_bytes("RARE-1"))
    discount = model.AllowanceCharge(
        is_charge=False, amount=Decimal("10.00"), percentage=Decimal(5), reason="Loyalty"
    )
    freight = model.AllowanceCharge(is_charge=True, amount=Decimal("3.50"), reason_code="FC")
    item = replace(
        invoice.lines[0].item,
        buyer_id="B-7",
        standard_id=model.Identifier("5412345000013", "0160"),
        properties=(("Plate", "1-ABC-123"),),
    )
    line = replace(
        invoice.lines[0],
        item=item,
        order_line="3",
        accounting_cost="4711",
        allowances_charges=(discount,),
    )
    rare = replace(
        invoice,
        tax_point_date=date(2026, 3, 31),
        delivery=model.Delivery(
            name="Depot", actual_date=date(2026, 3, 30), address=model.Address(city="Gent")
        ),
        payee=model.Payee(name="Factor NV"),
        tax_representative=model.TaxRepresentative(name="Fiscal NV", vat_number="BE0999999922"),
        allowances_charges=(discount, freight),
        lines=(line,),
    )
    content = content_of(rare)
    assert content["tax_point_date"] == "2026-03-31"
    assert content["payee"] == "Factor NV"
    delivery = TypeAdapter(Delivery).validate_python(content["delivery"])
    assert (delivery.name, delivery.date) == ("Depot", date(2026, 3, 30))
    assert delivery.address is not None
    assert delivery.address.city == "Gent"
    representative = TypeAdapter(TaxRepresentative).validate_python(content["tax_representative"])
    assert representative.vat_number == "BE0999999922"
    both = TypeAdapter(list[AllowanceCharge]).validate_python(content["allowances_charges"])
    assert [(one.is_charge, one.reason, one.percentage) for one in both] == [
        (False, "Loyalty", "5"),
        (True, "FC", None),
    ]
    shown = TypeAdapter(Line).validate_python(content["lines"][0])
    assert (shown.order_line, shown.accounting_cost) == ("3", "4711")
    assert (shown.buyer_item_id, shown.standard_item_id) == ("B-7", "5412345000013")
    assert [(one.name, one.value) for one in shown.properties] == [("Plate", "1-ABC-123")]
    assert [one.reason for one in shown.allowances_charges] == ["Loyalty"]


def test_what_an_invoice_does_not_tell_is_null() -> None:
    content = content_of(parse_ubl(ubl_bytes("PLAIN-1")))
    for name in ("delivery", "payee", "tax_representative", "tax_point_date"):
        assert content[name] is None
    assert content["allowances_charges"] == []
