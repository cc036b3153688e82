"""Structured communication, and the EPC QR code with its conditions."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.einvoice.model import Invoice, Payee, PaymentMeans
from api.einvoice.parse import parse_ubl
from api.einvoice.payment import (
    Transfer,
    epc_text,
    format_communication,
    format_iban,
    normalise_communication,
    normalise_iban,
    qr_svg,
    transfer_of,
)


@pytest.fixture
def invoice(data: Path) -> Invoice:
    name = "be-document-and-line-allowances-charges.xml"
    return parse_ubl((data / "ubl" / name).read_bytes())


@pytest.mark.parametrize(
    "text",
    [
        "+++010/8068/17183+++",
        "***010/8068/17183***",
        "010806817183",
        "010/8068/17183",
        " +++ 010/8068/17183 +++ ",
        "010 8068 17183",
    ],
)
def test_structured_communication(text: str) -> None:
    assert normalise_communication(text) == "010806817183"
    assert format_communication(text) == "+++010/8068/17183+++"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "010/8068/17184",
        "000000000000",
        "01080681718",
        "0108068171833",
        "０１０８０６８１７１８３",
        "CN-2026-0009",
        "RF18539007547034",
        "+++010/8068/17183",
    ],
)
def test_other_references_are_no_structured_communication(text: str | None) -> None:
    expected = "010806817183" if text == "+++010/8068/17183" else None
    assert normalise_communication(text) == expected


@given(st.integers(1, 10**10 - 1))
def test_every_structured_communication_round_trips(number: int) -> None:
    digits = f"{number:010}{number % 97 or 97:02}"
    formatted = format_communication(digits)
    assert formatted is not None
    assert re.fullmatch(r"\+{3}\d{3}/\d{4}/\d{5}\+{3}", formatted)
    assert normalise_communication(formatted) == digits


def test_iban() -> None:
    assert normalise_iban("be65 9990 0123 4596") == "BE65999001234596"
    assert normalise_iban("BE65999001234597") is None
    assert normalise_iban("123-4567890-12") is None
    assert normalise_iban(None) is None
    assert format_iban("BE65999001234596") == "BE65 9990 0123 4596"
    assert format_iban("123-4567890-12") == "123-4567890-12"


def test_epc_code_of_an_invoice(invoice: Invoice) -> None:
    transfer = transfer_of(invoice)
    assert transfer is not None
    content = epc_text(transfer)
    assert content is not None
    assert content.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Demo Logistiek Beta NV",
        "BE62999004567861",
        "EUR1411.15",
        "",
        "+++202/6001/07094+++",
    ]
    as_text = epc_text(transfer, structured_line="text")
    assert as_text is not None
    assert as_text.split("\n")[9:] == ["", "+++202/6001/07094+++"]


def test_beneficiary_is_account_holder_else_payee_else_seller(invoice: Invoice) -> None:
    factored = replace(invoice, payee=Payee(name="Factor SA"))
    assert transfer_of(factored).name == "Factor SA"  # type: ignore[union-attr]
    means = replace(invoice.payment_means[0], account_name="Holder")
    assert transfer_of(replace(factored, payment_means=(means,))).name == "Holder"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "credit_note"},
        {"currency": "USD"},
        {"payment_means": ()},
        {"payment_means": (PaymentMeans("59", account="BE62999004567861"),)},
        {"payment_means": (PaymentMeans("48", account="BE62999004567861"),)},
        {"payment_means": (PaymentMeans("30", account="BE62999004567862"),)},
        {"payment_means": (PaymentMeans("30", account="TR330006100519786457841326"),)},
    ],
)
def test_no_transfer(invoice: Invoice, changes: dict[str, object]) -> None:
    assert transfer_of(replace(invoice, **changes)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("payable", ["0.00", "-10.00", "1000000000.00", "0.005"])
def test_no_transfer_of_this_amount(invoice: Invoice, payable: str) -> None:
    totals = replace(invoice.totals, payable=Decimal(payable))
    assert transfer_of(replace(invoice, totals=totals)) is None


def test_valid_account_is_chosen_among_several(invoice: Invoice) -> None:
    means = (PaymentMeans("30", account="5390-0754"), *invoice.payment_means)
    chosen = transfer_of(replace(invoice, payment_means=means))
    assert chosen is not None
    assert chosen.iban == "BE62999004567861"


def lines(reference: str, **fields: str) -> list[str] | None:
    transfer = Transfer("Alfa", "BE65999001234596", Decimal("12.30"), reference)
    content = epc_text(replace(transfer, **fields))  # type: ignore[arg-type]
    return None if content is None else content.split("\n")


def test_references() -> None:
    assert lines("RF18 5390 0754 7034")[9:] == ["RF18539007547034"]  # type: ignore[index]
    assert lines("INV 7\nline")[9:] == ["", "INV 7 line"]  # type: ignore[index]
    assert len(lines("x" * 200)[10]) == 140  # type: ignore[index]


def test_limits() -> None:
    assert len(lines("1", name="é" * 90)[5]) == 70  # type: ignore[index]
    assert lines("1", name=" ") is None
    assert lines("é" * 140, name="é" * 70) is None, "more than 331 bytes"
    assert lines("1", iban="GB29NWBK60161331926819") is None, "outside the EEA only with BIC"
    assert lines("1", iban="GB29NWBK60161331926819", bic="NWBKGB2L")[4] == "NWBKGB2L"  # type: ignore[index]


def test_svg(invoice: Invoice) -> None:
    transfer = transfer_of(invoice)
    assert transfer is not None
    svg = qr_svg(epc_text(transfer) or "")
    assert svg is not None
    assert svg.startswith("<svg ")
    assert "script" not in svg
    assert qr_svg("x" * 3000) is None
    assert qr_svg("x" * 400) is None
