"""Upsert of customer numbers and their contacts."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts.people import correct_name, person_id_at
from api.audit import record
from api.core.database import new_id
from api.issuer.schemas import Contact, CustomerUpsert, IssuedContact, IssuedCustomer
from api.models import Account, Customer, Membership

CHOSEN = {"contact", "language"}
"""What the main contact may have changed since the issuer sent it."""


async def put_customer(
    session: AsyncSession, actor: Principal | None, number: str, wanted: CustomerUpsert
) -> tuple[IssuedCustomer, bool]:
    """Create or change a customer number; the flag tells whether it is new.

    The contact and the language act only when they differ from what the issuer last sent: a nightly
    upsert reverts neither a hand-over, nor a changed address, nor the main contact's choice.
    """
    customer = await session.scalar(
        select(Customer).where(Customer.number == number).with_for_update()
    )
    contact = wanted.contact.model_dump()
    if customer is not None:
        known = await _is_known(session, customer, contact)
        if not known:
            await _change_contact(session, customer, wanted)
            customer.issued_contact = contact
        sent = customer.issued_language or customer.language
        kept = CHOSEN if wanted.language == sent else {"contact"}
        for name, value in wanted.model_dump(exclude=kept).items():
            setattr(customer, name, value)
        customer.issued_language = wanted.language
        await session.flush()
        await record(session, "customer_changed", actor=actor, customer_id=customer.id)
        return _issued(customer, wanted), False
    user_id = await _person(session, wanted.contact, wanted.language)
    customer = Customer(
        id=new_id(),
        number=number,
        account_id=await _account_of(session, user_id),
        issued_contact=contact,
        issued_language=wanted.language,
        notification_mode="link",
        **wanted.model_dump(exclude={"contact"}),
    )
    session.add(customer)
    await session.flush()
    await session.execute(
        insert(Membership).values(user_id=user_id, customer_id=customer.id, role="main_contact")
    )
    await record(session, "customer_created", actor=actor, customer_id=customer.id)
    return _issued(customer, wanted), True


async def _is_known(session: AsyncSession, customer: Customer, contact: dict[str, Any]) -> bool:
    """Whether the issuer sends the contact it sent last; of one who was erased a digest is left."""
    if "erased" not in customer.issued_contact:
        return bool(customer.issued_contact == contact)
    digest = await session.scalar(select(func.iportal.digest_of(literal(contact, JSONB))))
    return bool(digest == customer.issued_contact["erased"])


def _issued(customer: Customer, wanted: CustomerUpsert) -> IssuedCustomer:
    contact = IssuedContact.model_validate(wanted.contact.model_dump())
    fields = ("id", "number", "name", "vat_number", "language", "channel")
    return IssuedCustomer(**{name: getattr(customer, name) for name in fields}, contact=contact)


async def _person(session: AsyncSession, contact: Contact, language: str) -> UUID:
    names = contact.first_name, contact.last_name
    return await person_id_at(session, contact.email, language, *names)


async def _account_of(session: AsyncSession, user_id: UUID) -> UUID:
    """The account that a main contact's customer numbers share, made if they have none."""
    account_id = await session.scalar(
        select(Customer.account_id)
        .join(Membership, Membership.customer_id == Customer.id)
        .where(Membership.user_id == user_id, Membership.role == "main_contact")
        .limit(1)
    )
    if account_id is None:
        account_id = new_id()
        await session.execute(insert(Account).values(id=account_id))
    return account_id


async def _change_contact(
    session: AsyncSession, customer: Customer, wanted: CustomerUpsert
) -> None:
    user_id = await _person(session, wanted.contact, wanted.language)
    present = await session.scalar(
        select(Membership.user_id).where(
            Membership.customer_id == customer.id, Membership.role == "main_contact"
        )
    )
    if present == user_id:
        # The issuer corrected a name; a person who has an account keeps the one they gave.
        await correct_name(session, user_id, wanted.contact.first_name, wanted.contact.last_name)
        return
    await session.execute(
        delete(Membership).where(
            Membership.customer_id == customer.id, Membership.role == "main_contact"
        )
    )
    customer.account_id = await _account_of(session, user_id)
    await session.execute(
        upsert(Membership)
        .values(user_id=user_id, customer_id=customer.id, role="main_contact")
        .on_conflict_do_update(
            index_elements=["user_id", "customer_id"],
            set_={"role": "main_contact", "expires_on": None},
        )
    )
