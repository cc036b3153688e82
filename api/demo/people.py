"""The demo's customers, contacts, shared user and staff member."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import act_as_staff
from api.accounts.people import concern_person, find_person
from api.core.database import new_id
from api.core.passwords import hash_password
from api.demo.cast import (
    COMPANIES,
    INVITED,
    PASSWORD,
    SHARED_NUMBERS,
    SHARED_USER,
    STAFF,
    Company,
    Person,
)
from api.demo.identifiers import vat_number
from api.demo.occasions import add_months
from api.issuer.customers import put_customer
from api.issuer.schemas import Contact, CustomerUpsert
from api.models import Customer, Membership, User

SHARED_SINCE = timedelta(days=430)
GRANT_END_MONTHS = 9
ACTIVATED_AFTER = timedelta(hours=3)


async def find_staff(session: AsyncSession) -> User | None:
    """The staff member: made first and activated last, they tell how far the seed has come."""
    return await find_person(session, await _id_of(session, STAFF.email), lock=True)


async def _id_of(session: AsyncSession, email: str) -> UUID | None:
    """Whose address this is, for staff."""
    user_id: UUID | None = await session.scalar(select(User.id).where(User.email_key == email))
    return user_id


async def create_people(session: AsyncSession, today: date) -> None:
    """All customer numbers and people; nobody can sign in yet."""
    await act_as_staff(session)
    await session.execute(
        insert(User).values(**_user(STAFF), role="staff", created_at=_noon(today))
    )
    customers = await put_companies(session, COMPANIES)
    await _share(session, customers, today)


async def put_companies(session: AsyncSession, companies: Iterable[Company]) -> dict[str, UUID]:
    """Create or change customer numbers, as staff; returns their ids by number."""
    customers: dict[str, UUID] = {}
    for company in companies:
        contact = company.contact
        wanted = CustomerUpsert(
            name=company.name,
            vat_number=vat_number(company.enterprise),
            language=company.language,
            channel="post" if company.by_post else "portal",
            contact=Contact(
                email=contact.email, first_name=contact.first_name, last_name=contact.last_name
            ),
        )
        issued, _ = await put_customer(session, None, company.number, wanted)
        customers[company.number] = issued.id
        # The customer's language is that of its documents; a person reads in their own.
        user_id = await _id_of(session, contact.email)
        await concern_person(session, user_id)
        await session.execute(
            update(User).where(User.id == user_id).values(language=contact.language)
        )
    return customers


def _user(person: Person) -> dict[str, object]:
    return {
        "id": new_id(),
        "email": person.email,
        "email_key": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "language": person.language,
    }


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


async def _share(session: AsyncSession, customers: dict[str, UUID], today: date) -> None:
    person = _user(SHARED_USER)
    await session.execute(insert(User).values(**person))
    ends = (None, add_months(today, GRANT_END_MONTHS))
    for number, end in zip(SHARED_NUMBERS, ends, strict=True):
        await session.execute(
            insert(Membership).values(
                user_id=person["id"],
                customer_id=customers[number],
                role="shared_user",
                expires_on=end,
                created_at=_noon(today) - SHARED_SINCE,
            )
        )


async def date_memberships(session: AsyncSession, since: dict[UUID, datetime]) -> None:
    """Let main contacts have their numbers since the first document, as staff."""
    for customer_id, moment in since.items():
        await session.execute(
            update(Membership)
            .where(Membership.customer_id == customer_id, Membership.role == "main_contact")
            .values(created_at=moment)
        )


async def activate_people(session: AsyncSession) -> None:
    """Let everybody but the invited contact sign in."""
    emails = {company.contact.email for company in COMPANIES} | {SHARED_USER.email, STAFF.email}
    await activate(session, emails - {INVITED.email})


async def activate(session: AsyncSession, emails: Collection[str]) -> None:
    """Give invited people the demo's password, as if chosen soon after their first document."""
    hashed = await hash_password(PASSWORD)
    since = (
        select(func.min(Membership.created_at) + ACTIVATED_AFTER)
        .where(Membership.user_id == User.id)
        .scalar_subquery()
    )
    values = {
        "password_hash": hashed,
        "state": "active",
        "activated_at": func.coalesce(since, func.now()),
    }
    for email in sorted(emails):
        user_id = await _id_of(session, email)
        await concern_person(session, user_id)
        await session.execute(
            update(User).where(User.id == user_id, User.state == "invited").values(**values)
        )


async def demo_customers(session: AsyncSession) -> dict[str, UUID]:
    """The ids of the demo's customer numbers."""
    rows = await session.execute(
        select(Customer.number, Customer.id).where(
            Customer.number.in_([company.number for company in COMPANIES])
        )
    )
    return {row.number: row.id for row in rows}
