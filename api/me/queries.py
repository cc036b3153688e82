"""Reads for the profile."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.credentials import has_mfa
from api.core.settings import Settings
from api.me.schemas import Me
from api.models import Customer, Document, DocumentRead, Membership, User


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
        unread_count=0 if user.role == "staff" else await count_unread(session, user_id),
        notices=[],
    )


async def count_unread(session: AsyncSession, user_id: UUID) -> int:
    """How many published documents this user has not consulted yet."""
    read = exists().where(DocumentRead.document_id == Document.id, DocumentRead.user_id == user_id)
    count = await session.scalar(
        select(func.count())
        .join_from(Customer, Document)
        .where(Document.state == "published", ~read)
    )
    return count or 0


def _offers_mfa(user: User, settings: Settings) -> bool:
    if has_mfa(user):
        return False
    if settings.mfa_policy == "required" or user.role == "staff":
        return True
    pause = timedelta(days=settings.mfa_postpone_days)
    return user.mfa_postponed_at is None or user.mfa_postponed_at + pause < datetime.now(UTC)
