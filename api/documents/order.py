"""The orders of the list: which columns each sorts by, and where a cursor stands in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, Text, Uuid, tuple_
from sqlalchemy import bindparam as bind

from api.models import Customer, Document

Column = Any
CUSTOMER_NUMBER = Customer.number


@dataclass(frozen=True, slots=True)
class Order:
    """A sort order: its columns, the last being the id, and the types of a cursor's values."""

    columns: tuple[Column, ...]
    types: tuple[Any, ...]
    descending: bool

    @property
    def by_customer(self) -> bool:
        """Whether the customer's number comes first."""
        return self.columns[0] is CUSTOMER_NUMBER

    def keys(self, customers: Any) -> list[Column]:
        """The columns, with the customer's number taken from this source."""
        return [customers.number if c is CUSTOMER_NUMBER else c for c in self.columns]

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
    "customer": ((CUSTOMER_NUMBER, Document.issue_date, Document.id), (Text, Date, Uuid)),
}


# Before and after all values of a type, where it has such.
ENDS: dict[Any, tuple[str, str]] = {
    Date: ("'-infinity'::date", "'infinity'::date"),
    BigInteger: ("'-9223372036854775808'::bigint", "'9223372036854775807'::bigint"),
}


def order_of(sort: str) -> Order:
    """The order behind a `sort` parameter."""
    name = sort.removeprefix("-")
    columns, types = _ORDERS[name]
    return Order(columns, types, sort.startswith("-"))


def sorted_by(columns: Any, order: Order) -> list[Any]:
    """The columns in the direction of the order."""
    return [column.desc() if order.descending else column.asc() for column in columns]


def labelled(keys: Any) -> list[Any]:
    """The columns of an order as `key_0`, `key_1` and so on."""
    return [key.label(f"key_{i}") for i, key in enumerate(keys)]


def after_cursor(keys: Any, order: Order) -> ColumnElement[bool]:
    """Behind the row of the cursor, whose values are the parameters `key_0` and so on."""
    key = tuple_(*keys)
    last = tuple_(*(bind(f"key_{i}", type_=kind) for i, kind in enumerate(order.types)))
    return key < last if order.descending else key > last
