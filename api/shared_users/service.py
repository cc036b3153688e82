"""Sharing customer numbers with others (C3 to C7).

Row-level security decides what may be written: memberships of shared users, of customer numbers
whose main contact the caller is. What is checked here makes the answers clear.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.accounts.addresses import address_key
from api.accounts.invitations import Offer, create_invitation
from api.accounts.people import person_at
from api.audit import Event, record, record_on_customers
from api.core import errors
from api.core.database import new_id
from api.core.errors import FieldError, Problem
from api.core.settings import Settings
from api.models import Customer, Invitation, Membership, SharedUser, User
from api.shared_users.schemas import NewGrant, NewSharedUser, SharedUserChange


async def add_shared_user(
    session: AsyncSession, settings: Settings, principal: Principal, wanted: NewSharedUser
) -> UUID:
    """Share with somebody: invited when they are new, told when they have an account.

    Raises `NOT_FOUND` for a customer number that the caller does not see, `FORBIDDEN` for one that
    another looks after, and `SHARED_USER_EXISTS`.
    """
    account_id = await _account_of(session, principal, wanted.grants)
    if address_key(wanted.email) == address_key(principal.email):
        raise _refused("/email", "same_address", "must be another address")
    language = wanted.language or principal.language
    user = await person_at(session, wanted.email, language, wanted.first_name, wanted.last_name)
    shared_user_id: UUID | None = await session.scalar(
        upsert(SharedUser)
        .values(
            id=new_id(),
            account_id=account_id,
            user_id=user.id,
            first_name=wanted.first_name,
            last_name=wanted.last_name,
        )
        .on_conflict_do_nothing()
        .returning(SharedUser.id)
    )
    if shared_user_id is None:
        raise Problem(errors.SHARED_USER_EXISTS, parameters={"email": user.email})
    await record(session, "shared_user_added", actor=principal, detail={"email": user.email})
    await _set_grants(session, principal, user, wanted.grants)
    await _tell(session, settings, principal, user, account_id)
    return shared_user_id


async def change_shared_user(
    session: AsyncSession, principal: Principal, shared_user_id: UUID, change: SharedUserChange
) -> None:
    """Change the name, or replace the grants: what is not listed any more ends at once (C6)."""
    shared, user = await _find(session, shared_user_id)
    if "email" in change.model_fields_set:
        raise Problem(errors.EMAIL_IS_FIXED)
    names = change.model_dump(include={"first_name", "last_name"}, exclude_none=True)
    if names:
        await session.execute(
            update(SharedUser).where(SharedUser.id == shared_user_id).values(**names)
        )
        await record(session, "shared_user_changed", actor=principal, detail={"email": user.email})
    if change.grants is not None:
        if change.grants:
            await _account_of(session, principal, change.grants, shared.account_id)
        await _set_grants(session, principal, user, change.grants)


async def delete_shared_user(
    session: AsyncSession, principal: Principal, shared_user_id: UUID
) -> None:
    """End all access that the account gave somebody, and the invitations it sent them."""
    shared, user = await _find(session, shared_user_id)
    await _set_grants(session, principal, user, [])
    await session.execute(
        update(Invitation)
        .where(
            Invitation.account_id == shared.account_id,
            Invitation.user_id == user.id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
    )
    await session.execute(delete(SharedUser).where(SharedUser.id == shared_user_id))
    await record(session, "shared_user_deleted", actor=principal, detail={"email": user.email})


async def invite_again(
    session: AsyncSession, settings: Settings, principal: Principal, shared_user_id: UUID
) -> None:
    """Send the invitation again, or to somebody active the mail that told them."""
    shared, user = await _find(session, shared_user_id)
    await _tell(session, settings, principal, user, shared.account_id)


def _refused(pointer: str, code: str, message: str) -> Problem:
    return Problem(errors.INVALID, errors=[FieldError(pointer, code, message)])


async def _find(session: AsyncSession, shared_user_id: UUID) -> tuple[SharedUser, User]:
    row = (
        await session.execute(
            select(SharedUser, User)
            .join(User, User.id == SharedUser.user_id)
            .where(SharedUser.id == shared_user_id)
        )
    ).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return row.SharedUser, row.User


async def _account_of(
    session: AsyncSession,
    principal: Principal,
    grants: Sequence[NewGrant],
    account_id: UUID | None = None,
) -> UUID:
    """The account whose customer numbers are granted, all of which must be the caller's (T7)."""
    wanted = [grant.customer_id for grant in grants]
    held = {
        row.id: row
        for row in await session.execute(
            select(Customer.id, Customer.account_id, Membership.role)
            .outerjoin(
                Membership,
                (Membership.customer_id == Customer.id) & (Membership.user_id == principal.user_id),
            )
            .where(Customer.id.in_(wanted))
        )
    }
    if any(customer_id not in held for customer_id in wanted):
        raise Problem(errors.NOT_FOUND)
    if any(row.role != "main_contact" for row in held.values()):
        raise Problem(errors.FORBIDDEN)
    if len(held) < len(wanted):
        raise _refused("/grants", "duplicate", "a customer number is listed twice")
    today = datetime.now(UTC).date()
    for place, grant in enumerate(grants):
        if grant.expires_on is not None and grant.expires_on < today:
            raise _refused(f"/grants/{place}/expires_on", "past", "a day that is not over")
    accounts: set[UUID] = {row.account_id for row in held.values()}
    if len(accounts) > 1 or (account_id is not None and account_id not in accounts):
        raise Problem(errors.NOT_FOUND)
    return accounts.pop()


