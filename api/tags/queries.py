"""Reads of tags."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.models import Customer, DocumentTag
from api.models import Tag as TagRow
from api.tags.schemas import Tag, TagListQuery, TagPage

FOLDED = func.lower(TagRow.name)


def _statement() -> Select[Any]:
    documents = (
        select(func.count())
        .select_from(DocumentTag)
        .where(DocumentTag.tag_id == TagRow.id)
        .correlate(TagRow)
        .scalar_subquery()
    )
    return select(
        TagRow.id,
        TagRow.name,
        TagRow.color,
        TagRow.account_id,
        documents.label("document_count"),
        FOLDED.label("folded"),
    )


async def load_tag(session: AsyncSession, tag_id: UUID) -> Tag:
    """One tag; `NOT_FOUND` when absent or invisible."""
    row = (await session.execute(_statement().where(TagRow.id == tag_id))).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return Tag.model_validate(row)


async def list_tags(
    session: AsyncSession, principal: Principal, query: TagListQuery, codec: CursorCodec
) -> TagPage:
    """The tags of the accounts that the caller may see, by name."""
    context = f"tags {principal.user_id} {query.customer_id}"
    conditions = []
    if query.customer_id is not None:
        account = select(Customer.account_id).where(Customer.id == query.customer_id)
        conditions.append(TagRow.account_id == account.scalar_subquery())
    statement = _statement().where(*conditions).order_by(FOLDED, TagRow.id)
    if query.cursor is not None:
        name, tag_id = codec.decode(context, query.cursor)
        statement = statement.where(tuple_(FOLDED, TagRow.id) > tuple_(name, UUID(tag_id)))
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    shown = rows[: query.limit]
    total = None
    if query.count:
        counted = select(func.count()).select_from(TagRow).where(*conditions)
        total = await session.scalar(counted)
    following = None
    if len(rows) > query.limit:
        following = codec.encode(context, [shown[-1].folded, str(shown[-1].id)])
    items = [Tag.model_validate(row) for row in shown]
    return TagPage(items=items, next_cursor=following, total=total)
