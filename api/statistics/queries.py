"""Sums over the documents that match a filter and may be seen."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, case, func, select
from sqlalchemy import bindparam as bind
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.documents.matching import Shape, filter_values, matching, matching_customers
from api.documents.schemas import DocumentFilter
from api.models import Customer, Document, DocumentContent
from api.statistics.schemas import By, Statistics, StatisticsItem, StatisticsQuery

KEYS: dict[By, Any] = {
    "month": func.to_char(Document.issue_date, "YYYY-MM"),
    "contract": DocumentContent.contract,
    "reference": DocumentContent.reference,
}


def _signed(amount: Any) -> Any:
    return func.sum(case((Document.kind == "credit_note", -amount), else_=amount))


@lru_cache(maxsize=256)
def statistics_statement(shape: Shape, by: By) -> Select[Any]:
    """Key and currency with their sums, the ones to show first."""
    key = KEYS[by].label("key")
    gross = _signed(Document.amount_incl_vat).label("amount_incl_vat")
    statement = select(
        key,
        Document.currency,
        func.count().label("documents"),
        _signed(Document.amount_excl_vat).label("amount_excl_vat"),
        _signed(Document.vat_amount).label("vat_amount"),
        gross,
    ).join_from(Customer, Document)
    if by != "month":
        statement = statement.join(DocumentContent, DocumentContent.document_id == Document.id)
    first = key.desc() if by == "month" else gross.desc().nulls_last()
    return (
        statement.where(
            Document.currency.is_not(None), *matching(shape), *matching_customers(shape)
        )
        .group_by(key, Document.currency)
        .order_by(first, key, Document.currency)
        .limit(bind("limit", type_=Integer))
    )


async def load_statistics(
    session: AsyncSession, principal: Principal, query: StatisticsQuery
) -> Statistics:
    """The sums that a query asks for."""
    names = DocumentFilter.model_fields
    wanted = DocumentFilter.model_construct(**{name: getattr(query, name) for name in names})
    values = filter_values(wanted, sees_all=principal.sees_all)
    statement = statistics_statement(frozenset(values), query.by)
    rows = (await session.execute(statement, {**values, "limit": query.limit})).all()
    items = [StatisticsItem.model_validate(row) for row in rows]
    if query.by == "month":
        items.reverse()
    return Statistics(by=query.by, items=items)
