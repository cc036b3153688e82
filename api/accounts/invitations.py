"""Invitations: links whose token is derived from their row (see decision 4)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.crypto import derived_token, token_hash
from api.core.database import new_id
from api.core.settings import Settings
from api.models import Invitation

INVITATION_PURPOSE = "invitation"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers beyond the account, and who offers it.

    `main_contact` of the invitation's customer number, or `shared_user` of an account;
    `keep_access` leaves the former main contact a grant.
    """

    role: Literal["main_contact", "shared_user"]
    invited_by: UUID
    account_id: UUID | None = None
    keep_access: bool = False


def invitation_token(settings: Settings, invitation_id: UUID) -> str:
    """The token of an invitation, the same each time its mail is composed."""
    secret = settings.secret_key.get_secret_value()
    return derived_token(secret, INVITATION_PURPOSE, str(invitation_id))


async def create_invitation(
    session: AsyncSession,
    settings: Settings,
    user_id: UUID,
    *,
    customer_id: UUID | None,
    document_id: UUID | None,
    offer: Offer | None = None,
) -> UUID:
    """Make an invitation; the row keeps the token's hash."""
    invitation_id = new_id()
    await session.execute(
        insert(Invitation).values(
            id=invitation_id,
            user_id=user_id,
            customer_id=customer_id,
            document_id=document_id,
            role=offer.role if offer else None,
            account_id=offer.account_id if offer else None,
            invited_by=offer.invited_by if offer else None,
            keep_access=offer.keep_access if offer else False,
            token_hash=token_hash(invitation_token(settings, invitation_id)),
            expires_at=func.now() + timedelta(days=settings.invitation_days),
        )
    )
    return invitation_id
