"""Invitations: looked at as often as one likes, accepted once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import AUTHENTICATE_INVITATION
from api.accounts import mails
from api.accounts.credentials import own_words
from api.audit import Person, record
from api.auth.schemas import Invitation, InvitationDocument
from api.auth.signing_in import become_user
from api.core import errors
from api.core.crypto import token_hash
from api.core.errors import Problem
from api.core.password_policy import check_password
from api.core.passwords import hash_password
from api.core.settings import Settings
from api.models import Customer, Document, Membership, User
from api.models import Invitation as InvitationRow

TAKE_OVER = text("SELECT iportal.accept_main_contact(:invitation)")


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that may still be looked at."""

    id: UUID
    user_id: UUID
    document_id: UUID | None
    expires_at: datetime
    customer_id: UUID | None
    main_contact_of: str | None


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
        row["invitation_id"],
        row["user_id"],
        row["document_id"],
        row["expires_at"],
        row["customer_id"],
        row["customer_number"],
    )


async def describe_invitation(session: AsyncSession, invitation: OpenInvitation) -> Invitation:
    """What the invitation page shows."""
    user = (
        await session.execute(select(User.email, User.state).where(User.id == invitation.user_id))
    ).one()
    if user.state == "disabled":
        raise Problem(errors.GONE)
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
    offered = {invitation.main_contact_of} - {None}
    return Invitation(
        email=user.email,
        customer_numbers=sorted({*numbers, *offered}),
        main_contact_of=invitation.main_contact_of,
        document=InvitationDocument.model_validate(document) if document else None,
        account_exists=user.state == "active",
        expires_at=invitation.expires_at,
    )


async def accept_invitation(
    session: AsyncSession,
    settings: Settings,
    invitation: OpenInvitation,
    password: str,
    signed_in_as: UUID | None,
) -> tuple[User, bool]:
    """Activate the account with a password, once; the flag tells whether it was active already.

    An account that is active must be signed in: `SIGN_IN_FIRST` when nobody is, `OTHER_ACCOUNT`
    when someone else is; its password stays as it is.
    """
    user = (await session.scalars(select(User).where(User.id == invitation.user_id))).one()
    if user.state == "disabled":
        raise Problem(errors.GONE)
    if user.state == "active" and signed_in_as is None:
        # It may be this very invitation that activated the account since we looked at it.
        if await session.scalar(select(InvitationRow.id).where(*_is_open(invitation))) is None:
            raise Problem(errors.GONE)
        raise Problem(errors.SIGN_IN_FIRST)
    if signed_in_as is not None and signed_in_as != user.id:
        raise Problem(errors.OTHER_ACCOUNT)
    if user.state == "active":
        await _use_up(session, invitation)
    else:
        await _activate(session, settings, invitation, user, password)
    await record(session, "invitation_accepted", actor=Person(user.id, user.email))
    if invitation.main_contact_of is not None:
        await _take_over(session, invitation, user)
    return user, user.state == "active"


async def _take_over(session: AsyncSession, invitation: OpenInvitation, user: User) -> None:
    """Become main contact; the former one is told. Raises `GONE` when it is another by now."""
    former_id = await session.scalar(TAKE_OVER, {"invitation": invitation.id})
    if former_id is None:
        raise Problem(errors.GONE)
    await become_user(session, user.id)
    former = await mails.find_user(session, former_id)
    await record(
        session,
        "main_contact_changed",
        actor=Person(user.id, user.email),
        customer_id=invitation.customer_id,
        detail={"from": former.email, "to": user.email},
    )
    number = invitation.main_contact_of
    kept = await session.scalar(
        select(
            exists().where(
                Membership.customer_id == invitation.customer_id, Membership.user_id == former.id
            )
        )
    )
    about = {"successor": user.email, "customer_number": number, "keeps_access": bool(kept)}
    await mails.put_mail(session, former, "handed_over", former.email, parameters=about)


async def _activate(
    session: AsyncSession,
    settings: Settings,
    invitation: OpenInvitation,
    user: User,
    password: str,
) -> None:
    await check_password(password, settings, own_words(user))
    hashed = await hash_password(password)
    # The row lock makes parallel acceptances one after the other: the second finds it used (F15).
    await _use_up(session, invitation)
    activated = await session.scalar(
        update(User)
        .where(User.id == user.id, User.state == "invited")
        .values(password_hash=hashed, state="active", activated_at=func.now())
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    if activated is None:
        # A sibling was accepted in this very moment; its password counts.
        raise Problem(errors.SIGN_IN_FIRST)


async def _use_up(session: AsyncSession, invitation: OpenInvitation) -> None:
    # One acceptance per user at a time, whichever of their invitations it comes by.
    await session.execute(select(User.id).where(User.id == invitation.user_id).with_for_update())
    used = await session.execute(
        update(InvitationRow)
        .where(*_is_open(invitation))
        .values(accepted_at=func.now())
        .returning(InvitationRow.id)
    )
    if used.first() is None:
        raise Problem(errors.GONE)


def _is_open(invitation: OpenInvitation) -> tuple[ColumnElement[bool], ...]:
    return (
        InvitationRow.id == invitation.id,
        InvitationRow.accepted_at.is_(None),
        InvitationRow.revoked_at.is_(None),
        InvitationRow.expires_at > func.now(),
    )
