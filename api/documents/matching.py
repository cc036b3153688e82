"""What a filter means, as SQL: one meaning for the list, the count, the export, the ZIP, the tags.

It says what is wanted, never who may see it: that is row-level security's.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Numeric,
    String,
    Text,
    Uuid,
    any_,
    cast,
    func,
    select,
    true,
)
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from api.access import READER
from api.consulted import consulted, consulted_each
from api.documents.schemas import DocumentFilter
from api.documents.search import beginnings, search_query
from api.models import Customer, Document, DocumentContent, DocumentTag

Shape = frozenset[str]
PUBLISHED = ["published"]
NOTHING = "nothing"
# A search by someone who sees all, which is another one than within one's own customers.
SEARCHED = "searched"
BEGINNINGS = "beginnings"
# What finds documents by itself, without going through each customer's.
FINDING = frozenset({"q", SEARCHED, "tag_id"})


def filter_values(wanted: DocumentFilter, *, sees_all: bool) -> dict[str, Any]:
    """The parameters of a filter; their names are its shape, by which statements are kept."""
    values = {name: value for name, value in wanted if value not in (None, [])}
    for name in ("sort", "limit", "cursor", "count"):
        values.pop(name, None)
    values["state"] = list(wanted.state) or PUBLISHED
    values.pop("q", None)
    if wanted.q is not None and wanted.q.strip():
        values |= _searched_for(beginnings(wanted.q), sees_all=sees_all)
    if wanted.unread is not None:
        values.pop("unread")
        values["unread" if wanted.unread else "read"] = True
    if wanted.tag_id:
        values["tag_id"] = sorted(set(wanted.tag_id))
        values["tag_count"] = len(values["tag_id"])
    return values


def _searched_for(parts: list[str], *, sees_all: bool) -> dict[str, Any]:
    if not parts:
        return {NOTHING: None}
    if sees_all:
        return {SEARCHED: search_query(parts), BEGINNINGS: parts}
    return {"q": search_query(parts)}


def _tagged() -> ColumnElement[bool]:
    """Not correlated, so that it starts from the tags where they are on few documents."""
    tagged = (
        select(DocumentTag.document_id)
        .where(DocumentTag.tag_id == any_(bind("tag_id", type_=ARRAY(Uuid))))
        .group_by(DocumentTag.document_id)
        .having(func.count() == bind("tag_count"))
    )
    return Document.id.in_(tagged)


def _found() -> ColumnElement[bool]:
    """Found among the customers that the principal may see (see the migration of search)."""
    found: Any = func.iportal.search(bind("q", type_=Text)).column_valued("found_id")
    return Document.id.in_(select(found))


def _found_anywhere() -> ColumnElement[bool]:
    """Found among all documents, for those who see all."""
    return Document.id.in_(select(DocumentContent.document_id).where(is_found_by_index()))


def is_found() -> ColumnElement[bool]:
    """Whether a row of `document_contents` has the words that are looked for."""
    return _has(cast(bind(SEARCHED, type_=String), TSQUERY))


def is_found_by_index() -> ColumnElement[bool]:
    """The same by the index of words, asked in the way that it answers soonest.

    What it then gives may lack some of the words (see the migration of `search_words`).
    """
    asked = func.iportal.asked_words(bind(BEGINNINGS, type_=ARRAY(Text)), type_=TSQUERY)
    # No condition that the index could be asked for as well.
    return _has(select(asked).scalar_subquery()) & is_found().is_(true())


def _has(query: Any) -> ColumnElement[bool]:
    return DocumentContent.search.op("@@", return_type=Boolean())(query)


def matching(shape: Shape, *, each: bool = False) -> list[ColumnElement[bool]]:
    """The conditions on `documents` for a filter of this shape.

    `each` is for statements that run once per customer and read a few rows each time.
    """
    read = consulted_each if each else consulted
    number = func.lower(bind("number", type_=Text))
    conditions: dict[str, Any] = {
        "document_id": lambda: Document.id == any_(bind("document_id", type_=ARRAY(Uuid))),
        "customer_id": lambda: Document.customer_id == any_(bind("customer_id", type_=ARRAY(Uuid))),
        "kind": lambda: Document.kind == any_(bind("kind", type_=ARRAY(Text))),
        "number": lambda: func.strpos(func.lower(Document.number), number) > 0,
        "issued_from": lambda: Document.issue_date >= bind("issued_from", type_=Date),
        "issued_to": lambda: Document.issue_date <= bind("issued_to", type_=Date),
        "amount_min": lambda: Document.amount_incl_vat >= bind("amount_min", type_=Numeric),
        "amount_max": lambda: Document.amount_incl_vat <= bind("amount_max", type_=Numeric),
        "tag_id": _tagged,
        "unread": lambda: ~consulted_each(READER),
        "read": lambda: read(READER),
        "q": _found,
        SEARCHED: _found_anywhere,
        "state": lambda: Document.state == any_(bind("state", type_=ARRAY(Text))),
        NOTHING: lambda: Document.id.is_(None),
    }
    return [conditions[name]() for name in sorted(shape) if name in conditions]


def matching_customers(shape: Shape) -> list[ColumnElement[bool]]:
    """The conditions on `customers`, from which lists start."""
    if "customer_id" not in shape:
        return []
    return [Customer.id == any_(bind("customer_id", type_=ARRAY(Uuid)))]
