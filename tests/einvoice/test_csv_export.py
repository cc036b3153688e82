"""The CSV of documents: its columns, its figures, and D6."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.einvoice.csv import COLUMNS, CsvDocument, csv_document, neutralise, write_csv
from api.einvoice.model import VatGroup
from api.einvoice.parse import parse_ubl

NUMERIC = [c for c in COLUMNS if c.endswith(("_amount", "_rate", "_tax_currency"))]
# A number or a structured communication, which no spreadsheet program calculates with.
EXACT = re.compile(r"[+-][0-9]+([.,][0-9]+)?|\+{3}[0-9]{3}/[0-9]{4}/[0-9]{5}\+{3}")
FORMULA = "=+-@＝＋－＠﹢﹦﹣﹫−"


def table(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_invoice(data: Path) -> None:
    invoice = parse_ubl((data / "ubl" / "be-multi-rate-21-12-6-0.xml").read_bytes())
    rows = table(write_csv([csv_document(invoice)]))
    document, *groups = rows
    assert tuple(document) == COLUMNS
    assert document["row_type"] == "document"
    assert (document["kind"], document["number"]) == ("invoice", invoice.number)
    assert document["issue_date"] == invoice.issue_date.isoformat()
    assert document["payable_amount"] == document["signed_payable_amount"] == "679.72"
    assert [g["row_type"] for g in groups] == ["vat"] * 4
    assert sum(Decimal(g["vat_tax_amount"]) for g in groups) == Decimal(document["vat_amount"])
    assert {g["number"] for g in groups} == {invoice.number}
    assert not any(g["payable_amount"] for g in groups), "no figure stands twice in a column"


def test_credit_note_has_the_files_amounts_and_signed_ones(data: Path) -> None:
    name = "be-creditnote-with-billing-reference.xml"
    credit_note = parse_ubl((data / "ubl" / name).read_bytes())
    document, group = table(write_csv([csv_document(credit_note)]))
    assert document["gross_amount"] == "25.41"
    assert document["signed_gross_amount"] == "-25.41"
    assert document["signed_net_amount"] == "-21.00"
    assert document["signed_vat_amount"] == "-4.41"
    assert document["prepaid_amount"] == ""
    assert document["preceding_invoices"] == "2026-00101"
    assert group["signed_vat_tax_amount"] == "-4.41"


def test_document_without_ubl() -> None:
    (row,) = table(write_csv([CsvDocument("other", "A-1", date(2026, 1, 31))]))
    assert (row["kind"], row["number"], row["issue_date"]) == ("other", "A-1", "2026-01-31")
    assert row["payable_amount"] == row["signed_payable_amount"] == ""


def test_format_is_rfc_4180() -> None:
    content = write_csv([CsvDocument("invoice", 'a "b", c\nd', net_amount=Decimal("1E+3"))])
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == 2
    assert b'"a ""b"", c\nd"' in content
    assert b",1000," in content
    assert not content.startswith(b"\xef\xbb\xbf")
    assert write_csv([], bom=True).startswith(b'\xef\xbb\xbf"row_type","kind","number",')


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+32 9 000",
        "-5+3",
        "-5\n",
        "- 5",
        "+5e3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\u3000＝1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM",
        "\u200b=1",
        "\ufeff=1",
        "\x00=1",
        "−5",
        "﹦1",
        "+++202/6001/07094+++=1",
        "+++202/6001/07094***",
        "+*+202/6001/07094+*+",
        " +++202/6001/07094+++",
        "+++202/6001/07094+++\n",
        "+++202/6001/0709+++",
        "+++２02/6001/07094+++",
        "\ttext",
    ],
)
def test_sec_D6_formulas_become_text(text: str) -> None:
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    [
        *("", "Alfa BV", "1-2", "a=b", "'=1", "2026-001", "2026-01-31", "é", "(1)", "#5"),
        *("-5", "+5", "-1234.50", "-1234,50", "+3292000000"),
        *("+++202/6001/07094+++", "***202/6001/07094***", "RF18539007547034"),
    ],
)
def test_sec_D6_ordinary_text_is_untouched(text: str) -> None:
    assert neutralise(text) == text


texts = st.text(st.sampled_from(FORMULA + " \t\r\n\u00a0\u200b\ufeff\"',;a1"), max_size=12)
amounts = st.decimals(-10_000, 10_000, places=2)


@given(texts | st.text(max_size=20), amounts, st.sampled_from(["invoice", "credit_note", "other"]))
def test_sec_D6_every_cell_of_any_document(text: str, amount: Decimal, kind: str) -> None:
    document = CsvDocument(
        kind,
        text,
        currency=text,
        seller_name=text,
        buyer_reference=text,
        payment_reference=text,
        preceding_invoices=(text, text),
        net_amount=amount,
        payable_amount=amount,
        vat_groups=(VatGroup(text, Decimal(21), amount, amount),),
    )
    rows = table(write_csv([document]))
    assert len(rows) == 2
    for row in rows:
        assert row["number"] in (text, "'" + text), "nothing is lost but for the apostrophe"
        for column in COLUMNS:
            cell = row[column]
            if column in NUMERIC:
                assert not cell or Decimal(cell).is_finite()
                continue
            visible = cell.lstrip("\t\r\n \u00a0\u200b\ufeff\u3000\x00")
            assert EXACT.fullmatch(cell) or not visible.startswith(tuple(FORMULA))
            assert not cell.startswith(("\t", "\r", "\n"))
    turned = -amount if kind == "credit_note" else amount
    assert Decimal(rows[0]["signed_payable_amount"]) == turned
    assert Decimal(rows[1]["signed_vat_tax_amount"]) == turned


def test_a_structured_communication_is_what_the_file_says() -> None:
    path = Path(__file__).parents[1] / "data" / "field" / "csv-structured-communication.xml"
    rows = table(write_csv([csv_document(parse_ubl(path.read_bytes()))]))
    assert rows[0]["payment_reference"] == "+++260/4220/01502+++"


@given(amounts)
def test_sec_D6_negative_numbers_stay_numbers(amount: Decimal) -> None:
    (row,) = table(write_csv([CsvDocument("invoice", "1", net_amount=amount)]))
    assert Decimal(row["net_amount"]) == amount
