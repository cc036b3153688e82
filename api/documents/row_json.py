"""A document as the API shows it in lists, made by PostgreSQL."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Select, Text, Uuid, case, cast, func, literal_column, null, select
from sqlalchemy import bindparam as bind
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from api.access import READER
from api.models import Customer, Document, DocumentRead, DocumentTag, Tag


def sql_text(value: str) -> Any:
    """A word of ours as SQL writes it, so that statements stay the same for all callers."""
    return literal_column(f"'{value}'")


def json_object(**members: Any) -> Any:
    """`json_build_object` of these members."""
    parts = [part for name, value in members.items() for part in (sql_text(name), value)]
    return func.json_build_object(*parts)


def _tags(document_id: Any) -> Any:
    tag = json_object(id=Tag.id, name=Tag.name, color=Tag.color)
    return (
        select(
            func.coalesce(func.json_agg(aggregate_order_by(tag, DocumentTag.slot)), sql_text("[]"))
        )
        .select_from(DocumentTag)
        .join(Tag, Tag.id == DocumentTag.tag_id)
        .where(DocumentTag.document_id == document_id)
        .correlate_except(DocumentTag, Tag)
        .scalar_subquery()
    )


def _files(row: Any) -> Any:
    """A document made without files, to measure with, still has its CSV."""
    pdf = case((row.has_pdf, sql_text("pdf")))
    ubl = case((row.has_ubl, sql_text("ubl")))
    files = cast(array((pdf, ubl, sql_text("csv"))), ARRAY(Text))
    return func.to_json(func.array_remove(files, null()))


def document_json(row: Any, customer: Any) -> Any:
    """`Document` of the API as a JSON expression over a row's columns and its customer's."""
    return json_object(
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
        unread=_unread(row.id),
        tags=_tags(row.id),
        files=_files(row),
        state=row.state,
    )


def _unread(document_id: Any) -> Any:
    """One probe of the primary key a row: a join would read all that the reader ever opened."""
    read = (
        select(literal_column("false"))
        .where(DocumentRead.document_id == document_id, DocumentRead.user_id == READER)
        .correlate_except(DocumentRead)
        .scalar_subquery()
    )
    return func.coalesce(read, literal_column("true"))


@lru_cache(maxsize=1)
def one_statement() -> Select[Any]:
    """The document `document_id` as its row in a list, in JSON."""
    customer = json_object(id=Customer.id, number=Customer.number, name=Customer.name)
    return (
        select(document_json(Document, customer).label("listed"))
        .join_from(Document, Customer, Customer.id == Document.customer_id)
        .where(Document.id == bind("document_id", type_=Uuid))
    )
