"""One's saved views: reading, saving and deleting them."""

from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.database import new_id
from api.core.errors import Problem
from api.models import SavedView as ViewRow
from api.views.schemas import NewView, SavedView, SavedViews, ViewChange

MOST_VIEWS = 50


async def list_views(session: AsyncSession) -> SavedViews:
    """One's own views; row-level security shows no others."""
    rows = await session.scalars(select(ViewRow).order_by(func.lower(ViewRow.name), ViewRow.id))
    return SavedViews(items=[SavedView.model_validate(row) for row in rows])


async def save_view(session: AsyncSession, principal: Principal, wanted: NewView) -> SavedView:
    """Save a view; names are unique in any case."""
    if await session.scalar(select(func.count()).select_from(ViewRow)) == MOST_VIEWS:
        raise Problem(errors.TOO_MANY_VIEWS, parameters={"most": MOST_VIEWS})
    row = await session.scalar(
        insert(ViewRow)
        .values(id=new_id(), user_id=principal.user_id, name=wanted.name, query=wanted.query)
        .on_conflict_do_nothing(index_elements=[ViewRow.user_id, func.lower(ViewRow.name)])
        .returning(ViewRow)
    )
    if row is None:
        raise Problem(errors.VIEW_EXISTS, parameters={"name": wanted.name})
    return SavedView.model_validate(row)


async def change_view(session: AsyncSession, view_id: UUID, change: ViewChange) -> SavedView:
    """Give a view another name or filter."""
    values = change.model_dump(exclude_none=True)
    statement = update(ViewRow).where(ViewRow.id == view_id).returning(ViewRow)
    try:
        row = await session.scalar(
            statement.values(**values) if values else select(ViewRow).where(ViewRow.id == view_id)
        )
    except IntegrityError as error:
        raise Problem(errors.VIEW_EXISTS, parameters={"name": change.name}) from error
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return SavedView.model_validate(row)


async def delete_view(session: AsyncSession, view_id: UUID) -> None:
    """Forget a view."""
    statement = delete(ViewRow).where(ViewRow.id == view_id).returning(ViewRow.id)
    if await session.scalar(statement) is None:
        raise Problem(errors.NOT_FOUND)
