"""The documents list, detail and files, as their users and as others see them."""

import csv
import hashlib
import io
from decimal import Decimal
from typing import Any

import httpx
import pytest

from api.core.i18n import translate
from api.core.scopes import Scope
from api.documents.detail_schemas import DocumentDetail
from api.documents.schemas import DocumentPage
from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique


async def numbers(client: httpx.AsyncClient, **parameters: Any) -> list[str]:
    answer = await client.get("/documents", params=parameters)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


@pytest.fixture(scope="module")
async def shelf(world: World) -> tuple[Company, httpx.AsyncClient]:
    """A customer with one invoice, one credit note and a letter without UBL."""
    company = await world.company()
    await world.publish(company, ubl=ubl_bytes("SHELF-1"), pdf=pdf_bytes())
    credit = ubl_bytes("SHELF-2", "be-creditnote-with-billing-reference")
    await world.publish(company, ubl=credit)
    await world.publish(
        company,
        pdf=pdf_bytes("letter"),
        kind="other",
        number="SHELF-3",
        issue_date="2021-05-06",
        title="Contract amendment",
    )
    return company, await world.signed_in(company.contact)


async def test_list_shows_what_the_contract_says(shelf: Any) -> None:
    company, client = shelf
    answer = await client.get("/documents", params={"count": True})
    assert answer.status_code == 200
    body = answer.json()
    assert DocumentPage.model_validate(body).model_dump(mode="json") == body
    assert body["total"] == 3
    assert body["next_cursor"] is None
    first = next(item for item in body["items"] if item["number"] == "SHELF-2")
    assert first["kind"] == "credit_note"
    assert first["amount_incl_vat"] == "25.41"
    assert first["amount_excl_vat"] == "21.00"
    assert first["vat_amount"] == "4.41"
    assert first["currency"] == "EUR"
    assert first["customer"] == {
        "id": company.id,
        "number": company.number,
        "name": f"Company {company.number}",
    }
    assert first["unread"] is True
    assert first["tags"] == []
    assert first["files"] == ["pdf", "ubl", "csv"]
    assert first["state"] == "published"
    letter = next(item for item in body["items"] if item["number"] == "SHELF-3")
    assert letter["amount_incl_vat"] is None
    assert letter["files"] == ["pdf", "csv"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["SHELF-2", "SHELF-1", "SHELF-3"]),
        ({"sort": "issue_date"}, ["SHELF-3", "SHELF-1", "SHELF-2"]),
        ({"sort": "number"}, ["SHELF-1", "SHELF-2", "SHELF-3"]),
        ({"sort": "-number"}, ["SHELF-3", "SHELF-2", "SHELF-1"]),
        ({"sort": "amount"}, ["SHELF-3", "SHELF-2", "SHELF-1"]),
        ({"sort": "-amount"}, ["SHELF-1", "SHELF-2", "SHELF-3"]),
        ({"sort": "kind"}, ["SHELF-2", "SHELF-1", "SHELF-3"]),
        ({"kind": ["invoice", "other"]}, ["SHELF-1", "SHELF-3"]),
        ({"number": "shelf-2"}, ["SHELF-2"]),
        ({"number": "%"}, []),
        ({"issued_to": "2021-12-31"}, ["SHELF-3"]),
        ({"amount_max": "25.41"}, ["SHELF-2"]),
        ({"amount_min": "25.42"}, ["SHELF-1"]),
        ({"q": "amendment contr"}, ["SHELF-3"]),
        ({"q": "shelf2"}, ["SHELF-2"]),
        ({"q": "…"}, []),
        ({"state": "withdrawn"}, []),
        ({"unread": False}, []),
        ({"tag_id": "018f0000-0000-7000-8000-000000000000"}, []),
    ],
)
async def test_filters_and_sorts(
    shelf: Any, parameters: dict[str, Any], expected: list[str]
) -> None:
    _, client = shelf
    assert await numbers(client, **parameters) == expected


