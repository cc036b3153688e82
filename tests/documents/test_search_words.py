"""The words of all documents are known as long as a document has them, and only so long."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.documents import listing
from api.documents.sweeping import learn_words
from api.retention.purging import purge_documents
from tests.support.waiting import eventually
from tests.support.world import Company, World, pdf_bytes, unique

YEARS = 7
LETTERS = str.maketrans("0123456789", "ghijklmnop")
AGE = "UPDATE documents SET issue_date = issue_date - 3650, published_at = now() - interval '10 y'"
FORGET = "SELECT iportal.forget_words()"
WAITS = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def new_word() -> str:
    """A word without digits that no document has."""
    return f"w{uuid4().hex[-10:]}".translate(LETTERS)


async def shelve(world: World, company: Company, title: str) -> str:
    number = unique("N-")
    metadata: dict[str, Any] = {"kind": "other", "number": number, "issue_date": "2026-01-31"}
    document = await world.publish(company, pdf=pdf_bytes(number), title=title, **metadata)
    return str(document["id"])


async def known(world: World, word: str) -> set[str]:
    rows = await world.rows(
        "SELECT word FROM search_words WHERE word LIKE :beginning", beginning=f"{word}%"
    )
    return {found for (found,) in rows}


@pytest.fixture
def by_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Staff search by the index of words alone."""
    monkeypatch.setattr(listing, "LOOKED_AT", 0)
    listing.page_statement.cache_clear()
    yield
    listing.page_statement.cache_clear()


async def titles(client: httpx.AsyncClient, asked: str) -> list[str]:
    answer = await client.get("/documents", params={"q": asked, "limit": 200, "count": True})
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert answer.json()["total"] == len(items)
    found = [await client.get(f"/documents/{item['id']}") for item in items]
    return sorted(detail.json()["title"] for detail in found)


@pytest.mark.usefixtures("by_index")
@pytest.mark.parametrize("filled", [True, False])
async def test_staff_find_words_by_their_beginning(world: World, *, filled: bool) -> None:
    company, word, end = await world.company(), new_word(), new_word()
    plain, longer, numbered = f"{word} house", f"{word}wright {end}", f"{word}7x {end}"
    staff = await world.signed_in(await world.person(role="staff"))
    customer = await world.signed_in(company.contact)
    for title in (plain, longer):
        await shelve(world, company, title)
    await learn_words(world.app.state.database)
    if not filled:
        await world.rows("DELETE FROM search_words RETURNING word")
    expected = {
        word: [plain, longer],
        word[:-1]: [plain, longer],
        f"{word}w": [longer],
        f"{word}x": [],
        f"{word} hou": [plain],
        f"{end} {word}": [longer],
    }
    for asked, found in expected.items():
        assert await titles(staff, asked) == found, asked
        assert await titles(customer, asked) == found, asked
    # A word that goes on with a digit after the beginning is found all the same.
    await shelve(world, company, numbered)
    for asked, found in {
        word: sorted([plain, longer, numbered]),
        f"{word}7": [numbered],
        f"{word} {end[:9]}": sorted([longer, numbered]),
        f"{word}7 {end} {word}7x": [numbered],
    }.items():
        assert await titles(staff, asked) == found, asked
    await learn_words(world.app.state.database)


@pytest.mark.usefixtures("by_index")
async def test_staff_find_more_words_than_are_asked_for_one_by_one(world: World) -> None:
    company, word = await world.company(), new_word()
    names = sorted(f"{word}{chr(97 + n)}" for n in range(25))
    await shelve(world, company, " ".join(names[:13]))
    await shelve(world, company, " ".join(names[13:]))
    staff = await world.signed_in(await world.person(role="staff"))
    assert len(await titles(staff, word)) == 2
    assert len(await titles(staff, f"{word} {names[20]}")) == 1


async def test_sec_G1_words_go_with_the_last_document_that_has_them(world: World) -> None:
    company, word, shared = await world.company(), new_word(), new_word()
    old = await shelve(world, company, f"{word} {word}7 {shared}")
    await shelve(world, company, shared)
    assert await known(world, word) >= {word, f"{word}0"}
    async with world.owner.begin() as connection:
        await connection.execute(text(f"{AGE} WHERE id = :id"), {"id": UUID(old)})
    state = world.app.state
    assert await purge_documents(state.database, state.storage, YEARS) >= 1
    assert await known(world, word) == set()
    assert await known(world, shared) == {shared}


async def test_a_word_stays_for_whoever_publishes_it_meanwhile(world: World) -> None:
    company, word = await world.company(), new_word()
    document_id = UUID(await shelve(world, company, word))
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE document_contents SET search = '' WHERE document_id = :id"),
            {"id": document_id},
        )
    async with world.owner.connect() as publishing, world.owner.connect() as forgetting:
        await publishing.execute(
            text("UPDATE document_contents SET search = :words WHERE document_id = :id"),
            {"words": word, "id": document_id},
        )
        forgotten = asyncio.create_task(forgetting.execute(text(FORGET)))
        await eventually(lambda: waits(world), "forgetting waits for who publishes")
        await publishing.commit()
        await forgotten
        await forgetting.commit()
    assert await known(world, word) == {word}


async def waits(world: World) -> bool:
    async with world.app.state.database.transaction() as session:
        return bool((await session.execute(text(WAITS))).all())


@pytest.mark.parametrize(
    "statement", ["SELECT word FROM search_words", "SELECT iportal.asked_words(ARRAY['a'])"]
)
async def test_sec_T2_the_words_of_all_documents_are_for_no_customer(
    world: World, statement: str
) -> None:
    async with world.app.state.database.transaction() as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text(statement))
