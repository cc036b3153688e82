"""A payment reference (BT-83) is what the invoice says, in every table that is made of it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.downloads.support import built, opened
from tests.support.world import World, unique

FIELD = Path(__file__).parents[1] / "data" / "field" / "csv-structured-communication.xml"
IN_FILE = "+++260/4220/01502+++"
FORMS = (
    *(IN_FILE, "***260/4220/01502***", "RF18539007547034", "RF18 5390 0754 7034"),
    *("+32478123456", "-42", "-1234,50", "2026-10-31", "260422001502"),
)
FORMULAS = ("=1+1", "+++260/4220/01502+++=1", "@SUM(A1)", "+*+260/4220/01502+*+", "-2+3")
# Parameters of an export, and what then stands between its cells.
LAYOUTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, ","),
    ({"locale": "en", "bom": True}, ","),
    ({"locale": "nl"}, ";"),
    ({"separator": "tab", "decimal": "comma"}, "\t"),
)


def invoice(reference: str) -> bytes:
    """The invoice of the field under a number of its own and with another reference."""
    text = FIELD.read_text("utf-8").replace("<cbc:ID>T-1<", f"<cbc:ID>{unique('REF-')}<", 1)
    assert text.count(IN_FILE) == 1
    return text.replace(IN_FILE, reference).encode()


def cells_of(data: bytes, separator: str = ",") -> Iterator[str]:
    text = data.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
        yield from row


async def csv_files(world: World, reference: str) -> list[list[str]]:
    """The cells of each CSV file that has the reference."""
    company = await world.company()
    document = await world.publish(company, ubl=invoice(reference))
    client = await world.signed_in(company.contact)
    detail = (await client.get(f"/documents/{document['id']}")).json()
    assert detail["payment"]["reference"] == reference
    found = [list(cells_of((await client.get(f"/documents/{document['id']}/csv")).content))]
    for layout, separator in LAYOUTS:
        answer = await client.get("/documents/export", params=layout)
        found.append(list(cells_of(answer.content, separator)))
    archive = await opened(client, await built(world, client, filter={}, formats=["csv"]))
    found.append(list(cells_of(csv_of(archive))))
    return found


def csv_of(archive: zipfile.ZipFile) -> bytes:
    (name,) = [name for name in archive.namelist() if name != "manifest.csv"]
    return archive.read(name)


@pytest.mark.parametrize("reference", FORMS)
async def test_a_payment_reference_is_exact_in_every_csv(world: World, reference: str) -> None:
    for cells in await csv_files(world, reference):
        assert reference in cells
        assert f"'{reference}" not in cells


@pytest.mark.parametrize("reference", FORMULAS)
async def test_sec_D6_a_payment_reference_like_a_formula_is_guarded(
    world: World, reference: str
) -> None:
    for cells in await csv_files(world, reference):
        assert f"'{reference}" in cells
        assert reference not in cells


@pytest.mark.parametrize("level", ["document", "line"])
async def test_sec_D6_xlsx_has_every_text_exactly_and_as_text(world: World, level: str) -> None:
    company = await world.company()
    references = (*FORMS, *FORMULAS)
    for reference in references:
        await world.publish(company, ubl=invoice(reference))
    client = await world.signed_in(company.contact)
    answer = await client.get("/documents/export", params={"format": "xlsx", "level": level})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    if level == "document":
        found = {cell.value for cell in cells if cell.data_type == "s"}
        assert set(references) <= found
