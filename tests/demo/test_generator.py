"""Every generated document is what it claims to be: consistent, valid, in the customer's words."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any, get_args

import pytest
from pypdf import PdfReader
from stdnum import iban as iban_check

from api.core.settings import Issuer, Language
from api.demo.cast import COMPANIES, Company
from api.demo.generator import DemoDocument, generate
from api.demo.rendering import prepare
from api.demo.texts import texts_of
from api.einvoice.model import Invoice, InvoiceLine
from api.einvoice.parse import read_ubl
from api.einvoice.payment import normalise_communication
from api.einvoice.ubl import write_ubl
from api.issuer.checking import Checks
from api.issuer.files import brand_of

TODAY = date(2026, 11, 23)
CENT = Decimal("0.01")
DOCUMENTS = list(generate(TODAY))
INVOICES = [d.invoice for d in DOCUMENTS if d.invoice is not None]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def test_same_seed_and_day_give_the_same_documents() -> None:
    assert list(generate(TODAY)) == DOCUMENTS
    assert list(generate(TODAY, seed="other")) != DOCUMENTS


def test_size_and_span() -> None:
    assert 550 <= len(DOCUMENTS) <= 750
    assert {d.company.number for d in DOCUMENTS} == {c.number for c in COMPANIES}
    oldest, newest = DOCUMENTS[0].issue_date, DOCUMENTS[-1].issue_date
    assert TODAY - timedelta(days=7 * 365) < oldest < TODAY - timedelta(days=6 * 365)
    assert newest == TODAY
    assert all(d.announced == (d.issue_date == TODAY) for d in DOCUMENTS)


@pytest.mark.parametrize(
    "today", [date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31), date(2027, 3, 31)]
)
def test_any_day_will_do(today: date) -> None:
    documents = list(generate(today))
    assert sum(d.announced for d in documents) == 2
    assert max(d.issue_date for d in documents) == today
    assert all(d.published_at.date() == d.issue_date for d in documents)


def test_numbers_have_no_gaps() -> None:
    counted: dict[tuple[str, str], list[int]] = {}
    for document in DOCUMENTS:
        series, year, number = re.fullmatch(r"(F|CN|BR)(\d{4})-(\d{5})", document.number).groups()  # type: ignore[union-attr]
        assert year == str(document.issue_date.year)
        counted.setdefault((series, year), []).append(int(number))
    for numbers in counted.values():
        assert numbers == list(range(1, len(numbers) + 1))


def test_everything_occurs() -> None:
    assert {d.kind for d in DOCUMENTS} == {"invoice", "credit_note", "other"}
    assert {d.language for d in DOCUMENTS} == set(LANGUAGES)
    assert {m.code for i in INVOICES for m in i.payment_means} == {"58", "59"}
    groups = {(g.category, g.rate) for i in INVOICES for g in i.vat_breakdown}
    assert groups == {("S", Decimal(r)) for r in (21, 12, 6)} | {(c, Decimal(0)) for c in "ZE"}
    assert any(i.allowances_charges for i in INVOICES)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda c: c.number)
def test_every_ubl_is_valid_and_says_the_same(company: Company) -> None:
    for document in DOCUMENTS:
        if document.company == company:
            check_ubl(document)


def check_ubl(document: DemoDocument) -> None:
    assert (document.invoice is None) == (document.letter is not None)
    if document.invoice is None:
        return
    read = read_ubl(write_ubl(document.invoice)).invoice
    assert read.totals == document.invoice.totals
    assert read.lines == document.invoice.lines
    check_totals(read)
    check_peppol(read)


def check_totals(invoice: Invoice) -> None:
    """BR-CO-10 to 17, BR-S-08 and its kin: exact to the cent."""
    totals = invoice.totals
    net = sum(line.net for line in invoice.lines)
    allowances = sum((a.amount for a in invoice.allowances_charges), Decimal(0))
    assert totals.line_total == net
    assert (totals.allowance_total or Decimal(0)) == allowances
    assert totals.net == net - allowances
    assert totals.vat == sum(group.tax for group in invoice.vat_breakdown)
    assert totals.gross == totals.payable == totals.net + totals.vat
    assert totals.payable > 0
    for group in invoice.vat_breakdown:
        key = (group.category, group.rate)
        taxable = sum(
            (x.net for x in invoice.lines if (x.vat_category, x.vat_rate) == key), Decimal(0)
        )
        taxable -= sum(
            a.amount for a in invoice.allowances_charges if (a.vat_category, a.vat_rate) == key
        )
        assert group.taxable == taxable
        assert group.rate is not None
        assert group.tax == (taxable * group.rate / 100).quantize(CENT, ROUND_HALF_UP)
        assert (group.exemption_reason is not None) == (group.category == "E")


def check_peppol(invoice: Invoice) -> None:
    """The rules of Peppol BIS Billing 3.0 that these documents could break."""
    references = invoice.references
    assert references.buyer_reference or references.purchase_order  # R003
    assert len(invoice.notes) <= 1  # R002
    for party in (invoice.seller, invoice.buyer):
        assert party.endpoint is not None  # R010, R020
        assert party.registration is not None
        assert party.endpoint.scheme == party.registration.scheme == "0208"
        assert party.vat_number == f"BE{party.endpoint.value}"
    for allowance in invoice.allowances_charges:
        assert allowance.base_amount is not None  # R040, R041
        assert allowance.percentage is not None
        expected = allowance.base_amount * allowance.percentage / 100
        assert abs(allowance.amount - expected) <= Decimal("0.02")
    for line in invoice.lines:
        check_line(line, invoice)
    for means in invoice.payment_means:
        assert normalise_communication(means.reference)
        if means.code == "59":
            assert means.mandate  # R061
            assert iban_check.is_valid(means.debited_account or "")
        else:
            assert iban_check.is_valid(means.account or "")


def check_line(line: InvoiceLine, invoice: Invoice) -> None:
    assert line.price is not None
    assert line.quantity is not None
    net = line.quantity * line.price.net / (line.price.base_quantity or 1)
    assert abs(line.net - net) <= Decimal("0.02")  # R120
    if line.period is not None:  # R110, R111
        assert invoice.period is not None
        assert line.period == invoice.period
        assert line.period.start is not None
        assert line.period.end is not None
        assert line.period.start <= line.period.end


def test_credit_notes_credit_less_than_the_invoice_they_name() -> None:
    known = {i.number: i for i in INVOICES if i.kind == "invoice"}
    credit_notes = [i for i in INVOICES if i.kind == "credit_note"]
    for credit_note in credit_notes:
        (preceding,) = credit_note.references.preceding
        invoice = known[preceding.number]
        assert preceding.issue_date == invoice.issue_date <= credit_note.issue_date
        assert credit_note.buyer == invoice.buyer
        assert credit_note.totals.payable < invoice.totals.payable
        assert any(line.net == credit_note.lines[0].net for line in invoice.lines)


def placeholders(value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for name in sorted(value):
            yield (name,)
            yield from placeholders(value[name])
    elif isinstance(value, list):
        for part in value:
            yield from placeholders(part)
    else:
        yield tuple(sorted(re.findall(r"\{(\w+)\}", value)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts(language: Language) -> None:
    assert list(placeholders(texts_of(language))) == list(placeholders(texts_of("fr")))


def text_of(pdf: bytes | None) -> str:
    assert pdf is not None
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


WORDS: dict[Language, dict[str, str]] = {
    "fr": {"invoice": "Facture", "credit_note": "Note de crédit", "other": "Avenant au contrat"},
    "nl": {"invoice": "Factuur", "credit_note": "Creditnota", "other": "Addendum bij contract"},
    "de": {"invoice": "Rechnung", "credit_note": "Gutschrift", "other": "Nachtrag zum Vertrag"},
    "en": {"invoice": "Invoice", "credit_note": "Credit note", "other": "Amendment to contract"},
}


@pytest.mark.parametrize("kind", ["invoice", "credit_note", "other"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_files_and_what_publishing_reads_of_them(language: Language, kind: str) -> None:
    document = next(d for d in DOCUMENTS if d.language == language and d.kind == kind)
    upload, draft = prepare(document, brand_of(Issuer()), Checks("2026.5"))
    page = text_of(upload.pdf)
    for word in (WORDS[language][kind], document.number, document.company.name, "Lumen Lease"):
        assert word in page, word
    assert (draft.kind, draft.number) == (document.kind, document.number)
    assert draft.customer_numbers == (document.company.number,)
    assert draft.findings == ()
    assert (upload.ubl is None) == (kind == "other")
    again, _ = prepare(document, brand_of(Issuer()), Checks("2026.5"))
    assert again.digest == upload.digest
