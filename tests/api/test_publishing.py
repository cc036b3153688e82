"""Publishing: once, whole, and refused with the reason."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from api.core.scopes import Scope
from tests.support.world import World, pdf_bytes, ubl_bytes, unique

JSON = "application/json"


async def post(
    client: httpx.AsyncClient, *, query: str = "", headers: Any = None, **parts: Any
) -> httpx.Response:
    files: Any = {
        name: (f"x.{name}", parts[name], "application/octet-stream")
        for name in ("pdf", "ubl")
        if name in parts
    }
    data = {"metadata": json.dumps(parts["metadata"])} if "metadata" in parts else {}
    data |= parts.get("data", {})
    return await client.post(f"/issuer/documents{query}", files=files, data=data, headers=headers)


async def test_same_bytes_again_change_nothing_and_other_bytes_are_refused(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    number = unique("ONCE-")
    metadata = {"customer_number": company.number}
    first = await post(publisher, ubl=ubl_bytes(number), metadata=metadata)
    assert first.status_code == 201
    assert first.json() | {"published_at": None} == {
        "id": first.json()["id"],
        "customer_number": company.number,
        "kind": "invoice",
        "number": number,
        "state": "published",
        "findings": [],
        "published_at": None,
    }
    again = await post(publisher, ubl=ubl_bytes(number), metadata=metadata)
    assert (again.status_code, again.json()) == (200, first.json())
    other = ubl_bytes(number, "be-small-enterprise-exempt-E")
    refused = await post(publisher, ubl=other, metadata=metadata)
    assert (refused.status_code, refused.json()["code"]) == (409, "document_exists")
    assert number in refused.json()["detail"]
    credit = ubl_bytes(number, "be-creditnote-with-billing-reference")
    assert (await post(publisher, ubl=credit, metadata=metadata)).status_code == 201


@pytest.mark.parametrize("way", ["query", "part"])
async def test_replacing_keeps_the_former(world: World, way: str) -> None:
    company, publisher = await world.company(), await world.publisher()
    number = unique("REPLACE-")
    metadata = {"customer_number": company.number}
    first = (await post(publisher, ubl=ubl_bytes(number), metadata=metadata)).json()
    other = ubl_bytes(number, "be-small-enterprise-exempt-E")
    options: dict[str, Any] = (
        {"query": "?replace=true"} if way == "query" else {"data": {"replace": "true"}}
    )
    second = await post(publisher, ubl=other, metadata=metadata, **options)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]
    client = await world.signed_in(company.contact)
    shown = (await client.get("/documents")).json()["items"]
    assert [item["id"] for item in shown] == [second.json()["id"]]
    replaced = (await client.get("/documents", params={"state": "replaced"})).json()["items"]
    assert [item["id"] for item in replaced] == [first["id"]]


async def test_sec_X2_fifty_parallel_copies_make_one_document(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    number = unique("FIFTY-")
    copies = [
        post(publisher, ubl=ubl_bytes(number), metadata={"customer_number": company.number})
        for _ in range(50)
    ]
    answers = await asyncio.gather(*copies)
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    rows = await world.rows("SELECT id FROM documents WHERE number = :number", number=number)
    assert len(rows) == 1


async def test_sec_X2_a_key_stands_for_one_request(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    metadata = {"customer_number": company.number}
    headers = {"Idempotency-Key": unique("key")}
    first = await post(publisher, ubl=ubl_bytes(unique("K-")), metadata=metadata, headers=headers)
    assert first.status_code == 201
    other = await post(publisher, ubl=ubl_bytes(unique("K-")), metadata=metadata, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_the_customer_is_found_by_metadata_or_by_the_buyer_reference(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    number = unique("WHOSE-")
    data = ubl_bytes(number).decode()
    start = data.index("<cbc:BuyerReference>") + len("<cbc:BuyerReference>")
    data = data[:start] + company.number + data[data.index("</cbc:BuyerReference>") :]
    answer = await post(publisher, ubl=data.encode())
    assert (answer.status_code, answer.json()["customer_number"]) == (201, company.number)
    unknown = await post(publisher, ubl=ubl_bytes(unique("WHOSE-")))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_customer")


@pytest.mark.parametrize(
    ("parts", "code", "rule"),
    [
        ({"ubl": b"<a/>"}, "invalid_ubl", "NOT-UBL"),
        ({"ubl": b"not xml"}, "invalid_ubl", "XML"),
        ({"ubl": b""}, "invalid_ubl", "XML"),
        ({"ubl": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}, "invalid_ubl", "DOCTYPE"),
        ({"pdf": b"no pdf"}, "invalid_pdf", None),
        ({"pdf": b"%PDF-1.7\n broken"}, "invalid_pdf", None),
        ({}, "invalid", None),
        ({"pdf": pdf_bytes(), "metadata": {"number": "1"}}, "invalid", None),
        ({"pdf": pdf_bytes(), "metadata": {"amount_incl_vat": "NaN"}}, "invalid", None),
        ({"pdf": pdf_bytes(), "metadata": {"colour": "red"}}, "invalid", None),
        ({"pdf": pdf_bytes(), "metadata": {"number": "a\x00"}}, "invalid", None),
        ({"pdf": pdf_bytes(), "data": {"colour": "red"}}, "invalid", None),
        ({"pdf": pdf_bytes(), "data": {"metadata": "{"}}, "invalid", None),
    ],
)
async def test_bad_uploads_are_refused_and_nothing_is_stored(
    world: World, parts: dict[str, Any], code: str, rule: str | None
) -> None:
    company, publisher = await world.company(), await world.publisher()
    before = await world.rows("SELECT count(*) FROM documents")
    if "metadata" not in parts and "metadata" not in parts.get("data", {}):
        full = {
            "customer_number": company.number,
            "number": unique("B-"),
            "issue_date": "2026-01-02",
        }
        parts = {**parts, "metadata": full}
    answer = await post(publisher, **parts)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    if rule is not None:
        assert answer.json()["findings"][0]["rule"] == rule
    assert await world.rows("SELECT count(*) FROM documents") == before


@pytest.mark.parametrize("metadata", ["{", '{"colour": "red"}', '{"issue_date": "2026-13-01"}'])
async def test_the_files_are_refused_before_the_metadata(world: World, metadata: str) -> None:
    publisher = await world.publisher()
    wrong: Any = {"data": {"metadata": metadata}}
    broken_rule = ubl_bytes(unique("ORDER-"), "bad-br-co-10-line-sum")
    for ubl in (b"<a/>", broken_rule):
        answer = await post(publisher, ubl=ubl, **wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_ubl")
    answer = await post(publisher, pdf=b"no pdf", **wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_pdf")
    good: list[Any] = [{"ubl": ubl_bytes(unique("ORDER-"))}, {"pdf": pdf_bytes()}]
    for parts in good:
        answer = await post(publisher, **parts, **wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["errors"][0]["pointer"].startswith("/metadata")


async def test_metadata_may_come_as_a_file_as_browsers_send_json(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    number = unique("BLOB-")
    told = json.dumps({"customer_number": company.number}).encode()
    files: Any = {"ubl": ("x.xml", ubl_bytes(number)), "metadata": ("blob", told, JSON)}
    answer = await publisher.post("/issuer/documents", files=files)
    assert (answer.status_code, answer.json()["number"]) == (201, number)
    files["metadata"] = ("blob", b"\xff\xfe", JSON)
    answer = await publisher.post("/issuer/documents", files=files)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/metadata")


@pytest.mark.parametrize("twice", ["pdf", "ubl", "metadata"])
async def test_a_part_that_comes_twice_is_refused_rather_than_lost(
    world: World, twice: str
) -> None:
    company, publisher = await world.company(), await world.publisher()
    told = json.dumps({"customer_number": company.number}).encode()
    parts: list[Any] = [
        ("pdf", ("x.pdf", pdf_bytes())),
        ("ubl", ("x.xml", ubl_bytes(unique("TWICE-")))),
        ("metadata", ("x.json", told, JSON)),
    ]
    again = [part for part in parts if part[0] == twice]
    answer = await publisher.post("/issuer/documents", files=[*parts, *again])
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    found = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert found == [(f"/{twice}", "duplicate")]
    assert (await publisher.post("/issuer/documents", files=parts)).status_code == 201


async def test_sec_D1_too_large_a_file_is_refused(world: World) -> None:
    publisher = await world.publisher()
    answer = await post(publisher, pdf=b"%PDF-" + b"x" * 5_000_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = await post(publisher, pdf=b"%PDF-" + b"x" * 30_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_sec_X3_a_publishing_credential_cannot_read(world: World) -> None:
    company = await world.company()
    document = await world.publish(company)
    publisher = await world.publisher()
    for path in ("/documents", f"/documents/{document['id']}", f"/documents/{document['id']}/ubl"):
        answer = await publisher.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope")


async def test_only_staff_and_their_tokens_publish(world: World) -> None:
    company = await world.company()
    body: Any = {"ubl": ubl_bytes(unique("WHO-")), "metadata": {"customer_number": company.number}}
    browser = await world.signed_in(company.contact)
    assert (await post(browser, **body)).json()["code"] == "forbidden"
    staff = await world.person(role="staff")
    reader = await world.token(staff, Scope.DOCUMENTS_READ)
    assert (await post(reader, **body)).json()["code"] == "scope"
    assert (await post(world.client(), **body)).status_code == 401
    assert (await post(await world.signed_in(staff), **body)).status_code == 201


async def test_upsert_of_customers_and_contacts(world: World) -> None:
    publisher, number = await world.publisher(), unique("UPS")
    first, second = await world.person(), await world.person()
    body = {"name": "Acme", "language": "fr", "contact": {"email": first.email.upper()}}
    created = await publisher.put(f"/issuer/customers/{number}", json=body)
    assert created.status_code == 201
    assert (created.json()["channel"], created.json()["vat_number"]) == ("portal", None)
    same = await publisher.put(f"/issuer/customers/{number}", json={**body, "name": "Acme NV"})
    assert (same.status_code, same.json()["name"]) == (200, "Acme NV")
    seen = (await (await world.signed_in(first)).get("/customers")).json()["items"]
    assert [(c["number"], c["is_main_contact"], c["main_contact"]["email"]) for c in seen] == [
        (number, True, first.email)
    ]
    await publisher.put(
        f"/issuer/customers/{number}", json={**body, "contact": {"email": second.email}}
    )
    assert (await (await world.signed_in(first)).get("/customers")).json()["items"] == []
    seen = (await (await world.signed_in(second)).get("/customers")).json()["items"]
    assert [customer["number"] for customer in seen] == [number]


@pytest.mark.parametrize(
    "change",
    [
        {"language": "es"},
        {"contact": {"email": "a@b\r\nBcc: c@d.example"}},
        {"contact": {"email": ["a@example.com"]}},
        {"contact": {"email": "a@example.com,b@example.com"}},
        {"name": ""},
        {"name": "\ud800"},
        {"role": "staff"},
        {"channel": "fax"},
    ],
)
async def test_bad_customers_are_refused(world: World, change: dict[str, Any]) -> None:
    publisher = await world.publisher()
    body = {"name": "A", "language": "fr", "contact": {"email": "a@example.com"}, **change}
    answer = await publisher.put(
        f"/issuer/customers/{unique('BAD')}",
        content=json.dumps(body),
        headers={"Content-Type": JSON},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
