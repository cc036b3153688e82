"""Reads of shared users."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.me.schemas import ListQuery
from api.models import Customer, Membership, User
from api.models import SharedUser as SharedUserRow
from api.shared_users.schemas import Grant, SharedUser, SharedUserPage


def _statement(principal: Principal) -> Select[*tuple[Any, ...]]:
    # A person whom the issuer made main contact meanwhile is no shared user of themselves.
    return (
        select(SharedUserRow, User.email, User.state, User.first_name, User.last_name)
        .join(User, User.id == SharedUserRow.user_id)
        .where(SharedUserRow.user_id != principal.user_id)
    )


async def list_shared_users(
    session: AsyncSession, principal: Principal, codec: CursorCodec, query: ListQuery
) -> SharedUserPage:
    """The people of the caller's account, newest first."""
    context = f"shared-users {principal.user_id}"
    statement = _statement(principal)
    after = []
    if query.cursor is not None:
        after = [SharedUserRow.id < UUID(codec.decode(context, query.cursor)[0])]
    rows = (
        await session.execute(
            statement.where(*after).order_by(SharedUserRow.id.desc()).limit(query.limit + 1)
        )
    ).all()
    total = None
    if query.count:
        counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
        total = await session.scalar(counted)
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return SharedUserPage(
        items=await _with_grants(session, shown),
        next_cursor=codec.encode(context, [str(shown[-1].SharedUser.id)]) if more else None,
        total=total,
    )


async def load_shared_user(
    session: AsyncSession, principal: Principal, shared_user_id: UUID
) -> SharedUser:
    """One of them; raises `NOT_FOUND`."""
    statement = _statement(principal).where(SharedUserRow.id == shared_user_id)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return (await _with_grants(session, [row]))[0]


async def _with_grants(session: AsyncSession, rows: Any) -> list[SharedUser]:
    people = {row.SharedUser.user_id for row in rows}
    granted = await session.execute(
        select(
            Membership.user_id, Customer.account_id, Membership.customer_id, Membership.expires_on
        )
        .join(Customer, Customer.id == Membership.customer_id)
        .where(Membership.user_id.in_(people), Membership.role == "shared_user")
        .order_by(Customer.number, Customer.id)
    )
    grants: dict[tuple[UUID, UUID], list[Grant]] = defaultdict(list)
    for grant in granted:
        grants[grant.user_id, grant.account_id].append(Grant.model_validate(grant))
    return [
        SharedUser(
            id=row.SharedUser.id,
            email=row.email,
            # The name they gave themselves counts where the main contact gave none.
            first_name=row.SharedUser.first_name or row.first_name,
            last_name=row.SharedUser.last_name or row.last_name,
            state="active" if row.state == "active" else "invited",
            grants=grants[row.SharedUser.user_id, row.SharedUser.account_id],
        )
        for row in rows
    ]
