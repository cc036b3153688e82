"""Reads for the profile."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts.credentials import has_mfa
from api.accounts.devices import describe_device
from api.consulted import unread_count
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.core.scopes import Scope
from api.core.settings import Settings
from api.me.notices import notices_of
from api.me.schemas import (
    ListQuery,
    Me,
    Passkey,
    PasskeyPage,
    Session,
    SessionPage,
    Token,
    TokenPage,
)
from api.models import ApiToken, BrowserSession, Membership, User
from api.models import Passkey as PasskeyRow


async def load_me(session: AsyncSession, settings: Settings, user_id: UUID) -> Me:
    """The user as the SPA's shell needs them."""
    user = await session.get_one(User, user_id, populate_existing=True)
    is_main_contact = await session.scalar(
        select(exists().where(Membership.user_id == user_id, Membership.role == "main_contact"))
    )
    return Me(
        id=user.id,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        language=user.language,
        role=user.role,
        profile_complete=bool(user.first_name and user.last_name),
        mfa_enabled=has_mfa(user),
        mfa_offer=_offers_mfa(user, settings),
        recovery_email=user.recovery_email,
        recovery_email_verified=user.recovery_email_verified_at is not None,
        is_main_contact=bool(is_main_contact),
        unread_count=0
        if user.role == "staff"
        else await session.scalar(unread_count(user_id)) or 0,
        notification_frequency=user.notification_frequency,
        notices=await notices_of(session, settings, user),
    )


async def _count_unread(session: AsyncSession, user: User) -> int:
    # Staff read no documents of their own.
    return 0 if user.role == "staff" else await session.scalar(unread_count(user.id)) or 0


def _offers_mfa(user: User, settings: Settings) -> bool:
    if has_mfa(user):
        return False
    if settings.mfa_policy == "required" or user.role == "staff":
        return True
    pause = timedelta(days=settings.mfa_postpone_days)
    return user.mfa_postponed_at is None or user.mfa_postponed_at + pause < datetime.now(UTC)


async def list_sessions(
    session: AsyncSession,
    settings: Settings,
    principal: Principal,
    query: ListQuery,
    codec: CursorCodec,
) -> SessionPage:
    """The browsers in which the user is signed in now, newest first."""
    idle = timedelta(minutes=settings.session_idle_minutes)
    statement = select(BrowserSession).where(
        BrowserSession.user_id == principal.user_id,
        BrowserSession.expires_at > func.now(),
        BrowserSession.last_seen_at > func.now() - idle,
    )
    rows, cursor, total = await _page(
        session, statement, BrowserSession.id, query, codec, f"sessions {principal.user_id}"
    )
    items = [
        Session(
            id=row.id,
            current=row.id == principal.credential_id,
            device=describe_device(row.user_agent or ""),
            network_address=row.network_address,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]
    return SessionPage(items=items, next_cursor=cursor, total=total)


async def list_tokens(
    session: AsyncSession, principal: Principal, query: ListQuery, codec: CursorCodec
) -> TokenPage:
    """The user's tokens that have not been revoked, newest first."""
    statement = select(ApiToken).where(
        ApiToken.user_id == principal.user_id, ApiToken.revoked_at.is_(None)
    )
    rows, cursor, total = await _page(
        session, statement, ApiToken.id, query, codec, f"tokens {principal.user_id}"
    )
    return TokenPage(items=[_token(row) for row in rows], next_cursor=cursor, total=total)


async def load_token(session: AsyncSession, user_id: UUID, token_id: UUID) -> Token:
    """One token of the user."""
    statement = select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user_id)
    row = await session.scalar(statement)
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return _token(row)


def _token(row: ApiToken) -> Token:
    # The token ends with its last day: the first instant of the next one in UTC.
    last_day = (row.expires_at.astimezone(UTC) - timedelta(microseconds=1)).date()
    return Token(
        id=row.id,
        name=row.name,
        scopes=[Scope(scope) for scope in row.scopes],
        customer_ids=row.customer_ids,
        expires_on=last_day,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )


async def list_passkeys(
    session: AsyncSession, principal: Principal, query: ListQuery, codec: CursorCodec
) -> PasskeyPage:
    """The user's passkeys, newest first."""
    statement = select(PasskeyRow).where(PasskeyRow.user_id == principal.user_id)
    rows, cursor, total = await _page(
        session, statement, PasskeyRow.id, query, codec, f"passkeys {principal.user_id}"
    )
    items = [Passkey.model_validate(row) for row in rows]
    return PasskeyPage(items=items, next_cursor=cursor, total=total)


async def _page(
    session: AsyncSession,
    statement: Select[Any],
    key: Any,
    query: ListQuery,
    codec: CursorCodec,
    context: str,
) -> tuple[list[Any], str | None, int | None]:
    """A page by descending id, the cursor of the next one, and the total when it was asked for."""
    after: list[ColumnElement[bool]] = []
    if query.cursor is not None:
        after = [key < UUID(codec.decode(context, query.cursor)[0])]
    rows = list(
        await session.scalars(statement.where(*after).order_by(key.desc()).limit(query.limit + 1))
    )
    total = None
    if query.count:
        counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
        total = await session.scalar(counted)
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return shown, codec.encode(context, [str(shown[-1].id)]) if more else None, total
