"""Whoever sees all finds the same as the customer, in every order, whichever way is taken."""

from typing import Any

import httpx
import pytest

from api.documents import listing
from tests.support.world import World, ubl_bytes, unique

SORTS = ("issue_date", "number", "amount", "kind", "customer")
NAMES = (
    "be-multi-rate-21-12-6-0",
    "be-small-enterprise-exempt-E",
    "be-creditnote-with-billing-reference",
    "be-standard-21-embedded-pdf",
    "be-reverse-charge-construction-AE",
)
# Searched one by one; after a look at the first ones; by the index of words.
WAYS = {"walk": (1000, 3, 20_000), "look on": (2, 1, 20_000), "index": (0, 3, 20_000)}


@pytest.fixture(scope="module")
async def shelf(world: World) -> tuple[str, httpx.AsyncClient, httpx.AsyncClient]:
    """A word that some documents of one customer have, the customer and a member of staff."""
    company, other, word = await world.company(), await world.company(), unique("SEEK")
    for name in NAMES:
        await world.publish(company, ubl=ubl_bytes(f"{word}-{unique('N')}", name))
        await world.publish(other, ubl=ubl_bytes(unique("ELSE-"), name))
    staff = await world.signed_in(await world.person(role="staff"))
    return word, await world.signed_in(company.contact), staff


async def found(client: httpx.AsyncClient, **parameters: Any) -> list[str]:
    """All pages of two, one after the other."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        page = await client.get("/documents", params={**parameters, "limit": 2, **more})
        assert page.status_code == 200, page.text
        ids += [item["id"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return ids


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
async def test_staff_find_what_the_customer_finds(
    shelf: Any, monkeypatch: pytest.MonkeyPatch, way: str, sort: str
) -> None:
    word, customer, staff = shelf
    for name, value in zip(("LOOKED_AT", "PROMISING", "WALKED"), WAYS[way], strict=True):
        monkeypatch.setattr(listing, name, value)
    listing.page_statement.cache_clear()
    try:
        theirs = await found(staff, q=word, sort=sort)
    finally:
        listing.page_statement.cache_clear()
    assert theirs == await found(customer, q=word, sort=sort)
    assert len(theirs) == len(NAMES)


async def test_a_search_goes_with_every_other_filter(shelf: Any) -> None:
    word, customer, staff = shelf
    for client in (customer, staff):
        assert len(await found(client, q=word, kind="credit_note")) == 1
        assert await found(client, q=f"{word} nowhere") == []
        answer = await client.get("/documents", params={"q": word, "count": True, "limit": 1})
        assert answer.json()["total"] == len(NAMES)
