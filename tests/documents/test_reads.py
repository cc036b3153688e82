"""What requests read of the large tables: never all of one, for someone with five numbers.

PostgreSQL itself counts: scans of whole tables, and rows it fetched from them.
"""

import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.app import create_app
from api.core.scopes import Scope
from api.core.settings import Settings
from api.demo.bulk import fill
from api.demo.cast import PASSWORD
from api.demo.crowd import FEW_EMAIL, MANY, MANY_EMAIL, Wanted
from api.documents.listing import MOST_COUNTED
from tests.demo.conftest import portal_of_its_own
from tests.support.waiting import eventually
from tests.support.world import Person, World

DOCUMENTS, CUSTOMERS = 40_000, 1_000
LARGE = ("documents", "document_contents", "document_changes", "document_reads")
COUNTED = """
SELECT relname, seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
WHERE relname = ANY (:names)
"""
CONNECTED = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'i-portal' AND datname = current_database()
"""
# Of their own documents a request may read each several times: for the list, its order, its count.
TIMES = 8

Request = Callable[[httpx.AsyncClient, dict[str, Any]], Awaitable[httpx.Response]]


def get(path: str, **parameters: Any) -> Request:
    """A request whose parameters may name what the reader has."""

    async def send(client: httpx.AsyncClient, own: dict[str, Any]) -> httpx.Response:
        given = {key: own.get(value, value) for key, value in parameters.items()}
        return await client.get(path, params=given)

    return send


def post(path: str, **body: Any) -> Request:
    """The same with a body."""

    async def send(client: httpx.AsyncClient, own: dict[str, Any]) -> httpx.Response:
        given = {k: own.get(v, v) if isinstance(v, str) else v for k, v in body.items()}
        return await client.post(path, json=given)

    return send


SORTS = ("issue_date", "-number", "amount", "-kind", "customer")
FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "words": {"q": "registration"},
    "number": {"number": "21"},
    "unread": {"unread": True},
    "read": {"unread": False},
    "tag": {"tag_id": "tag"},
    "amount": {"amount_min": "100", "amount_max": "900"},
    "kind": {"kind": "credit_note"},
}
REQUESTS: dict[str, list[Request]] = {
    "list": [get("/documents", sort=sort) for sort in SORTS],
    "filter and count": [get("/documents", count=True, limit=20, **f) for f in FILTERS.values()],
    "search": [get("/documents", sort=sort, q="registration") for sort in SORTS],
    "export": [get("/documents/export", **wanted) for wanted in FILTERS.values()],
    "export of lines": [get("/documents/export", level="line", format="xlsx")],
    "statistics": [
        get("/documents/statistics", by=by, **FILTERS[name])
        for by in ("month", "contract", "reference")
        for name in ("all", "words", "unread")
    ],
    "changes": [get("/documents/changes", limit=100)],
    "mark read by filter": [
        post("/documents/read", filter=wanted, read=read)
        for read in (True, False)
        for name, wanted in FILTERS.items()
        if name != "tag"
    ],
    "tags by filter": [post("/documents/tags", filter=FILTERS["words"], add="tags")],
    "ZIP by filter": [post("/downloads", filter=FILTERS["words"], formats=["csv"])],
    "customers, tags, me": [get("/customers"), get("/tags"), get("/me"), get("/me/export")],
}


@pytest.fixture(scope="module")
async def filled(settings: Settings) -> AsyncIterator[World]:
    """A portal with many documents, of which one user sees few."""
    async with portal_of_its_own(settings) as world:
        today = datetime.now(UTC).date()
        await fill(
            world.settings,
            Wanted(documents=DOCUMENTS, customers=CUSTOMERS, seed=1, today=today),
            lambda _: None,
        )
        yield world


@pytest.fixture(scope="module")
async def own(filled: World) -> dict[str, Any]:
    """The user's session, how many documents they see, and a tag of theirs."""
    ((user_id,),) = await filled.rows(
        "SELECT id FROM users WHERE email_key = :email", email=FEW_EMAIL
    )
    client = await filled.signed_in(Person(user_id, FEW_EMAIL, PASSWORD))
    tags = (await client.get("/tags")).json()["items"]
    total = (await client.get("/documents", params={"count": True})).json()["total"]
    cookie = client.cookies[filled.settings.session_cookie]
    return {
        "user": user_id,
        "total": total,
        "cookie": cookie,
        "tags": [tags[0]["id"]],
        "tag": tags[0]["id"],
    }


async def counted(world: World) -> dict[str, tuple[int, int]]:
    """Scans and rows so far, by table, once every connection has told what it did."""

    async def alone() -> bool:
        return bool((await world.rows(CONNECTED))[0][0] == 0)

    await eventually(alone, "the portal's connections are closed")
    rows = await world.rows(COUNTED, names=list(LARGE))
    return {name: (scans, read) for name, scans, read in rows}