@pytest.mark.parametrize(
    "sort", ["issue_date", "-issue_date", "number", "-amount", "kind", "-customer"]
)
async def test_pages_neither_repeat_nor_skip(world: World, sort: str) -> None:
    contact = await world.person()
    companies = [await world.company(contact) for _ in range(2)]
    published = []
    for company in companies:
        published += [(await world.publish(company))["number"] for _ in range(4)]
    client = await world.signed_in(contact)
    seen: list[str] = []
    cursor = None
    while True:
        parameters: Any = {"sort": sort, "limit": 3} | ({"cursor": cursor} if cursor else {})
        answer = await client.get("/documents", params=parameters)
        body = answer.json()
        seen += [item["number"] for item in body["items"]]
        # A row that is added meanwhile disturbs no page.
        if len(seen) == 3:
            await world.publish(companies[0])
        cursor = body["next_cursor"]
        if cursor is None:
            break
        assert f"cursor={cursor}" in answer.headers["link"]
    assert set(published) <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    "parameters",
    [
        {"colour": "red"},
        {"sort": "size"},
        {"limit": 0},
        {"limit": 201},
        {"kind": "receipt"},
        {"issued_from": "yesterday"},
        {"amount_min": "NaN"},
        {"amount_min": "1e5"},
        {"amount_max": "9" * 400},
        {"number": "a\x00b"},
        {"q": "x" * 201},
        {"customer_id": "DL1"},
        {"unread": "perhaps"},
    ],
)
async def test_sec_X7_bad_parameters_are_refused(shelf: Any, parameters: dict[str, Any]) -> None:
    _, client = shelf
    answer = await client.get("/documents", params=parameters)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "invalid"
    assert body["errors"][0]["pointer"] == next(iter(parameters))
    assert body["request_id"] == answer.headers["x-request-id"]


async def test_cursor_from_elsewhere_is_refused(world: World, shelf: Any) -> None:
    _, client = shelf
    cursor = (await client.get("/documents", params={"limit": 1})).json()["next_cursor"]
    other = await world.signed_in((await world.company()).contact)
    attempts = [
        (client, {"cursor": cursor, "sort": "number"}),
        (client, {"cursor": cursor, "kind": "invoice"}),
        (client, {"cursor": cursor[:-4] + "AAAA"}),
        (client, {"cursor": "é"}),
        (other, {"cursor": cursor}),
    ]
    for reader, parameters in attempts:
        answer = await reader.get("/documents", params=parameters)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_detail_shows_the_figures_of_the_ubl(world: World) -> None:
    company = await world.company()
    client = await world.signed_in(company.contact)
    number = unique("DETAIL-")
    data, pdf = ubl_bytes(number), pdf_bytes()
    document = await world.publish(company, ubl=data, pdf=pdf)
    body = (await client.get(f"/documents/{document['id']}")).json()
    # The answer is put together without its model, so it is held against it here.
    assert DocumentDetail.model_validate(body).model_dump(mode="json") == body
    assert body["files"] == ["pdf", "ubl", "csv"]
    assert body["seller"]["name"] == "Demo Logistiek Beta NV"
    assert sum(Decimal(g["tax_amount"]) for g in body["vat_breakdown"]) == Decimal(
        body["vat_amount"]
    )
    assert len(body["lines"]) == 4
    validation = body["validation"]
    assert (validation["profile"], validation["valid"]) == ("Peppol BIS Billing 3.0", True)
    assert [layer.split()[0] for layer in validation["layers"]] == ["UBL", "EN", "Peppol"]
    stored = (await client.get(f"/documents/{document['id']}/pdf")).content
    assert body["sha256"] == {
        "pdf": hashlib.sha256(stored).hexdigest(),
        "ubl": hashlib.sha256(data).hexdigest(),
    }


