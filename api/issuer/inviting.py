"""Staff send an invitation again to somebody who has yet to activate their account."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.accounts.invitations import create_invitation
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.core.settings import Settings
from api.models import Customer, Invitation, Membership, User


async def invite_again(
    session: AsyncSession, settings: Settings, principal: Principal, number: str, user_id: UUID
) -> None:
    """Mail a new invitation to the main contact or a shared user of a customer number.

    Raises `NOT_FOUND` for whoever has no access to it, `CONFLICT` for an account that is active or
    disabled. It is about the document that the last invitation was about.
    """
    row = (
        await session.execute(
            select(Customer.id, User)
            .join(Membership, Membership.customer_id == Customer.id)
            .join(User, User.id == Membership.user_id)
            .where(Customer.number == number, User.id == user_id)
        )
    ).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    user: User = row.User
    if user.state != "invited":
        raise Problem(errors.CONFLICT)
    last = await session.scalar(
        select(Invitation.document_id)
        .where(Invitation.user_id == user_id, Invitation.customer_id == row.id)
        .order_by(Invitation.id.desc())
        .limit(1)
    )
    invitation_id = await create_invitation(
        session, settings, user_id, customer_id=row.id, document_id=last
    )
    await mails.put_mail(session, user, "invitation", user.email, subject_id=invitation_id)
    await record(
        session,
        "invitation_sent",
        actor=principal,
        customer_id=row.id,
        detail={"to": user.email},
    )