async def reads(
    filled: World, own: dict[str, Any], requests: list[Request]
) -> dict[str, tuple[int, int]]:
    """Scans of each large table, and rows read from it, by these requests of one user."""
    await filled.app.state.database.close()
    await filled.app.state.database.open_direct()  # for whoever comes next; it connects when used
    before = await counted(filled)
    app = create_app(filled.settings)
    async with app.router.lifespan_context(app):
        world = World(app, filled.settings, filled.owner)
        client = world.client()
        client.cookies.set(filled.settings.session_cookie, own["cookie"])
        for send in requests:
            answer = await send(client, own)
            assert answer.is_success, answer.text
        await world.close()
    after = await counted(filled)
    return {
        table: (after[table][0] - before[table][0], after[table][1] - before[table][1])
        for table in LARGE
    }


@pytest.mark.parametrize("name", REQUESTS)
async def test_no_request_goes_through_a_whole_table(
    filled: World, own: dict[str, Any], name: str
) -> None:
    for table, (scans, read) in (await reads(filled, own, REQUESTS[name])).items():
        assert scans == 0, table
        assert read <= TIMES * own["total"] * len(REQUESTS[name]), table


PAGE = 100
# Documents of 200 customer numbers that nobody here reads.
MOVED = """
UPDATE documents SET customer_id = :heavy
WHERE customer_id IN (SELECT id FROM customers ORDER BY number DESC LIMIT 200)
"""
OF_MANY: dict[str, Request] = {
    "changes": get("/documents/changes", limit=PAGE),
    "newest": get("/documents", limit=PAGE),
    "oldest": get("/documents", limit=PAGE, sort="issue_date"),
    "largest": get("/documents", limit=PAGE, sort="-amount"),
}


@pytest.fixture(scope="module")
async def many(filled: World) -> dict[str, Any]:
    """The session of the user with hundreds of customer numbers, one of which has thousands of
    documents: what the statistics tell of an average number does not hold for it.
    """
    ((user_id,),) = await filled.rows(
        "SELECT id FROM users WHERE email_key = :email", email=MANY_EMAIL
    )
    ((heavy,),) = await filled.rows(
        "SELECT min(customer_id::text)::uuid FROM memberships WHERE user_id = :user", user=user_id
    )
    async with filled.owner.begin() as connection:
        await connection.execute(text(MOVED), {"heavy": heavy})
        # As autovacuum does some time after; the tests before have changed much, too.
        await connection.execute(text("ANALYZE documents, document_changes, document_reads"))
        # Else what this read would be counted some seconds later, for one of the tests.
        await connection.execute(text("SELECT pg_stat_force_next_flush()"))
    client = await filled.signed_in(Person(user_id, MANY_EMAIL, PASSWORD))
    return {"cookie": client.cookies[filled.settings.session_cookie], "heavy": str(heavy)}


@pytest.mark.parametrize("name", OF_MANY)
async def test_a_page_for_hundreds_of_numbers_reads_one_row_of_each_and_the_page(
    filled: World, many: dict[str, Any], name: str
) -> None:
    found = await reads(filled, many, [OF_MANY[name]])
    for table, (scans, read) in found.items():
        assert scans == 0, table
        assert read <= MANY + TIMES * PAGE, table
    assert found["documents"][1] >= PAGE


async def test_a_page_of_a_number_with_thousands_of_documents_reads_no_more_than_the_page(
    filled: World, many: dict[str, Any]
) -> None:
    requests = [get("/documents", limit=PAGE, customer_id="heavy")] * 8
    found = await reads(filled, many, requests)
    assert found["documents"][1] <= len(requests) * 3 * PAGE


# A batch of 5,000 takes less; all of them together take several times as much.
MOST_HELD = 12_000_000
ALL: tuple[Request, ...] = (
    post("/documents/read", filter={}, read=True, return_ids=True),
    post("/documents/read", filter={}, read=False, return_ids=True),
    post("/documents/tags", filter={}, remove="tags", return_ids=True),
)


async def test_what_staff_do_with_all_documents_is_never_all_in_memory(
    filled: World, own: dict[str, Any]
) -> None:
    staff = await filled.person(role="staff")
    client = await filled.token(staff, Scope.DOCUMENTS_WRITE)
    for send in ALL:
        tracemalloc.start()
        try:
            answer = await send(client, own)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert answer.status_code == 200, answer.text
        assert peak < MOST_HELD


async def test_staff_are_told_that_there_are_more_than_are_counted(
    filled: World, many: dict[str, Any]
) -> None:
    staff = await filled.signed_in(await filled.person(role="staff"))
    reader = filled.client()
    reader.cookies.set(filled.settings.session_cookie, many["cookie"])
    asked = {"count": True, "limit": 1}
    told = (await staff.get("/documents", params=asked)).json()
    assert (told["total"], told["total_capped"]) == (MOST_COUNTED, True)
    few = (await staff.get("/documents", params={**asked, "customer_id": many["heavy"]})).json()
    own = (await reader.get("/documents", params=asked)).json()
    assert few["total"] < MOST_COUNTED < own["total"] < DOCUMENTS
    assert "total_capped" not in few
    assert "total_capped" not in own
