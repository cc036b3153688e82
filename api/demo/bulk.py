"""Any number of documents as rows only, to measure the portal at the size of its largest users."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from time import monotonic
from typing import Any, get_args

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from api.core.passwords import hash_password
from api.core.settings import Language, Settings
from api.demo.cast import PASSWORD
from api.demo.crowd import FEW_EMAIL, NAMES, Wanted
from api.demo.generator import generate
from api.demo.history import TAGS
from api.demo.loading import bulk_load
from api.demo.refusal import DemoRefused, refuse_exposed, refuse_used
from api.demo.texts import texts_of
from api.documents.content import content_of
from api.documents.search import search_words

Report = Callable[[str], None]
CHUNK = 100_000
FILLED = (
    "documents",
    "document_contents",
    "search_words",
    "document_register",
    "document_reads",
    "document_tags",
    "document_changes",
    "document_access",
    "memberships",
    "customers",
    "tags",
)
BEFORE = (
    "dice",
    "identifier",
    "contact_of",
    "wanted_table",
    "line_table",
    "contact_table",
    "customer_table",
    "chunk_table",
)
PEOPLE = (
    "fill_contacts",
    "fill_customers",
    "users",
    "accounts",
    "customers",
    "memberships",
    "access",
)


@cache
def statements() -> dict[str, str]:
    """The statements of `bulk.sql` by name."""
    source = files("api.demo").joinpath("bulk.sql").read_text("utf-8")
    blocks = (block.partition("\n") for block in source.split("-- name: ")[1:])
    return {name: body.strip() for name, _, body in blocks}


async def fill(
    settings: Settings, wanted: Wanted, report: Report, *, exposed: bool = False
) -> None:
    """Add the rows in one transaction, during which others wait for the tables.

    Raises `DemoRefused` rather than mixing the rows with those of a customer or another call.
    """
    if not exposed:
        refuse_exposed(settings)
    engine = create_async_engine(settings.migration_url)
    try:
        async with engine.begin() as connection:
            await _refuse_filled(connection)
            async with bulk_load(connection, FILLED):
                await refuse_used(connection)
                await _fill(connection, wanted, report)
                report("Making indexes")
        report("Collecting statistics")
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.exec_driver_sql(f"VACUUM (ANALYZE) {', '.join(FILLED)}, users")
    finally:
        await engine.dispose()


async def _refuse_filled(connection: AsyncConnection) -> None:
    known = text("SELECT count(*) FROM users WHERE email_key = :email")
    if await connection.scalar(known, {"email": FEW_EMAIL}):
        raise DemoRefused("Such documents are there already: use another IPORTAL_DATA_DIR")


async def _fill(connection: AsyncConnection, wanted: Wanted, report: Report) -> None:
    async def do(name: str, values: Any = None) -> None:
        await connection.execute(text(statements()[name]), values)

    for name in BEFORE:
        await do(name)
    scale = {"seed": wanted.seed, "customers": wanted.customers, "names": list(NAMES)}
    epoch = round(wanted.start.timestamp() * 1000)
    times = {"start": wanted.start, "epoch": epoch, "step": wanted.step}
    await do("fill_wanted", {**scale, **times})
    await do("fill_lines", _lines())
    for name in PEOPLE:
        await do(name)
    begun = monotonic()
    for first in range(0, wanted.documents, CHUNK):
        last = min(first + CHUNK, wanted.documents) - 1
        await do("fill_chunk", {"first": first, "last": last})
        await do("documents")
        await do("contents", {"template": _template(wanted.today)})
        await do("register")
        await do("changes")
        await do("empty_chunk")
        speed = (last + 1) / (monotonic() - begun)
        report(f"{last + 1} of {wanted.documents} documents, {speed:.0f} per second")
    await do("words")
    await do("reads")
    tags = [{"n": n, "name": name, "color": color} for n, (name, color) in enumerate(TAGS)]
    await do("tags", tags)
    await do("document_tags")
    await do("sign_ins", {"password_hash": await hash_password(PASSWORD)})


def _lines() -> list[dict[str, Any]]:
    """The lines of the demo in all its languages, as JSON strings, with the words to find them."""
    texts = [
        (name, description.format(asset="Tervo 30", model="Tervo 30", identifier="9-TRV-030"))
        for language in get_args(Language)
        for name, description in texts_of(language)["lines"].values()
    ]
    return [
        {"n": n, "name": _inside(name), "description": _inside(about), "words": search_words(both)}
        for n, both in enumerate(texts)
        for name, about in (both,)
    ]


def _inside(value: str) -> str:
    """A text as it stands between the quotes of a JSON string."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


@cache
def _template(today: date) -> str:
    """The stored detail of an invoice with one line, as a pattern for PostgreSQL's `format`."""
    invoices = (document.invoice for document in generate(today))
    sample = content_of(next(i for i in invoices if i is not None and len(i.lines) == 1))
    sample |= {"seller": None, "buyer": None, "payment": None, "notes": []}
    sample["references"] |= {"contract": "@1", "purchase_order": None, "invoiced_object": None}
    sample["lines"][0] |= {"name": "@2", "description": "@3", "price": "@4", "net_amount": "@4"}
    sample["totals"] |= {"line_total": "@4", "payable": "@6"}
    sample["vat_breakdown"][0] |= {"taxable_amount": "@4", "tax_amount": "@5"}
    pattern = json.dumps(sample, ensure_ascii=False, separators=(",", ":")).replace("%", "%%")
    for place in range(1, 7):
        pattern = pattern.replace(f'"@{place}"', f'"%{place}$s"')
    return pattern