@pytest.mark.parametrize(
    ("sample", "reference", "tells"),
    [
        ("be-multi-rate-21-12-6-0", "+++202/6001/02044+++", True),
        ("be-creditnote-with-billing-reference", "CN-2026-0009", False),
        ("be-direct-debit", "2026-00108", False),
    ],
)
async def test_only_a_transfer_tells_what_to_write_on_it(
    world: World, sample: str, reference: str, *, tells: bool
) -> None:
    company = await world.company()
    client = await world.signed_in(company.contact)
    structured = "+++202/6001/02044+++"
    data = ubl_bytes(unique("PAY-"), sample).replace(reference.encode(), structured.encode())
    document = await world.publish(company, ubl=data)
    payment = (await client.get(f"/documents/{document['id']}")).json()["payment"]
    assert payment["reference"] == structured
    assert payment["structured_communication"] == (structured if tells else None)
    assert (payment["qr_svg"] is not None) == tells


async def test_reading_in_a_browser_marks_as_read_and_by_a_program_does_not(world: World) -> None:
    company = await world.company()
    document = await world.publish(company)
    program = await world.token(company.contact, Scope.DOCUMENTS_READ)
    assert (await program.get(f"/documents/{document['id']}")).status_code == 200
    browser = await world.signed_in(company.contact)
    assert await numbers(browser, unread=True) == [document["number"]]
    assert (await browser.get("/me")).json()["unread_count"] == 1
    await browser.get(f"/documents/{document['id']}")
    assert await numbers(browser, unread=True) == []
    assert await numbers(browser, unread=False) == [document["number"]]
    history = (await browser.get(f"/documents/{document['id']}/history")).json()["items"]
    assert [line["event"] for line in history] == ["published", "fetched", "consulted"]
    assert [line["actor"] for line in history][1:] == ["Ada Lovelace (test)", "Ada Lovelace"]


async def test_read_marks_are_per_user_and_all_or_nothing(world: World) -> None:
    company, other = await world.company(), await world.company()
    mine, foreign = await world.publish(company), await world.publish(other)
    colleague = await world.person()
    await world.share(company, colleague)
    browser, second = await world.signed_in(company.contact), await world.signed_in(colleague)
    refused = await browser.post(
        "/documents/read", json={"document_ids": [mine["id"], foreign["id"]], "read": True}
    )
    assert refused.status_code == 404
    assert await numbers(browser, unread=True) == [mine["number"]]
    mark = {"document_ids": [mine["id"]], "read": True}
    assert (await browser.post("/documents/read", json=mark)).status_code == 204
    assert await numbers(browser, unread=True) == []
    assert await numbers(second, unread=True) == [mine["number"]]
    await browser.post("/documents/read", json={**mark, "read": False})
    assert await numbers(browser, unread=True) == [mine["number"]]


