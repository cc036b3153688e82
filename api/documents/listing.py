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
    BigInteger,
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    Text,
    Uuid,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import aggregate_order_by

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


def _sorted(columns: Any, order: Order) -> list[Any]:
    return [column.desc() if order.descending else column.asc() for column in columns]


def _after_cursor(order: Order) -> ColumnElement[bool]:
    key = tuple_(*order.columns)
    last = tuple_(*(bind(f"key_{i}", type_=kind) for i, kind in enumerate(order.types)))
    return key < last if order.descending else key > last


def _rows(shape: Shape, order: Order, *, paged: bool, sees_all: bool) -> Select[Any]:
    """The sort key and id of the page's rows and of one more."""
    conditions = matching(shape - {"customer_id"})
    if paged:
        conditions.append(_after_cursor(order))
    keys = [column.label(f"key_{i}") for i, column in enumerate(order.columns)]
    limit: Any = bind("limit")
    if sees_all and "customer_id" not in shape and not order.by_customer:
        statement = select(*keys, Document.id.label("document_id")).where(*conditions)
        return statement.order_by(*_sorted(order.columns, order)).limit(limit)
    inner = (
        select(*keys, Document.id.label("document_id"))
        .where(Document.customer_id == Customer.id, *conditions)
        .order_by(*_sorted(order.columns[1:] if order.by_customer else order.columns, order))
        .limit(limit)
        .correlate(Customer)
        .lateral("newest")
    )
    return (
        select(*inner.c)
        .select_from(Customer)
        .join(inner, true())
        .where(*matching_customers(shape))
        .order_by(*_sorted([inner.c[f"key_{i}"] for i in range(len(keys))], order))
        .limit(limit)
    )


def _tags() -> Any:
    tag = func.json_build_object("id", Tag.id, "name", Tag.name, "color", Tag.color)
    return (
        select(func.coalesce(func.json_agg(aggregate_order_by(tag, DocumentTag.slot)), _json("[]")))
        .select_from(DocumentTag)
        .join(Tag, Tag.id == DocumentTag.tag_id)
        .where(DocumentTag.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
    )


def _json(text: str) -> Any:
    return literal_column(f"'{text}'::json")


def _files() -> Any:
    return case(
        (Document.has_pdf & Document.has_ubl, _json('["pdf","ubl","csv"]')),
        (Document.has_pdf, _json('["pdf","csv"]')),
        else_=_json('["ubl","csv"]'),
    )


def document_json() -> Any:
    """`Document` of the API as a JSON expression over documents, customers and reads."""
    return func.json_build_object(
        "id", Document.id,
        "kind", Document.kind,
        "number", Document.number,
        "title", Document.title,
        "issue_date", Document.issue_date,
        "due_date", Document.due_date,
        "customer",
        func.json_build_object("id", Customer.id, "number", Customer.number, "name", Customer.name),
        "currency", Document.currency,
        "amount_excl_vat", cast(Document.amount_excl_vat, String),
        "vat_amount", cast(Document.vat_amount, String),
        "amount_incl_vat", cast(Document.amount_incl_vat, String),
        "unread", DocumentRead.user_id.is_(None),
        "tags", _tags(),
        "files", _files(),
        "state", Document.state,
    )  # fmt: skip


def with_read_mark(statement: Select[Any]) -> Select[Any]:
    """Join the customer, and what this user has read, to a selection of documents."""
    return statement.join(Customer, Customer.id == Document.customer_id).outerjoin(
        DocumentRead,
        (DocumentRead.document_id == Document.id)
        & (DocumentRead.user_id == bind("reader_id", type_=Uuid)),
    )


@lru_cache(maxsize=512)
def page_statement(shape: Shape, sort: str, *, paged: bool, sees_all: bool) -> Select[Any]:
    """One row: the page as JSON text, and the sort key of its last row when another follows."""
    order = order_of(sort)
    page = _rows(shape, order, paged=paged, sees_all=sees_all).subquery("page")
    keys = [page.c[f"key_{i}"] for i in range(len(order.columns))]
    position = func.row_number().over(order_by=_sorted(keys, order))
    numbered = select(page, position.label("position")).subquery("numbered")
    shown = with_read_mark(
        select(document_json().label("item"), numbered.c.position)
        .select_from(numbered)
        .join(Document, Document.id == numbered.c.document_id)
    ).where(numbered.c.position < bind("limit"))
    shown_rows: Subquery = shown.subquery("shown")
    items = select(
        func.coalesce(
            func.json_agg(aggregate_order_by(shown_rows.c.item, shown_rows.c.position)), _json("[]")
        )
    ).scalar_subquery()
    last_keys = [numbered.c[f"key_{i}"] for i in range(len(keys))]
    last = (
        select(func.json_build_array(*last_keys))
        .where(
            numbered.c.position == bind("limit") - 1,
            select(func.count()).select_from(numbered).scalar_subquery() == bind("limit"),
        )
        .scalar_subquery()
    )
    return typing_cast("Select[Any]", select(cast(items, Text), cast(last, Text)))


@lru_cache(maxsize=512)
def count_statement(shape: Shape) -> Select[Any]:
    """How many documents match."""
    return select(func.count()).select_from(Document).where(*matching(shape))
