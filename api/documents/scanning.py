"""Going through all documents that match, batch by batch, without holding a transaction open.

Each batch is a short transaction of its own and goes on after the last row of the one before, so a
slow client holds no connection, and rows that are added meanwhile neither repeat nor shift others.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select
from sqlalchemy import bindparam as bind

from api.access import Principal
from api.core.database import Connection, compiled
from api.documents.listing import page_rows
from api.documents.matching import Shape, filter_values
from api.documents.order import order_of
from api.documents.schemas import DocumentFilter

Opened = Callable[[], AbstractAsyncContextManager[Connection]]
Admitted = Callable[[Connection], Awaitable[Principal]]
# Adds columns to a selection of the batch's rows, `page` being their subquery.
Columns = Callable[[Any], Select[Any]]


@lru_cache(maxsize=512)
def batch_statement(
    shape: Shape, sort: str, columns: Columns, *, paged: bool, sees_all: bool
) -> Select[Any]:
    """The columns of a batch's rows, with their sort keys, in order."""
    order = order_of(sort)
    rows = page_rows(shape, order, paged=paged, sees_all=sees_all)
    page: Any = rows.limit(bind("limit", type_=Integer)).subquery("page")
    keys = [page.c[f"key_{i}"] for i in range(len(order.types))]
    ordered = [key.desc() if order.descending else key.asc() for key in keys]
    return columns(page).add_columns(*keys).order_by(*ordered)


async def scan(
    opened: Opened,
    admitted: Admitted,
    wanted: DocumentFilter,
    sort: str,
    columns: Columns,
    size: int,
) -> AsyncIterator[list[Any]]:
    """All rows that match, `size` documents at a time, each batch as the caller is then allowed."""
    last: dict[str, Any] = {}
    while True:
        async with opened() as connection:
            principal = await admitted(connection)
            values = filter_values(wanted, sees_all=principal.sees_all)
            shape = frozenset(values)
            statement = batch_statement(
                shape, sort, columns, paged=bool(last), sees_all=principal.sees_all
            )
            text, names, constants = compiled(statement)
            given = {**constants, **values, **last, "limit": size}
            rows = await connection.fetch(text, *[given[name] for name in names])
        if rows:
            yield rows
        if len(rows) < size:
            return
        last = {name: value for name, value in rows[-1].items() if name.startswith("key_")}
