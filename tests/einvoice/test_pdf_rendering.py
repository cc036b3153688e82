"""The readable invoice: its words in four languages, its codes, and texts that stay texts."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from api.einvoice.model import Invoice, Item
from api.einvoice.parse import parse_ubl
from api.einvoice.pdf import inspect_pdf
from api.einvoice.render import Brand, render_pdf
from api.einvoice.text import Language, Writer, labels_of
from api.einvoice.view import invoice_view
from tests.einvoice.conftest import DATA
from tests.einvoice.test_ubl_writing import CREDIT_NOTE, FULL, LINE

LANGUAGES: tuple[Language, ...] = ("fr", "nl", "de", "en")
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
BRAND = Brand("Lumen", "#0f5c63", ("Teststraat 1", "1000 Brussel"), "+32 2 000", "a@lumen.example")


def read(name: str) -> Invoice:
    return parse_ubl((DATA / "ubl" / f"{name}.xml").read_bytes())


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def rendered(invoice: Invoice, language: Language = "en") -> str:
    return text_of(render_pdf(invoice, locale=language, brand=BRAND))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Facture 2026-00102", "5 mars 2026", "679,72 €", "Paiement par virement"]),
        ("nl", ["Factuur 2026-00102", "5 maart 2026", "€ 679,72", "Betaling per overschrijving"]),
        ("de", ["Rechnung 2026-00102", "5. März 2026", "679,72 €", "Zahlung per Überweisung"]),
        ("en", ["Invoice 2026-00102", "5 March 2026", "€679.72", "Payment by bank transfer"]),
    ],
)
def test_invoice_in_four_languages(language: Language, words: list[str]) -> None:
    page = rendered(read("be-multi-rate-21-12-6-0"), language)
    expected = ["Société Fictive Gamma SRL", "BE62 9990 0456 7861", "BE 0999.000.327", "Lumen"]
    for word in [*words, *expected]:
        assert word in page, word


def test_every_language_has_the_same_labels() -> None:
    keys = [{g: set(names) for g, names in labels_of(lang).items()} for lang in LANGUAGES]
    assert keys[0] == keys[1] == keys[2] == keys[3]
    for group, names in labels_of("en").items():
        for name, label in names.items():
            holes = {part.split("}")[0] for part in label.split("{")[1:]}
            for language in LANGUAGES:
                other = labels_of(language)[group][name]
                assert {part.split("}")[0] for part in other.split("{")[1:]} == holes
                assert bool(other) == bool(label)


def test_same_input_gives_the_same_bytes() -> None:
    first = render_pdf(FULL, locale="nl", brand=BRAND)
    render_pdf(CREDIT_NOTE, locale="fr", brand=replace(BRAND, accent="#ffcc00"))
    assert render_pdf(FULL, locale="nl", brand=BRAND) == first
    information = PdfReader(BytesIO(first)).metadata
    assert information is not None
    assert information.creation_date is not None
    assert information.creation_date.date() == FULL.issue_date
    assert information.title == "Factuur 2026-1"


def payment(invoice: Invoice) -> dict[str, object]:
    view = invoice_view(invoice, Writer("en", invoice.currency), "structured")
    panel: dict[str, object] = view["payment"]
    return panel


def test_transfer_has_a_code_and_a_communication() -> None:
    panel = payment(read("be-multi-rate-21-12-6-0"))
    assert str(panel["qr"]).startswith("<svg")
    assert ["Reference", "+++202/6001/02044+++"] in panel["rows"]  # type: ignore[operator]


def test_direct_debit_has_a_notice_and_no_code() -> None:
    invoice = read("be-direct-debit")
    assert payment(invoice)["qr"] is None
    page = rendered(invoice)
    assert "Direct debit" in page
    assert "€107.69 will be collected from your account around 2 April 2026" in page
    assert "MND-2025-0042" in page
    assert "Scan with" not in page


def test_credit_note_is_labelled_and_asks_for_nothing() -> None:
    invoice = read("be-creditnote-with-billing-reference")
    page = rendered(invoice)
    assert "Credit note CN-2026-0009" in page
    assert "Please do not pay this document" in page
    assert "Concerns invoice 2026-00101" in page
    assert payment(invoice)["qr"] is None


def test_negative_invoice_is_in_favour_of_the_buyer() -> None:
    invoice = read("be-multi-rate-21-12-6-0")
    negative = replace(invoice, totals=replace(invoice.totals, payable=Decimal("-10.00")))
    assert payment(negative)["kind"] == "credit"
    assert "In your favour" in rendered(negative)


@pytest.mark.parametrize(
    ("payable", "means", "kind"),
    [("0.00", True, "none"), ("5.00", True, "transfer"), ("5.00", False, "other")],
)
def test_kind_of_payment(payable: str, means: bool, kind: str) -> None:
    invoice = read("be-multi-rate-21-12-6-0")
    totals = replace(invoice.totals, payable=Decimal(payable))
    changed = replace(invoice, totals=totals)
    panel = payment(changed if means else replace(changed, payment_means=()))
    assert panel["kind"] == kind
    undated = payment(replace(changed, due_date=None))
    assert "{" not in str(undated["text"])


def test_reverse_charge_and_foreign_currency() -> None:
    reverse = rendered(read("be-reverse-charge-construction-AE"))
    assert "reverse charge" in reverse
    assert "medecontractant" in reverse
    export = rendered(read("be-export-G-to-US-usd"))
    assert "US$6,249.95" in export
    assert "VAT in EUR: €0.00" in export
    assert "United States" in export


def test_allowances_prices_and_paid_amounts() -> None:
    page = rendered(read("be-document-and-line-allowances-charges"))
    assert "Trouwkorting (2%) -19.89" in page
    assert "Volumekorting (5%) -47.50" in page
    assert "Already paid" in rendered(read("be-prepaid-and-cash-rounding"))


def test_many_lines_make_pages_with_a_repeated_header() -> None:
    lines = tuple(replace(LINE, id=str(i), item=Item(f"Line {i}")) for i in range(80))
    pages = PdfReader(
        BytesIO(render_pdf(replace(FULL, lines=lines), locale="en", brand=BRAND))
    ).pages
    assert len(pages) > 2
    texts = [" ".join(page.extract_text().split()) for page in pages]
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(pages)}" in text
    for text in texts[:-1]:
        assert "Description Quantity Unit price VAT Amount" in text
    assert all(f"Line {i} " in " ".join(texts) + " " for i in range(80))


@pytest.mark.parametrize(
    "text",
    [
        "#import \"@preview/x:1\": *",
        "#read(\"/etc/passwd\")",
        "$ x^2 $ *b* _i_ `c` @ref <label>",
        "= Heading",
        "\\u{41} // comment /* */",
        "</script><b>",
        "\"}, {\"",
    ],
)  # fmt: skip
def test_sec_D2_text_is_never_markup(text: str) -> None:
    invoice = replace(FULL, notes=(text,), lines=(replace(LINE, item=Item(text)),))
    page = rendered(replace(invoice, seller=replace(FULL.seller, legal_name=text)))
    assert page.replace(" ", "").count(text.replace(" ", "")) >= 3


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_text_makes_a_document(text: str) -> None:
    encodable = text.encode("utf-8", "replace").decode()
    item = Item(encodable, description=encodable)
    invoice = replace(FULL, number=encodable, lines=(replace(LINE, item=item, unit=encodable),))
    assert inspect_pdf(render_pdf(invoice, locale="de", brand=BRAND)).pages >= 1


def test_very_long_text_flows_over_pages() -> None:
    item = Item("x", description="\n".join(f"row {i}" for i in range(200)))
    page = rendered(replace(FULL, lines=(replace(LINE, item=item),)))
    assert "row 0 " in page
    assert "row 199 " in page


def test_brand() -> None:
    with_logo = render_pdf(FULL, locale="fr", brand=replace(BRAND, logo=LOGO))
    assert with_logo != render_pdf(FULL, locale="fr", brand=BRAND)
    with pytest.raises(ValueError, match="rrggbb"):
        render_pdf(FULL, locale="fr", brand=replace(BRAND, accent="red"))
    with pytest.raises(ValueError, match="could not be set"):
        render_pdf(FULL, locale="fr", brand=replace(BRAND, logo=b"no svg"))


def test_dates_before_1970_do_not_break_the_file() -> None:
    old = replace(FULL, issue_date=date(1, 1, 1))
    assert inspect_pdf(render_pdf(old, locale="en", brand=BRAND)).pages == 2


def test_fonts_come_with_packages(data: Path) -> None:
    """Every font is embedded, and none is the machine's own."""
    pdf = render_pdf(read("be-multi-rate-21-12-6-0"), locale="en", brand=BRAND)
    assert (data / "ubl").is_dir()
    assert pdf.count(b"/FontFile3") + pdf.count(b"/FontFile2") >= 1
    assert b"DejaVuSans-" not in pdf


def test_threads() -> None:
    expected = {lang: render_pdf(FULL, locale=lang, brand=BRAND) for lang in LANGUAGES}
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda i: render_pdf(FULL, locale=LANGUAGES[i % 4], brand=BRAND), range(16))
        assert [expected[LANGUAGES[i % 4]] for i in range(16)] == list(made)


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        ("1234.50", "EUR", "1.234,50 €"),
        ("1234.567", "EUR", "1.234,567 €"),
        ("5.00", "JPY", "5 ¥"),
        ("5.50", "JPY", "5,5 ¥"),
        ("-3", "EUR", "-3,00 €"),
    ],
)
def test_money_loses_no_digit(value: str, currency: str, shown: str) -> None:
    written = Writer("de", currency).money(Decimal(value))
    assert written.replace("\u00a0", " ") == shown


def test_view_is_plain_json() -> None:
    for language in LANGUAGES:
        json.dumps(invoice_view(FULL, Writer(language, "USD"), "text"))
