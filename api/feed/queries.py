"""Reads of the change feed.

Numbers are given under one lock while their transactions commit (see the migration), so that all
that is visible with a number has every lower one before it: reading on after the last number seen
skips nothing, although transactions overlap.
"""

from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy import bindparam as bind
from sqlalchemy import true as always
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.access import READER, Principal
from api.core.database import Connection, fetch_row
from api.core.paging import CursorCodec
from api.documents.row_json import document_json
from api.feed.schemas import ChangeQuery
from api.models import Customer, Document, DocumentAccess, DocumentChange

AFTER: Any = bind("after", type_=BigInteger)
LIMIT: Any = bind("limit", type_=Integer)
COLUMNS = (
    DocumentChange.seq,
    DocumentChange.change,
    DocumentChange.document_id,
    DocumentChange.at,
)
LAST = "'9223372036854775807'::bigint"
RFC3339 = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def _first(*conditions: Any) -> Any:
    ordered = select(*COLUMNS).where(*conditions).order_by(DocumentChange.seq)
    return ordered.limit(LIMIT)


def _everyones() -> Any:
    return _first(DocumentChange.user_id.is_(None), DocumentChange.seq > AFTER)


def _readers() -> Any:
    """What happened to the customers' documents since they may be seen, and to one's access.

    A page of n changes can only come from the n customers whose first change comes first, and none
    of its rows lies beyond the last of these firsts: so one index probe per customer finds whose
    changes are read further, and how far.
    """
    seen = (
        select(Customer.id, func.coalesce(DocumentAccess.since, 0).label("since"))
        .outerjoin(
            DocumentAccess,
            (DocumentAccess.customer_id == Customer.id) & (DocumentAccess.user_id == READER),
        )
        .cte("seen")
    )
    after = DocumentChange.seq > func.greatest(AFTER, seen.c.since)
    head = _of(seen, (DocumentChange.seq,), after, literal_column("1"), "head")
    firsts: Any = select(seen.c.id, head.c.seq).select_from(seen.join(head, always()))
    firsts = firsts.order_by(head.c.seq).limit(LIMIT).cte("firsts")
    reach = case((func.count() == LIMIT, func.max(firsts.c.seq)), else_=literal_column(LAST))
    within = DocumentChange.seq.between(
        firsts.c.seq, select(reach).select_from(firsts).scalar_subquery()
    )
    changes = _of(firsts, COLUMNS, within, LIMIT, "changes")
    theirs = select(*changes.c).select_from(firsts.join(changes, always()))
    own = _first(DocumentChange.user_id == READER, DocumentChange.seq > AFTER).subquery("own")
    return union_all(theirs, select(*own.c))


def _of(customers: Any, columns: Any, condition: Any, most: Any, name: str) -> Any:
    """The first changes of each of some customers' documents."""
    ordered = (
        select(*columns)
        .where(
            DocumentChange.customer_id == customers.c.id,
            DocumentChange.user_id.is_(None),
            condition,
        )
        .order_by(DocumentChange.seq)
        .limit(most)
    )
    return ordered.correlate(customers).lateral(name)


@cache
def changes_statement(*, sees_all: bool) -> Select[Any]:
    """One row: the page as JSON text, the number of its last change, and how many there are."""
    found = (_everyones() if sees_all else _readers()).subquery("found")
    page: Any = select(found).order_by(found.c.seq).limit(LIMIT).cte("page")
    customer = func.json_build_object(
        "id", Customer.id, "number", Customer.number, "name", Customer.name
    )
    document = case((Document.id.is_not(None), document_json(Document, customer)))
    item = func.json_build_object(
        "seq", page.c.seq,
        "change", page.c.change,
        "document_id", page.c.document_id,
        "document", document,
        "at", func.to_char(func.timezone("UTC", page.c.at), RFC3339),
    )  # fmt: skip
    joined = page.outerjoin(Document, Document.id == page.c.document_id).outerjoin(
        Customer, Customer.id == Document.customer_id
    )
    items = func.coalesce(cast(func.json_agg(aggregate_order_by(item, page.c.seq)), Text), "[]")
    return select(items, func.max(page.c.seq), func.count()).select_from(joined)


class ChangesJson:
    """A page as the bytes to send; `more` when it is full, so that another may follow at once."""

    def __init__(self, items: str, next_cursor: str, *, more: bool) -> None:
        self.next_cursor, self.more = next_cursor, more
        self.body = (
            b'{"items":' + items.encode() + b',"next_cursor":' + orjson.dumps(next_cursor) + b"}"
        )


async def list_changes(
    connection: Connection, principal: Principal, query: ChangeQuery, codec: CursorCodec
) -> ChangesJson:
    """The changes after a cursor, oldest first."""
    context = f"changes {principal.user_id}"
    after = 0 if query.cursor is None else codec.decode(context, query.cursor)[0]
    items, last, count = await fetch_row(
        connection,
        changes_statement(sees_all=principal.sees_all),
        {"after": after, "limit": query.limit},
    )
    cursor = codec.encode(context, [after if last is None else last])
    return ChangesJson(items, cursor, more=count == query.limit)
