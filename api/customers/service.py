"""Changes of customer numbers, and handing over their main contact."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.accounts.addresses import address_key
from api.accounts.invitations import Offer, create_invitation
from api.accounts.people import person_at
from api.audit import record
from api.core import errors
from api.core.errors import FieldError, Problem
from api.core.settings import Settings
from api.customers.schemas import CustomerChange, NewMainContact
from api.models import Customer, Invitation, Membership


async def _own(session: AsyncSession, principal: Principal, customer_id: UUID) -> Customer:
    """A customer number that the caller looks after, locked.

    Raises `NOT_FOUND` when they do not see it, `FORBIDDEN` when another is its main contact.
    """
    if await session.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
        raise Problem(errors.NOT_FOUND)
    customer = await session.scalar(
        select(Customer)
        .join(Membership, Membership.customer_id == Customer.id)
        .where(
            Customer.id == customer_id,
            Membership.user_id == principal.user_id,
            Membership.role == "main_contact",
        )
        .with_for_update(of=Customer)
    )
    if customer is None:
        raise Problem(errors.FORBIDDEN)
    return customer


async def change_customer(
    session: AsyncSession, principal: Principal, customer_id: UUID, change: CustomerChange
) -> None:
    """Store the fields that were sent; null means "leave it"."""
    await _own(session, principal, customer_id)
    values = change.model_dump(exclude_none=True)
    if not values:
        return
    await session.execute(update(Customer).where(Customer.id == customer_id).values(**values))
    await record(
        session, "customer_changed", actor=principal, customer_id=customer_id, detail=values
    )


async def offer_main_contact(
    session: AsyncSession,
    settings: Settings,
    principal: Principal,
    customer_id: UUID,
    wanted: NewMainContact,
) -> None:
    """Invite somebody to become main contact (C2); an earlier offer for this number ends.

    Nothing changes until they accept.
    """
    customer = await _own(session, principal, customer_id)
    if address_key(wanted.email) == address_key(principal.email):
        found = FieldError("/email", "same_address", "must be another address")
        raise Problem(errors.INVALID, errors=[found])
    await _withdraw(session, customer_id)
    user = await person_at(session, wanted.email, customer.language)
    invitation_id = await create_invitation(
        session,
        settings,
        user.id,
        customer_id=customer_id,
        document_id=None,
        offer=Offer("main_contact", principal.user_id, keep_access=wanted.keep_access),
    )
    await mails.put_mail(
        session,
        user,
        "main_contact",
        user.email,
        subject_id=invitation_id,
        parameters={
            "inviter": principal.email,
            "customer_number": customer.number,
            "customer_name": customer.name,
        },
    )
    await record(
        session,
        "main_contact_offered",
        actor=principal,
        customer_id=customer_id,
        detail={"to": user.email},
    )


async def withdraw_offer(session: AsyncSession, principal: Principal, customer_id: UUID) -> None:
    """End the open offer; raises `NOT_FOUND` when there is none."""
    await _own(session, principal, customer_id)
    if not await _withdraw(session, customer_id):
        raise Problem(errors.NOT_FOUND)
    await record(session, "main_contact_offer_withdrawn", actor=principal, customer_id=customer_id)


async def _withdraw(session: AsyncSession, customer_id: UUID) -> bool:
    withdrawn = await session.execute(
        update(Invitation)
        .where(
            Invitation.customer_id == customer_id,
            Invitation.role == "main_contact",
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
        .returning(Invitation.id)
    )
    return withdrawn.first() is not None