async def _set_grants(
    session: AsyncSession, principal: Principal, user: User, wanted: Sequence[NewGrant]
) -> None:
    """Make these the person's grants of the caller's numbers, and write down every difference."""
    rows = await session.execute(
        select(Membership.customer_id, Membership.expires_on)
        .where(
            Membership.user_id == user.id,
            Membership.role == "shared_user",
            Membership.customer_id == any_(func.iportal.main_customer_ids(type_=ARRAY(Uuid))),
        )
        .with_for_update()
    )
    before = {row.customer_id: row.expires_on for row in rows}
    after = {grant.customer_id: grant.expires_on for grant in wanted}
    ended = sorted(before.keys() - after.keys())
    begun = sorted(after.keys() - before.keys())
    kept = before.keys() & after.keys()
    changed = sorted(key for key in kept if after[key] != before[key])
    if ended:
        await session.execute(
            delete(Membership).where(
                Membership.user_id == user.id, Membership.customer_id.in_(ended)
            )
        )
    if begun:
        given = [
            {
                "user_id": user.id,
                "customer_id": customer_id,
                "role": "shared_user",
                "expires_on": after[customer_id],
            }
            for customer_id in begun
        ]
        await session.execute(insert(Membership), given)
    for customer_id in changed:
        await session.execute(
            update(Membership)
            .where(Membership.user_id == user.id, Membership.customer_id == customer_id)
            .values(expires_on=after[customer_id])
        )
    about = {"email": user.email}
    events: tuple[tuple[Event, list[UUID]], ...] = (
        ("access_revoked", ended),
        ("access_granted", begun),
        ("access_changed", changed),
    )
    for event, customer_ids in events:
        await record_on_customers(session, event, principal, customer_ids, about)


async def _tell(
    session: AsyncSession,
    settings: Settings,
    principal: Principal,
    user: User,
    account_id: UUID,
) -> None:
    invitation_id = None
    if user.state == "invited":
        invitation_id = await create_invitation(
            session,
            settings,
            user.id,
            customer_id=None,
            document_id=None,
            offer=Offer("shared_user", principal.user_id, account_id),
        )
    await mails.put_mail(
        session,
        user,
        "sharing",
        user.email,
        subject_id=invitation_id,
        parameters={"inviter": principal.email, "account_id": str(account_id)},
    )
