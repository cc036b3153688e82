"""Signing in with a password, and accepting an invitation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import AUTHENTICATE_INVITATION
from api.auth.schemas import Invitation, InvitationDocument
from api.core import errors
from api.core.crypto import token_hash
from api.core.database import Database
from api.core.errors import Problem
from api.core.passwords import check_policy, hash_password, verify_password
from api.core.settings import Settings
from api.models import Customer, Document, Membership, User
from api.models import Invitation as InvitationRow


async def check_credentials(database: Database, email: str, password: str) -> UUID:
    """The user behind an address and a password.

    Raises `INVALID_CREDENTIALS` in the same words and time for an unknown address, an account that
    is not active and a wrong password (P4). No connection is held while hashing.
    """
    async with database.transaction() as session:
        user = (
            await session.execute(
                select(User.id, User.password_hash, User.state).where(
                    User.email_key == email.strip().lower()
                )
            )
        ).one_or_none()
    active = user is not None and user.state == "active"
    fits, renewed = await verify_password(
        password, user.password_hash if user is not None and active else None
    )
    if user is None or not fits:
        raise Problem(errors.INVALID_CREDENTIALS)
    if renewed is not None:
        async with database.transaction() as session:
            await session.execute(
                update(User).where(User.id == user.id).values(password_hash=renewed)
            )
    user_id: UUID = user.id
    return user_id


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that may still be looked at."""

    id: UUID
    user_id: UUID
    document_id: UUID | None
    expires_at: datetime


async def find_invitation(session: AsyncSession, token: str) -> OpenInvitation:
    """The invitation behind a mailed token, and its addressee's view in this transaction.

    Raises `NOT_FOUND` for a token we never made and `GONE` for one accepted, revoked or expired.
    """
    row = (
        (await session.execute(AUTHENTICATE_INVITATION, {"hash": token_hash(token)}))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise Problem(errors.NOT_FOUND)
    if row["accepted"] or not row["open"]:
        raise Problem(errors.GONE)
    return OpenInvitation(
        row["invitation_id"], row["user_id"], row["document_id"], row["expires_at"]
    )


async def describe_invitation(session: AsyncSession, token: str) -> Invitation:
    """What the invitation page shows."""
    invitation = await find_invitation(session, token)
    user = (
        await session.execute(select(User.email, User.state).where(User.id == invitation.user_id))
    ).one()
    numbers = await session.scalars(
        select(Customer.number)
        .join(Membership, Membership.customer_id == Customer.id)
        .where(Membership.user_id == invitation.user_id)
        .order_by(Customer.number)
    )
    document = (
        await session.execute(
            select(Document.id, Document.kind, Document.number, Document.issue_date).where(
                Document.id == invitation.document_id
            )
        )
    ).one_or_none()
    return Invitation(
        email=user.email,
        customer_numbers=list(numbers),
        document=InvitationDocument.model_validate(document) if document else None,
        account_exists=user.state == "active",
        expires_at=invitation.expires_at,
    )


async def accept_invitation(
    session: AsyncSession,
    settings: Settings,
    token: str,
    password: str,
    signed_in_as: UUID | None,
) -> UUID:
    """Activate the account with a password, once, and return its user.

    An account that is active already must be signed in: `SIGN_IN_FIRST` when nobody is,
    `OTHER_ACCOUNT` when someone else is; its password stays as it is.
    """
    invitation = await find_invitation(session, token)
    state = await session.scalar(select(User.state).where(User.id == invitation.user_id))
    if state == "disabled":
        raise Problem(errors.GONE)
    if signed_in_as is not None and signed_in_as != invitation.user_id:
        raise Problem(errors.OTHER_ACCOUNT)
    if state == "active":
        if signed_in_as is None:
            raise Problem(errors.SIGN_IN_FIRST)
        await _use_up(session, invitation)
        return invitation.user_id
    check_policy(password, settings.password_min_length)
    hashed = await hash_password(password)
    # The row lock makes parallel acceptances one after the other: the second finds it used (F15).
    await _use_up(session, invitation)
    await session.execute(
        update(User)
        .where(User.id == invitation.user_id, User.state == "invited")
        .values(password_hash=hashed, state="active", activated_at=func.now())
    )
    return invitation.user_id


async def _use_up(session: AsyncSession, invitation: OpenInvitation) -> None:
    # One acceptance per user at a time, whichever of their invitations it comes by.
    await session.execute(select(User.id).where(User.id == invitation.user_id).with_for_update())
    used = await session.execute(
        update(InvitationRow)
        .where(
            InvitationRow.id == invitation.id,
            InvitationRow.accepted_at.is_(None),
            InvitationRow.revoked_at.is_(None),
            InvitationRow.expires_at > func.now(),
        )
        .values(accepted_at=func.now())
        .returning(InvitationRow.id)
    )
    if used.first() is None:
        raise Problem(errors.GONE)


async def become_user(session: AsyncSession, user_id: UUID) -> None:
    """Continue this transaction as the user who has just proved to be one."""
    await session.execute(
        text("SELECT iportal.act_as_user(:user_id, role, NULL) FROM users WHERE id = :user_id"),
        {"user_id": user_id},
    )
