"""API tokens: made, shown once, and revoked by their user (X1)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal, new_token
from api.accounts import mails
from api.audit import record
from api.core import errors
from api.core.database import new_id
from api.core.errors import FieldError, Problem
from api.me.queries import load_token
from api.me.schemas import CreatedToken, NewToken
from api.models import ApiToken, Customer


async def create_token(
    session: AsyncSession, principal: Principal, wanted: NewToken
) -> CreatedToken:
    """Make a token that acts for its user, and answer with its text this once.

    Raises `FORBIDDEN` for an `issuer:` scope that only staff may give, and `NOT_FOUND` when one of
    the customer numbers cannot be seen.
    """
    if principal.role != "staff" and any(scope.staff_only for scope in wanted.scopes):
        raise Problem(errors.FORBIDDEN)
    await _refuse_unseen(session, wanted.customer_ids)
    _refuse_date(wanted.expires_on, await _today(session))
    token_id = new_id()
    token, secret_hash = new_token(token_id)
    await session.execute(
        insert(ApiToken).values(
            id=token_id,
            user_id=principal.user_id,
            name=wanted.name,
            secret_hash=secret_hash,
            scopes=[scope.value for scope in dict.fromkeys(wanted.scopes)],
            customer_ids=list(dict.fromkeys(wanted.customer_ids or [])) or None,
            expires_at=datetime.combine(wanted.expires_on + timedelta(days=1), time(), UTC),
        )
    )
    user = await mails.find_user(session, principal.user_id)
    await mails.announce(session, user, "token_created", name=wanted.name)
    detail = {"name": wanted.name, "scopes": [scope.value for scope in wanted.scopes]}
    await record(session, "token_created", actor=principal, detail=detail)
    made = await load_token(session, principal.user_id, token_id)
    return CreatedToken(**made.model_dump(), token=token)


async def _refuse_unseen(session: AsyncSession, customer_ids: list[UUID] | None) -> None:
    if customer_ids is None:
        return
    seen = await session.scalar(
        select(func.count()).select_from(Customer).where(Customer.id.in_(customer_ids))
    )
    if seen != len(set(customer_ids)):
        raise Problem(errors.NOT_FOUND)


async def _today(session: AsyncSession) -> date:
    today: date | None = await session.scalar(select(func.current_date()))
    return today or datetime.now(UTC).date()


def _refuse_date(expires_on: date, today: date) -> None:
    # How long is for the user to say, as with grants; but the calendar's last day has no day after.
    if not today <= expires_on < date.max:
        found = FieldError("/expires_on", "out_of_range", f"from {today} on")
        raise Problem(errors.INVALID, errors=[found])


async def revoke_token(session: AsyncSession, principal: Principal, token_id: UUID) -> None:
    """End a token at once; raises `NOT_FOUND` for another's or one that has ended."""
    name = await session.scalar(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.user_id == principal.user_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
        .returning(ApiToken.name)
    )
    if name is None:
        raise Problem(errors.NOT_FOUND)
    user = await mails.find_user(session, principal.user_id)
    await mails.announce(session, user, "token_revoked", name=name)
    await record(session, "token_revoked", actor=principal, detail={"name": name})
