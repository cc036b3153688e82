"""What a filter means, as SQL: one meaning for the list, the count, the export, the ZIP, the tags.

It says what is wanted, never who may see it: that is row-level security's.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Numeric,
    String,
    Text,
    Uuid,
    any_,
    cast,
    exists,
    func,
    select,
)
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from api.access import READER
from api.documents.schemas import DocumentFilter
from api.documents.search import search_query
from api.models import Customer, Document, DocumentContent, DocumentRead, DocumentTag

Shape = frozenset[str]
PUBLISHED = ["published"]
NOTHING = "nothing"


def filter_values(wanted: DocumentFilter) -> dict[str, Any]:
    """The parameters of a filter; their names are its shape, by which statements are kept."""
    values = {name: value for name, value in wanted if value not in (None, [])}
    for name in ("sort", "limit", "cursor", "count"):
        values.pop(name, None)
    values["state"] = list(wanted.state) or PUBLISHED
    if wanted.q is not None:
        query = search_query(wanted.q)
        values["q" if query else NOTHING] = query
        if query is None:
            values.pop("q")
    if wanted.unread is not None:
        values.pop("unread")
        values["unread" if wanted.unread else "read"] = True
    if wanted.tag_id:
        values["tag_id"] = sorted(set(wanted.tag_id))
        values["tag_count"] = len(values["tag_id"])
    return values


def _read() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            DocumentRead.document_id == Document.id,
            DocumentRead.user_id == READER,
        )
        .correlate(Document)
    )


def _tagged() -> ColumnElement[bool]:
    tags = (
        select(func.count())
        .select_from(DocumentTag)
        .where(
            DocumentTag.document_id == Document.id,
            DocumentTag.tag_id == any_(bind("tag_id", type_=ARRAY(Uuid))),
        )
        .correlate(Document)
        .scalar_subquery()
    )
    return tags == bind("tag_count")


def _found() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            DocumentContent.document_id == Document.id,
            DocumentContent.search.op("@@")(cast(bind("q", type_=String), TSQUERY)),
        )
        .correlate(Document)
    )


def matching(shape: Shape) -> list[ColumnElement[bool]]:
    """The conditions on `documents` for a filter of this shape."""
    number = func.lower(bind("number", type_=Text))
    conditions: dict[str, Any] = {
        "customer_id": lambda: Document.customer_id == any_(bind("customer_id", type_=ARRAY(Uuid))),
        "kind": lambda: Document.kind == any_(bind("kind", type_=ARRAY(Text))),
        "number": lambda: func.strpos(func.lower(Document.number), number) > 0,
        "issued_from": lambda: Document.issue_date >= bind("issued_from", type_=Date),
        "issued_to": lambda: Document.issue_date <= bind("issued_to", type_=Date),
        "amount_min": lambda: Document.amount_incl_vat >= bind("amount_min", type_=Numeric),
        "amount_max": lambda: Document.amount_incl_vat <= bind("amount_max", type_=Numeric),
        "tag_id": _tagged,
        "unread": lambda: ~_read(),
        "read": _read,
        "q": _found,
        "state": lambda: Document.state == any_(bind("state", type_=ARRAY(Text))),
        NOTHING: lambda: Document.id.is_(None),
    }
    return [conditions[name]() for name in sorted(shape) if name in conditions]


def matching_customers(shape: Shape) -> list[ColumnElement[bool]]:
    """The conditions on `customers`, from which lists start."""
    if "customer_id" not in shape:
        return []
    return [Customer.id == any_(bind("customer_id", type_=ARRAY(Uuid)))]
