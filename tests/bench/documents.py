"""The documents list and detail over HTTP, against the same SQL without the portal around it."""

import asyncio
import re
from typing import Any

from api.core.database import compiled
from api.core.settings import Settings
from api.documents.detail import detail_statement
from api.documents.listing import page_statement
from tests.bench.people import Reader, readers
from tests.bench.report import Measure
from tests.bench.servers import floor, portal_server
from tests.bench.wrk import Load, load

ROUNDS = 3
GOALS = {"few": 0.60, "many": 0.30}
DETAIL_GOAL = 0.40
MOST_MILLISECONDS = 300.0
P99_GOAL = 3.0
LIMIT = 50
READER_SQL = re.compile(r"\(SELECT iportal\.user_id\(\)[^)]*\)")


def measure_documents(settings: Settings) -> list[Measure]:
    """Requests per second at 16 connections and p99, as ratios to the floor, alternating."""
    dsn = settings.migration_url.replace("+asyncpg", "")
    people = asyncio.run(readers(dsn))
    statements: dict[str, Any] = {reader.name: _page(reader) for reader in people}
    statements["detail"] = _one(people[0])
    measures: list[Measure] = []
    with floor(dsn, statements) as below, portal_server() as above:
        for reader in people:
            header = {"Cookie": f"session={reader.cookie}"}
            ours, theirs = _alternate(f"{above}/documents", f"{below}/{reader.name}", header)
            count = len(reader.customer_ids)
            measures += [
                Measure(
                    f"list, {count} customer numbers, requests/s",
                    ours.per_second,
                    theirs.per_second,
                    at_least=GOALS[reader.name],
                ),
                Measure(f"list, {count} numbers, p99 ms", ours.p99, theirs.p99, at_most=P99_GOAL),
            ]
        measures += _of_many_numbers(above, people[1])
        first = people[0]
        header = {"Cookie": f"session={first.cookie}"}
        url = f"{above}/documents/{first.document_id}"
        ours, theirs = _alternate(url, f"{below}/detail", header)
        measures.append(
            Measure("detail, requests/s", ours.per_second, theirs.per_second, at_least=DETAIL_GOAL)
        )
    return measures


def _of_many_numbers(url: str, reader: Reader) -> list[Measure]:
    """What the SPA asks besides the list, which counts all the documents of many numbers."""
    header = {"Cookie": f"session={reader.cookie}"}
    return [
        Measure(
            f"{path}, {len(reader.customer_ids)} numbers, ms (at most)",
            load(f"{url}{path}", header, connections=1).median,
            MOST_MILLISECONDS,
            at_most=1.0,
        )
        for path in ("/me", "/customers?limit=200", "/documents?unread=true&count=true")
    ]


def _alternate(ours: str, theirs: str, headers: dict[str, str]) -> tuple[Load, Load]:
    """The median round of each; in turn, so that the machine's moods hit both."""
    pairs = [(load(ours, headers), load(theirs, {})) for _ in range(ROUNDS)]
    by_ratio = sorted(pairs, key=lambda pair: pair[0].per_second / pair[1].per_second)
    return by_ratio[len(by_ratio) // 2]


def _values(names: tuple[str, ...], constants: dict[str, Any], given: dict[str, Any]) -> list[Any]:
    return [given.get(name, constants.get(name)) for name in names]


def _page(reader: Reader) -> tuple[str, list[Any]]:
    """The list's statement with the customers named, since the floor has no row-level security."""
    shape = frozenset({"state", "customer_id"})
    text, names, constants = compiled(
        page_statement(shape, "-issue_date", paged=False, sees_all=False)
    )
    given = {
        "state": ["published"],
        "customer_id": [str(key) for key in reader.customer_ids],
        "limit": LIMIT + 1,
    }
    return _read_by(text, reader), _values(names, constants, given)


def _one(reader: Reader) -> tuple[str, list[Any]]:
    text, names, constants = compiled(detail_statement())
    given = {
        "document_id": str(reader.document_id),
        "event": "consulted",
    }
    return _read_by(text, reader), _values(names, constants, given)


def _read_by(statement: str, reader: Reader) -> str:
    """The statement with its reader's id, since nobody is signed in at the floor."""
    return READER_SQL.sub(f"'{reader.user_id}'::uuid", statement)
