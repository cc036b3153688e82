"""Sums for the charts: signed, per currency, with the list's filter."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.support.world import Company, World, pdf_bytes, ubl_bytes, unique


async def sums(client: httpx.AsyncClient, **parameters: Any) -> list[dict[str, Any]]:
    answer = await client.get("/documents/statistics", params=parameters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.fixture(scope="module")
async def shelf(world: World) -> tuple[Company, httpx.AsyncClient]:
    """Two invoices, a credit note, one in another currency, a letter without amounts."""
    company = await world.company()
    for name in (
        "be-multi-rate-21-12-6-0",
        "be-small-enterprise-exempt-E",
        "be-creditnote-with-billing-reference",
        "be-export-G-to-US-usd",
    ):
        await world.publish(company, ubl=ubl_bytes(unique("STAT-"), name))
    await world.publish(
        company, pdf=pdf_bytes(), kind="other", number=unique("S-"), issue_date="2021-05-06"
    )
    return company, await world.signed_in(company.contact)


@pytest.mark.parametrize("by", ["month", "contract", "reference"])
async def test_sums_are_those_of_the_list(shelf: Any, by: str) -> None:
    _, client = shelf
    listed = (await client.get("/documents")).json()["items"]
    items = await sums(client, by=by)
    for currency in ("EUR", "USD"):
        documents = [d for d in listed if d["currency"] == currency]
        own = [item for item in items if item["currency"] == currency]
        for field in ("amount_excl_vat", "vat_amount", "amount_incl_vat"):
            wanted = sum(
                (-1 if d["kind"] == "credit_note" else 1) * Decimal(d[field]) for d in documents
            )
            assert sum(Decimal(item[field]) for item in own) == wanted
        assert sum(item["documents"] for item in own) == len(documents)
    if by == "month":
        months = [item["key"] for item in items]
        assert months == sorted(months)
        assert set(months) == {d["issue_date"][:7] for d in listed if d["currency"]}


async def test_contracts_and_references_are_those_of_the_files(shelf: Any) -> None:
    _, client = shelf
    listed = (await client.get("/documents")).json()["items"]
    references = set()
    for document in listed:
        detail = (await client.get(f"/documents/{document['id']}")).json()
        if detail["currency"] is None:
            continue
        told = detail["references"]
        references.add(told["buyer_reference"] or told["purchase_order"])
    assert {item["key"] for item in await sums(client, by="reference")} == references


async def test_the_filter_is_that_of_the_list(shelf: Any, world: World) -> None:
    _, client = shelf
    credits_only = await sums(client, kind="credit_note")
    assert [item["amount_incl_vat"] for item in credits_only] == ["-25.41"]
    assert await sums(client, number="none such") == []
    assert len(await sums(client, by="reference", limit=1)) == 1
    stranger = await world.signed_in((await world.company()).contact)
    assert await sums(stranger) == []


@pytest.mark.parametrize("by", ["month", "contract", "reference"])
async def test_sums_of_what_a_search_finds(shelf: Any, by: str) -> None:
    _, client = shelf
    listed = (await client.get("/documents")).json()["items"]
    wanted = next(document for document in listed if document["currency"] == "USD")
    items = await sums(client, by=by, q=wanted["number"])
    assert [(item["currency"], item["documents"]) for item in items] == [("USD", 1)]


@pytest.mark.parametrize("parameters", [{"by": "day"}, {"limit": 0}, {"sort": "number"}])
async def test_bad_parameters_are_refused(shelf: Any, parameters: dict[str, Any]) -> None:
    _, client = shelf
    answer = await client.get("/documents/statistics", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
