"""The list of documents: the hot path, with JSON built by PostgreSQL and statements built once.

For a customer's user the list starts from the customers they may see and takes the newest few of
each (`LATERAL`), so its cost does not grow with the table. Staff see all customers; theirs walks
one index of the whole table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from typing import cast as typing_cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    case,
    cast,
    func,
    join,
    literal_column,
    null,
    select,
    true,
    tuple_,
)
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from api.documents.matching import Shape, matching, matching_customers
from api.models import Customer, Document, DocumentRead, DocumentTag, Tag

Column = Any


@dataclass(frozen=True, slots=True)
class Order:
    """A sort order: its columns, the last being the id, and the types of a cursor's values."""

    columns: tuple[Column, ...]
    types: tuple[Any, ...]
    descending: bool
    by_customer: bool = False

    @property
    def readers(self) -> list[Callable[[Any], Any]]:
        """How each value of a cursor is read back from JSON."""
        return [_FROM_JSON[kind] for kind in self.types]


_FROM_JSON: dict[Any, Callable[[Any], Any]] = {
    Date: date.fromisoformat,
    Uuid: UUID,
    Text: str,
    BigInteger: int,
}


_ORDERS: dict[str, tuple[tuple[Column, ...], tuple[Any, ...]]] = {
    "issue_date": ((Document.issue_date, Document.id), (Date, Uuid)),
    "number": ((Document.number, Document.id), (Text, Uuid)),
    "amount": ((Document.amount_key, Document.id), (BigInteger, Uuid)),
    "kind": ((Document.kind, Document.issue_date, Document.id), (Text, Date, Uuid)),
    "customer": ((Customer.number, Document.issue_date, Document.id), (Text, Date, Uuid)),
}


def order_of(sort: str) -> Order:
    """The order behind a `sort` parameter."""
    name = sort.removeprefix("-")
    columns, types = _ORDERS[name]
    return Order(columns, types, sort.startswith("-"), by_customer=name == "customer")


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


def _sorted(columns: Any, order: Order) -> list[Any]:
    return [column.desc() if order.descending else column.asc() for column in columns]


def _after_cursor(order: Order) -> ColumnElement[bool]:
    key = tuple_(*order.columns)
    last = tuple_(*(bind(f"key_{i}", type_=kind) for i, kind in enumerate(order.types)))
    return key < last if order.descending else key > last


def _rows(shape: Shape, order: Order, *, paged: bool, sees_all: bool) -> Select[Any]:
    """The page's rows and one more, each with its sort key and its customer."""
    conditions = matching(shape - {"customer_id"})
    if paged:
        conditions.append(_after_cursor(order))
    keys = [column.label(f"key_{i}") for i, column in enumerate(order.columns)]
    limit: Any = bind("limit")
    customer = (
        Customer.id.label("customer_id"),
        Customer.number.label("customer_number"),
        Customer.name.label("customer_name"),
    )
    if sees_all and "customer_id" not in shape and not order.by_customer:
        newest = select(*keys, *SHOWN, *customer).join_from(Document, Customer).where(*conditions)
        return newest.order_by(*_sorted(order.columns, order)).limit(limit)
    inner = (
        select(*keys, *SHOWN)
        .where(Document.customer_id == Customer.id, *conditions)
        .order_by(*_sorted(order.columns[1:] if order.by_customer else order.columns, order))
        .limit(limit)
        .correlate(Customer)
        .lateral("newest")
    )
    return (
        select(*inner.c, *customer)
        .select_from(Customer)
        .join(inner, true())
        .where(*matching_customers(shape))
        .order_by(*_sorted([inner.c[f"key_{i}"] for i in range(len(keys))], order))
        .limit(limit)
    )


def _text(value: str) -> Any:
    return literal_column(f"'{value}'")


def _object(**members: Any) -> Any:
    parts = [part for name, value in members.items() for part in (_text(name), value)]
    return func.json_build_object(*parts)


def _tags(document_id: Any) -> Any:
    tag = _object(id=Tag.id, name=Tag.name, color=Tag.color)
    return (
        select(func.coalesce(func.json_agg(aggregate_order_by(tag, DocumentTag.slot)), _text("[]")))
        .select_from(DocumentTag)
        .join(Tag, Tag.id == DocumentTag.tag_id)
        .where(DocumentTag.document_id == document_id)
        .correlate_except(DocumentTag, Tag)
        .scalar_subquery()
    )


def _files(row: Any) -> Any:
    """A document made without files, to measure with, still has its CSV."""
    pdf = case((row.has_pdf, _text("pdf")))
    ubl = case((row.has_ubl, _text("ubl")))
    files = cast(array((pdf, ubl, _text("csv"))), ARRAY(Text))
    return func.to_json(func.array_remove(files, null()))


def document_json(row: Any, customer: Any) -> Any:
    """`Document` of the API as a JSON expression over a row's columns and its customer's."""
    return _object(
        id=row.id,
        kind=row.kind,
        number=row.number,
        title=row.title,
        issue_date=row.issue_date,
        due_date=row.due_date,
        customer=customer,
        currency=row.currency,
        amount_excl_vat=cast(row.amount_excl_vat, Text),
        vat_amount=cast(row.vat_amount, Text),
        amount_incl_vat=cast(row.amount_incl_vat, Text),
        unread=DocumentRead.user_id.is_(None),
        tags=_tags(row.id),
        files=_files(row),
        state=row.state,
    )


def _read_by_reader(document_id: Any) -> Any:
    return (DocumentRead.document_id == document_id) & (
        DocumentRead.user_id == bind("reader_id", type_=Uuid)
    )


@lru_cache(maxsize=512)
def page_statement(shape: Shape, sort: str, *, paged: bool, sees_all: bool) -> Select[Any]:
    """One row: the page as JSON text, and the sort key of its last row when another follows."""
    order = order_of(sort)
    page = _rows(shape, order, paged=paged, sees_all=sees_all).subquery("page")
    keys = [page.c[f"key_{i}"] for i in range(len(order.columns))]
    position = func.row_number().over(order_by=_sorted(keys, order))
    row = select(page, position.label("position")).cte("numbered")
    limit: Any = bind("limit", type_=Integer)
    customer = _object(id=row.c.customer_id, number=row.c.customer_number, name=row.c.customer_name)
    items = (
        select(
            func.coalesce(
                func.json_agg(aggregate_order_by(document_json(row.c, customer), row.c.position)),
                _text("[]"),
            )
        )
        .select_from(row.outerjoin(DocumentRead, _read_by_reader(row.c.id)))
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
    return typing_cast("Select[Any]", select(cast(items, Text), cast(last, Text)))


@lru_cache(maxsize=1)
def one_statement() -> Select[Any]:
    """The document `document_id` as its row in a list, in JSON."""
    customer = _object(id=Customer.id, number=Customer.number, name=Customer.name)
    joined = join(Document, Customer, Customer.id == Document.customer_id).outerjoin(
        DocumentRead, _read_by_reader(Document.id)
    )
    return (
        select(document_json(Document, customer))
        .select_from(joined)
        .where(Document.id == bind("document_id", type_=Uuid))
    )


@lru_cache(maxsize=512)
def count_statement(shape: Shape) -> Select[Any]:
    """How many documents match."""
    return select(func.count()).select_from(Document).where(*matching(shape))