async def test_files_are_served_byte_for_byte(world: World) -> None:
    company = await world.company()
    number = unique("2026/FILE é ")
    data, pdf = ubl_bytes(number), pdf_bytes()
    document = await world.publish(company, ubl=data, pdf=pdf)
    client = await world.signed_in(company.contact)
    url = f"/documents/{document['id']}"
    answer = await client.get(f"{url}/pdf")
    assert answer.content.startswith(pdf), "the seal is added behind the uploaded bytes"
    pdf = answer.content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(pdf))
    assert answer.headers["etag"] == f'"{hashlib.sha256(pdf).hexdigest()}"'
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="2026-FILE _ ')
    assert "filename*=UTF-8''2026-FILE%20%C3%A9" in disposition
    inline = await client.get(f"{url}/pdf", params={"disposition": "inline"})
    assert inline.headers["content-disposition"].startswith("inline")
    assert (await client.get(f"{url}/ubl")).content == data
    unchanged = await client.get(f"{url}/pdf", headers={"If-None-Match": answer.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize(
    ("header", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=0-99999999", 206, slice(0, None)),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("bytes=9-3", 200, slice(0, None)),
        ("bytes=99999999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
@pytest.mark.parametrize("kind", ["pdf", "csv"])
async def test_ranges(world: World, header: str, status: int, part: Any, kind: str) -> None:
    company = await world.company()
    document = await world.publish(company, ubl=ubl_bytes(unique("RANGE-")), pdf=pdf_bytes())
    client = await world.signed_in(company.contact)
    url = f"/documents/{document['id']}/{kind}"
    whole = (await client.get(url)).content
    answer = await client.get(url, headers={"Range": header})
    assert answer.status_code == status
    if part is None:
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
    else:
        assert answer.content == whole[part]
        assert answer.headers["content-length"] == str(len(answer.content))


async def test_csv_tells_the_main_data(world: World) -> None:
    company = await world.company()
    document = await world.publish(
        company, ubl=ubl_bytes(unique("CN-"), "be-creditnote-with-billing-reference")
    )
    client = await world.signed_in(company.contact)
    answer = await client.get(f"/documents/{document['id']}/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows[0]["number"] == document["number"]
    assert rows[0]["gross_amount"] == "25.41"
    assert rows[0]["signed_gross_amount"] == "-25.41"
    assert rows[0]["preceding_invoices"] == "2026-00101"
    assert [row["row_type"] for row in rows] == ["document", "vat"]


async def test_a_document_without_a_file_has_none(world: World) -> None:
    company = await world.company()
    document = await world.publish(
        company, pdf=pdf_bytes(), number=unique("BARE-"), issue_date="2026-01-02"
    )
    client = await world.signed_in(company.contact)
    assert (await client.get(f"/documents/{document['id']}/ubl")).status_code == 404


async def test_ids_that_are_none_are_not_found(shelf: Any) -> None:
    _, client = shelf
    for path in ("x", "018f0000-0000-7000-8000-000000000000", "%00", "1" * 300):
        for suffix in ("", "/pdf", "/history"):
            answer = await client.get(f"/documents/{path}{suffix}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


async def test_refusals_are_told_in_the_readers_own_language(world: World) -> None:
    company = await world.company()
    await world.set_user(company.contact, language="nl")
    browser = await world.signed_in(company.contact)
    for path in ("/documents?no_such=1", "/documents?limit=0", "/documents?cursor=x", "/tags?x=1"):
        problem = (await browser.get(path, headers={"Accept-Language": "de"})).json()
        code = problem["code"]
        assert problem["detail"] == translate("nl", f"errors.{code}.detail"), path


LISTS = ("/documents", "/customers", "/tags", "/downloads", "/shared-users", "/me/sessions")


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_has_its_total_only_when_asked(world: World, path: str) -> None:
    browser = await world.signed_in((await world.company()).contact)
    assert set((await browser.get(path)).json()) == {"items", "next_cursor"}
    counted = (await browser.get(path, params={"count": True})).json()
    assert counted["total"] == len(counted["items"])


@pytest.mark.parametrize("path", [*LISTS, "/documents/changes", "/me/api-tokens"])
@pytest.mark.parametrize("cursor", ["", "x", "\x00", "é", "a" * 3_000])
async def test_a_cursor_from_elsewhere_is_refused(world: World, path: str, cursor: str) -> None:
    browser = await world.signed_in((await world.company()).contact)
    answer = await browser.get(path, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_a_blank_search_finds_everything(world: World) -> None:
    company = await world.company()
    document = await world.publish(company)
    browser = await world.signed_in(company.contact)
    for asked in ("", "  "):
        assert await numbers(browser, q=asked) == [document["number"]]
    assert await numbers(browser, q="?!") == []


@pytest.mark.parametrize("kind", ["pdf", "csv"])
async def test_a_range_of_another_file_is_answered_with_the_whole(world: World, kind: str) -> None:
    company = await world.company()
    document = await world.publish(company)
    browser = await world.signed_in(company.contact)
    url = f"/documents/{document['id']}/{kind}"
    whole = await browser.get(url)
    headers = {"Range": "bytes=10-", "If-Range": whole.headers["etag"]}
    rest = await browser.get(url, headers=headers)
    assert (rest.status_code, rest.content) == (206, whole.content[10:])
    headers["If-Range"] = '"the file that was replaced"'
    other = await browser.get(url, headers=headers)
    assert (other.status_code, other.content) == (200, whole.content)
