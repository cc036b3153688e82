"""Exports of the filtered list: complete, safe to open, and no more than the list shows."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.core.errors import UNAUTHENTICATED, Problem
from api.core.scopes import Scope
from api.einvoice.csv import neutralise
from api.exports.columns import COLUMNS
from api.exports.csv_writer import CsvWriter
from api.exports.router import _chunks
from api.exports.schemas import MOST_IDS, ExportQuery
from api.exports.xlsx_writer import LONGEST_TEXT, UNWRITABLE, XlsxWriter
from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique

STARTERS = "=+-@\t\r\n＝＋－＠−"


async def export(client: httpx.AsyncClient, **parameters: Any) -> httpx.Response:
    answer = await client.get("/documents/export", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


async def rows(client: httpx.AsyncClient, **parameters: Any) -> list[dict[str, str]]:
    answer = await export(client, **parameters)
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def sheet_rows(data: bytes) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    titles, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in found]


@pytest.fixture(scope="module")
async def shelf(world: World) -> tuple[Company, httpx.AsyncClient]:
    """An invoice, a credit note and a letter whose texts look like formulas."""
    company = await world.company(name="=cmd|' /C calc'!A0")
    await world.publish(company, ubl=ubl_bytes(unique("EXP-")))
    credit = ubl_bytes(unique("EXP-"), "be-creditnote-with-billing-reference")
    await world.publish(company, ubl=credit)
    await world.publish(
        company,
        pdf=pdf_bytes(),
        kind="other",
        number=unique("+49"),
        issue_date="2021-05-06",
        title='@SUM("x")',
    )
    return company, await world.signed_in(company.contact)


async def test_a_row_per_document_with_signed_amounts(shelf: Any) -> None:
    company, client = shelf
    listed = (await client.get("/documents")).json()["items"]
    found = await rows(client)
    assert [row["id"] for row in found] == [item["id"] for item in listed]
    assert list(found[0]) == [column.name for column in COLUMNS["document"]]
    credit = next(row for row in found if row["kind"] == "credit_note")
    assert (credit["amount_incl_vat"], credit["signed_amount_incl_vat"]) == ("25.41", "-25.41")
    assert credit["customer_number"] == company.number
    letter = next(row for row in found if row["kind"] == "other")
    assert (letter["amount_incl_vat"], letter["signed_amount_incl_vat"]) == ("", "")
    invoice = next(row for row in found if row["kind"] == "invoice")
    detail = (await client.get(f"/documents/{invoice['id']}")).json()
    assert invoice["amount_incl_vat"] == detail["amount_incl_vat"]
    assert invoice["seller_name"] == detail["seller"]["name"]
    assert invoice["purchase_order"] == (detail["references"]["purchase_order"] or "")


async def test_a_row_per_line(shelf: Any) -> None:
    _, client = shelf
    found = await rows(client, level="line")
    assert list(found[0]) == [column.name for column in COLUMNS["line"]]
    for kind, sign in (("invoice", 1), ("credit_note", -1)):
        lines = [row for row in found if row["kind"] == kind]
        detail = (await client.get(f"/documents/{lines[0]['id']}")).json()
        assert [row["line_name"] for row in lines] == [line["name"] for line in detail["lines"]]
        for row, line in zip(lines, detail["lines"], strict=True):
            assert Decimal(row["net_amount"]) == Decimal(line["net_amount"])
            assert Decimal(row["signed_net_amount"]) == sign * Decimal(line["net_amount"])


async def test_filters_and_order_are_those_of_the_list(shelf: Any) -> None:
    _, client = shelf
    for parameters in (
        {"kind": "invoice"},
        {"sort": "number"},
        {"amount_max": "30"},
        {"issued_to": "2021-12-31"},
        {"q": "exp"},
        {"unread": True},
        {"state": "withdrawn"},
    ):
        listed = (await client.get("/documents", params=parameters)).json()["items"]
        assert [row["id"] for row in await rows(client, **parameters)] == [
            item["id"] for item in listed
        ]


async def test_chosen_documents_by_id(shelf: Any, world: World) -> None:
    _, client = shelf
    listed = [item["id"] for item in (await client.get("/documents")).json()["items"]]
    found = await rows(client, document_id=listed[:2])
    assert [row["id"] for row in found] == listed[:2]
    lines = await rows(client, document_id=listed, level="line", kind="credit_note")
    assert {row["kind"] for row in lines} == {"credit_note"}
    foreign = await world.publish(await world.company())
    assert await rows(client, document_id=[foreign["id"]]) == []
    many = [str(UUID(int=number)) for number in range(MOST_IDS + 1)]
    refused = await client.get("/documents/export", params={"document_id": many})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


async def test_csv_for_readers(shelf: Any) -> None:
    _, client = shelf
    before = datetime.now(UTC).date()
    answer = await export(client, locale="fr", bom=True, sort="amount")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    # In UTC, wherever the tests run; the day may end between the two looks at the clock.
    assert answer.headers["content-disposition"] in {
        f'attachment; filename="documents-{day}.csv"' for day in (before, datetime.now(UTC).date())
    }
    text = answer.content.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert found[1]["Montant TVAC"] == "25,41"
    assert found[1]["Montant TVAC, signé"] == "-25,41"
    assert found[1]["Type"] == "Note de crédit"
    mixed = await export(client, separator="tab", decimal="comma")
    assert b"\t25,41\t" in mixed.content
    quoted = await export(client, decimal="comma")
    assert b',"25,41",' in quoted.content


async def test_xlsx_opens_with_numbers_and_dates(shelf: Any) -> None:
    company, client = shelf
    answer = await export(client, format="xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    found = sheet_rows(answer.content)
    assert [row["id"] for row in found] == [row["id"] for row in await rows(client)]
    credit = next(row for row in found if row["kind"] == "credit_note")
    assert credit["signed_amount_incl_vat"] == -25.41
    assert isinstance(credit["issue_date"], datetime)
    assert credit["customer_number"] == company.number
    titled = sheet_rows((await export(client, format="xlsx", level="line", locale="nl")).content)
    assert "Nettobedrag" in titled[0]
    book = openpyxl.load_workbook(
        io.BytesIO((await export(client, format="xlsx", locale="de", level="line")).content)
    )
    assert book.sheetnames == ["Positionen"]


async def test_sec_D6_no_cell_is_a_formula(shelf: Any) -> None:
    _, client = shelf
    for row in await rows(client):
        assert not any(cell.startswith(tuple(STARTERS)) for cell in row.values() if not exact(cell))
    book = openpyxl.load_workbook(io.BytesIO((await export(client, format="xlsx")).content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    # As it was written: the cell says that it is text, which no program calculates.
    assert "=cmd|' /C calc'!A0" in texts


def exact(text: str) -> bool:
    """A number, or a structured communication."""
    if re.fullmatch(r"\+{3}[0-9]{3}/[0-9]{4}/[0-9]{5}\+{3}", text):
        return True
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True


texts = st.text(max_size=50) | st.builds(
    lambda start, rest: start + rest, st.sampled_from(STARTERS), st.text(max_size=20)
)


@given(st.lists(st.lists(texts, min_size=3, max_size=3), max_size=5))
def test_sec_D6_any_text_comes_back_harmless_from_csv(table: list[list[str]]) -> None:
    clean = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in table]
    writer = CsvWriter(separator=";", decimal_comma=True, bom=False)
    read = list(csv.reader(io.StringIO(writer.rows(clean).decode(), newline=""), delimiter=";"))
    assert read == [[neutralise(cell) for cell in row] for row in clean]
    assert not any(
        cell.lstrip().startswith(tuple("=+-@")) and not exact(cell) for row in read for cell in row
    )


@given(st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=5))
def test_sec_D6_any_text_comes_back_harmless_from_xlsx(table: list[list[str]]) -> None:
    writer = XlsxWriter("Sheet")
    data = writer.begin(["a", "b", "c"]) + writer.rows(table) + writer.end()
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    read = [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]

    def kept(cell: str) -> str:
        plain = UNWRITABLE.sub("", cell)[:LONGEST_TEXT]
        # XML readers see every end of line as a line feed.
        return plain.replace("\r\n", "\n").replace("\r", "\n")

    assert [[str(c) for c in row] for row in read] == [[kept(c) for c in row] for row in table]


def test_a_sheet_that_is_full_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.exports.xlsx_writer.MOST_ROWS", 4)
    writer = XlsxWriter("Rows")
    data = writer.begin(["n"])
    for start in range(0, 10, 5):
        data += writer.rows([[Decimal(start + n)] for n in range(5)])
    book = openpyxl.load_workbook(io.BytesIO(data + writer.end()))
    assert book.sheetnames == ["Rows", "Rows 2", "Rows 3", "Rows 4"]
    found = [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert found == list(range(10))


def test_dates_that_excel_does_not_know_are_text() -> None:
    writer = XlsxWriter("Days")
    data = writer.begin(["day"]) + writer.rows([[date(1815, 6, 18)], [date(2026, 1, 2)]])
    sheet = openpyxl.load_workbook(io.BytesIO(data + writer.end())).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        "1815-06-18",
        datetime(2026, 1, 2),  # noqa: DTZ001
    ]


async def test_batches_neither_repeat_nor_skip(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.exports.router.BATCH", 3)
    contact = await world.person()
    companies = [await world.company(contact) for _ in range(2)]
    published = [(await world.publish(company))["id"] for company in companies for _ in range(5)]
    client = await world.signed_in(contact)
    for sort in ("-issue_date", "number", "-amount", "customer", "kind"):
        found = [row["id"] for row in await rows(client, sort=sort)]
        assert sorted(found) == sorted(published)
    assert len(await rows(client, level="line")) == 10 * 4


async def test_an_empty_export_has_its_titles(world: World) -> None:
    client = await world.signed_in((await world.company()).contact)
    assert (await export(client)).text.startswith('"customer_number",')
    assert sheet_rows((await export(client, format="xlsx")).content) == []


async def test_sec_T5_an_export_shows_no_more_than_the_list(world: World) -> None:
    contact = await world.person()
    first, second = await world.company(contact), await world.company(contact)
    foreign = await world.publish(await world.company())
    seen, hidden = await world.publish(first), await world.publish(second)
    program = await world.token(contact, Scope.DOCUMENTS_READ, customers=[UUID(first.id)])
    for level in ("document", "line"):
        text = (await export(program, level=level)).text
        assert seen["number"] in text
        assert hidden["number"] not in text
        assert foreign["number"] not in text
    writer = await world.token(contact, Scope.DOWNLOADS)
    assert (await writer.get("/documents/export")).json()["code"] == "scope"
    assert (await world.client().get("/documents/export")).status_code == 401


async def test_sec_S4_a_session_that_ends_meanwhile_cuts_the_export(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.exports.router.BATCH", 1)
    company = await world.company()
    for _ in range(3):
        await world.publish(company)
    client = await world.signed_in(company.contact)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    scope = {
        "type": "http",
        "method": "GET",
        "app": world.app,
        "headers": [(b"cookie", cookie.encode())],
    }
    query = ExportQuery()
    chunks = _chunks(Request(scope), world.app.state.database, query, CsvWriter.of(query))
    assert b"INV-" in await anext(chunks)
    assert b"INV-" in await anext(chunks)
    await client.post("/auth/logout")
    with pytest.raises(Problem) as refused:
        await anext(chunks)
    assert refused.value.error is UNAUTHENTICATED


@pytest.mark.parametrize(
    "parameters",
    [
        {"format": "pdf"},
        {"level": "page"},
        {"separator": "|"},
        {"locale": "es"},
        {"limit": 5},
        {"cursor": "x"},
        {"q": "a\x00"},
        {"issued_from": "x"},
        {"amount_min": "NaN"},
    ],
)
async def test_sec_X7_bad_parameters_are_refused(shelf: Any, parameters: dict[str, Any]) -> None:
    _, client = shelf
    answer = await client.get("/documents/export", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == next(iter(parameters))
