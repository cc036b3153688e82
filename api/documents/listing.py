"""The list of documents: the hot path, with JSON built by PostgreSQL and statements built once.

For a customer's user the list starts from the customers they may see and takes the first few of
each (`LATERAL`), so its cost does not grow with the table. Staff see all customers; theirs walks
one index of the whole table. What is searched starts from the documents that were found.
"""

from functools import lru_cache
from typing import Any
from typing import cast as typing_cast

from sqlalchemy import (
    Integer,
    Select,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.access import PRINCIPAL_IS_SET
from api.documents.matching import (
    FINDING,
    SEARCHED,
    Shape,
    is_found,
    is_found_by_index,
    matching,
    matching_customers,
)
from api.documents.order import ENDS, Order, after_cursor, labelled, order_of, sorted_by
from api.documents.row_json import document_json, json_object, sql_text
from api.models import Customer, Document, DocumentContent

# How many documents are searched one by one: at first, and when that many of them had the words.
LOOKED_AT = 1_000
PROMISING = 3
WALKED = 20_000
# Counting takes the longer the more there are: who sees all is told this many and that more are.
MOST_COUNTED = 10_000


# The columns of `documents` that a list shows.
SHOWN = (
    Document.id,
    Document.kind,
    Document.number,
    Document.title,
    Document.issue_date,
    Document.due_date,
    Document.currency,
    Document.amount_excl_vat,
    Document.vat_amount,
    Document.amount_incl_vat,
    Document.has_pdf,
    Document.has_ubl,
    Document.state,
)


def _newest(
    shape: Shape,
    order: Order,
    customers: Any,
    columns: Any,
    limit: Any,
    *further: Any,
    paged: bool,
) -> Any:
    """The first documents of each of some customers, in this order."""
    keys = order.keys(customers.c)
    conditions = [*matching(shape - {"customer_id"}, each=True), *further]
    if paged:
        conditions.append(after_cursor(keys, order))
    return (
        select(*labelled(keys), *columns)
        .where(Document.customer_id == customers.c.id, *conditions)
        .order_by(*sorted_by([key for key in keys if key is not customers.c.number], order))
        .limit(limit)
        .correlate(customers)
        .lateral("newest")
    )


def _merged(customers: Any, newest: Any, columns: Any, order: Order) -> Select[Any]:
    keys = [newest.c[f"key_{i}"] for i in range(len(order.types))]
    return (
        select(*columns)
        .select_from(customers.join(newest, true()))
        .order_by(*sorted_by(keys, order))
        .limit(bind("limit"))
    )


def page_rows(shape: Shape, order: Order, *, paged: bool, sees_all: bool) -> Select[Any]:
    """The page's rows and one more, each with its sort key and its customer."""
    if sees_all and "customer_id" not in shape:
        if SEARCHED in shape:
            return _searched(shape, order, paged=paged)
        return _in_order(shape, order, paged=paged, limit=bind("limit"))
    if shape & FINDING:
        return _in_order(shape, order, paged=paged, limit=bind("limit"))
    return _of_customers(shape, order, paged=paged)


def _of_customers(shape: Shape, order: Order, *, paged: bool) -> Select[Any]:
    """From the customers, the first documents of each.

    A page of n rows can only come from the n customers whose first document comes first: any other
    customer's best row has n better ones before it. So one index probe per customer finds those,
    and only theirs are read further, as far as the last of these n firsts at most.
    """
    customers: Any = Customer.__table__
    heads = _newest(shape, order, customers, (), literal_column("1"), paged=paged)
    columns = (heads.c.key_0, customers.c.id, customers.c.number, customers.c.name)
    first = _merged(customers, heads, columns, order).where(*matching_customers(shape)).cte("first")
    reach = _within_reach(order, first)
    newest = _newest(shape, order, first, SHOWN, bind("limit"), *reach, paged=paged)
    return _merged(first, newest, (*newest.c, *_customer(first.c)), order)


def _within_reach(order: Order, first: Any) -> list[Any]:
    """No row of the page lies beyond the last of n customers' firsts, if there are that many."""
    if order.types[0] not in ENDS:
        return []
    lowest, highest = ENDS[order.types[0]]
    key, head, full = order.columns[0], first.c.key_0, func.count() == bind("limit", type_=Integer)
    if order.descending:
        last = select(case((full, func.min(head)), else_=literal_column(lowest)))
        return [key >= last.select_from(first).scalar_subquery()]
    last = select(case((full, func.max(head)), else_=literal_column(highest)))
    return [key <= last.select_from(first).scalar_subquery()]


def _in_order(shape: Shape, order: Order, *, paged: bool, limit: Any) -> Select[Any]:
    """From the documents, along an index of the whole table, or from those that a filter finds."""
    customers: Any = Customer.__table__
    ordered = _ordered(shape, order, _customer(customers.c), paged=paged, limit=limit)
    return ordered.join_from(Document, customers)


def _ordered(shape: Shape, order: Order, more: Any, *, paged: bool, limit: Any) -> Select[Any]:
    customers: Any = Customer.__table__
    keys = order.keys(customers.c)
    conditions = [*matching(shape), *matching_customers(shape)]
    if paged:
        conditions.append(after_cursor(keys, order))
        if order.by_customer:
            # The comparison of both tables' columns is no index condition; this is.
            number, last = customers.c.number, bind("key_0", type_=Text)
            conditions.append(number <= last if order.descending else number >= last)
    return (
        select(*labelled(keys), *SHOWN, *more)
        .where(*conditions)
        .order_by(*sorted_by(keys, order))
        .limit(limit)
    )


def _searched(shape: Shape, order: Order, *, paged: bool) -> Select[Any]:
    """What someone who sees all looks for.

    The first few documents are searched one by one, where frequent words fill the page at once. If
    they come up there at all, more are searched. Else, or if that does not fill the page, the index
    of words is asked, which gives all that have them, and takes the longer the more there are.
    """
    others = shape - {SEARCHED}
    limit: Any = bind("limit", type_=Integer)
    customers: Any = Customer.__table__

    def ordered(most: Any) -> Select[Any]:
        statement = _ordered(others, order, (Document.customer_id,), paged=paged, limit=most)
        return statement.join_from(Document, customers) if order.by_customer else statement

    first = _hits(ordered(literal_column(str(LOOKED_AT))), order, "first_hits", true())
    at_first = _count(first)
    promising = (at_first >= PROMISING) & (at_first < limit)
    more = _hits(ordered(literal_column(str(WALKED))), order, "more_hits", promising)
    missing = (at_first < limit) & (_count(more) < limit)
    # Materialised, or the planner would go through the documents in order once more.
    having: Any = select(DocumentContent.document_id).where(is_found_by_index(), missing)
    having = having.cte("having_words").prefix_with("MATERIALIZED")
    rest = _each_of(having, ordered(None), order).limit(limit)
    found: Any = union_all(
        select(first).where(at_first == limit), select(more).where(_count(more) == limit), rest
    ).subquery("found")
    keys = [found.c[f"key_{i}"] for i in range(len(order.types))]
    own = [column for column in found.c if column.key != "customer_id"]
    return (
        select(*own, *_customer(customers.c))
        .select_from(found.join(customers, customers.c.id == found.c.customer_id))
        .order_by(*sorted_by(keys, order))
        .limit(limit)
    )


def _each_of(found: Any, documents: Select[Any], order: Order) -> Select[Any]:
    """Of these documents those that were found, looked up one by one.

    The offset keeps the planner from reading the whole table for a few thousand of them, which
    costs the more the larger the table is.
    """
    one = documents.where(Document.id == found.c.document_id).order_by(None).offset(0)
    each = one.correlate(found).lateral("each")
    keys = [each.c[f"key_{i}"] for i in range(len(order.types))]
    return select(each).select_from(found.join(each, true())).order_by(*sorted_by(keys, order))


def _hits(walked: Select[Any], order: Order, name: str, wanted: Any) -> Any:
    """Those of some documents that have the words, as many as the page takes."""
    near: Any = walked.subquery(f"near_{name}")
    words = (
        select(is_found())
        .where(DocumentContent.document_id == near.c.id)
        .correlate(near)
        .scalar_subquery()
    )
    keys = [near.c[f"key_{i}"] for i in range(len(order.types))]
    hits = select(near).where(words, wanted).order_by(*sorted_by(keys, order))
    return hits.limit(bind("limit", type_=Integer)).cte(name)


def _count(hits: Any) -> Any:
    return select(func.count()).select_from(hits).scalar_subquery()


def _customer(row: Any) -> tuple[Any, ...]:
    return (
        row.id.label("customer_id"),
        row.number.label("customer_number"),
        row.name.label("customer_name"),
    )


@lru_cache(maxsize=512)
def page_statement(shape: Shape, sort: str, *, paged: bool, sees_all: bool) -> Select[Any]:
    """One row: the page as JSON text, and the sort key of its last row when another follows."""
    order = order_of(sort)
    page = page_rows(shape, order, paged=paged, sees_all=sees_all).subquery("page")
    keys = [page.c[f"key_{i}"] for i in range(len(order.columns))]
    position = func.row_number().over(order_by=sorted_by(keys, order))
    row = select(page, position.label("position")).cte("numbered")
    limit: Any = bind("limit", type_=Integer)
    customer = json_object(
        id=row.c.customer_id, number=row.c.customer_number, name=row.c.customer_name
    )
    items = (
        select(
            func.coalesce(
                func.json_agg(aggregate_order_by(document_json(row.c, customer), row.c.position)),
                sql_text("[]"),
            )
        )
        .select_from(row)
        .where(row.c.position < limit)
        .scalar_subquery()
    )
    # The row after the page only tells that there is one; the cursor is the key before it.
    before = row.alias("before")
    last = (
        select(func.json_build_array(*(before.c[f"key_{i}"] for i in range(len(keys)))))
        .select_from(before.join(row, row.c.position == limit))
        .where(before.c.position == limit - 1)
        .scalar_subquery()
    )
    page_row = select(cast(items, Text).label("items"), cast(last, Text).label("last_key"))
    return typing_cast("Select[Any]", page_row.where(PRINCIPAL_IS_SET))


@lru_cache(maxsize=512)
def count_statement(shape: Shape, *, sees_all: bool) -> Select[Any]:
    """How many documents match; of someone who sees all, one more than are told at most."""
    conditions = [*matching(shape, each=not sees_all), *matching_customers(shape)]
    conditions.append(PRINCIPAL_IS_SET)
    if not sees_all:
        return select(func.count()).join_from(Customer, Document).where(*conditions)
    some: Select[Any] = select(literal_column("1")).join_from(Customer, Document).where(*conditions)
    return select(func.count()).select_from(some.limit(MOST_COUNTED + 1).subquery())
