"""Seeding the demo: once, resumable, and never where it would do harm."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import exists, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import act_as_staff
from api.auth.service import become_user
from api.core.database import Database
from api.core.settings import LOOPBACK_HOSTS, Settings
from api.demo import history, people
from api.demo.cast import COMPANIES, INVITED, MAIN_CONTACT, SHARED_USER, STAFF
from api.demo.generator import generate
from api.demo.history import Habit
from api.demo.publishing import publish_documents
from api.models import Customer, Document, User

Report = Callable[[str], None]
MAIN_CONTACT_HABIT = Habit(newest_unread=9)
SHARED_USER_HABIT = Habit(newest_unread=14, share=0.6)
OTHER_HABIT = Habit(newest_unread=2)


class DemoRefused(Exception):
    """The demo does not belong here; the message tells why, and what can be done."""


def seed_demo_if_wanted(settings: Settings, report: Report) -> list[str]:
    """Seed the demo when the settings ask for it; returns the lines that tell how to sign in."""
    if not settings.demo:
        return []
    if settings.host not in LOOPBACK_HOSTS:
        report("Demo: its passwords are known to everybody, and other machines reach this portal")
    try:
        asyncio.run(seed_demo(settings, report))
    except DemoRefused as refused:
        report(str(refused))
        return []
    return sign_ins()


def sign_ins() -> list[str]:
    """Who can sign in to the demo."""
    numbers = sum(company.contact == MAIN_CONTACT for company in COMPANIES)
    return [
        f"demo sign-ins, password {people.PASSWORD}",
        f"  {MAIN_CONTACT.email}  main contact of {numbers} customer numbers",
        f"  {SHARED_USER.email}  shared user",
        f"  {STAFF.email}  staff",
        f"  {INVITED.email}  invited: the activation link is in the mailbox",
    ]


async def seed_demo(settings: Settings, report: Report, *, forced: bool = False) -> None:
    """Make the demo complete, whatever an earlier seed has left; quick when it is complete.

    Its passwords are known to everybody, so unless `forced` it is refused where others could
    reach it or where real customers are: `DemoRefused`.
    """
    database = Database(settings)
    try:
        today = await _begin(database, settings, forced=forced)
        if today is None:
            return
        report("Demo: writing seven years of documents")
        await publish_documents(settings, database, generate(today), report)
        await _finish(database)
    finally:
        await database.close()


async def _begin(database: Database, settings: Settings, *, forced: bool) -> date | None:
    """The day on which the demo was begun, perhaps now; None when it is complete."""
    async with database.transaction() as session:
        staff = await people.find_staff(session)
        if staff is not None:
            return staff.created_at.date() if staff.state == "invited" else None
        if not forced:
            _refuse_exposed(settings)
            await _refuse_used(session)
        today = datetime.now(UTC).date()
        await people.create_people(session, today)
    return today


def _refuse_exposed(settings: Settings) -> None:
    hosts = {
        "IPORTAL_DATABASE_URL": make_url(settings.database_url).host,
        "IPORTAL_PUBLIC_URL": make_url(settings.public_url).host,
    }
    for name, host in hosts.items():
        if host not in LOOPBACK_HOSTS:
            raise DemoRefused(
                f"No demo data: {name} is not on this machine, and the demo's passwords are known "
                "to everybody. If that is what you want: iportal demo --known-passwords"
            )


async def _refuse_used(session: AsyncSession) -> None:
    await act_as_staff(session)
    if await session.scalar(select(exists(select(Customer.id)))):
        raise DemoRefused("No demo data: this portal has customers of its own")


async def _finish(database: Database) -> None:
    """What happened to the documents since they were published, and then the passwords."""
    async with database.transaction() as session:
        staff = await people.find_staff(session)
        if staff is None or staff.state != "invited":
            return
        await act_as_staff(session)
        customers = await people.demo_customers(session)
        firsts = await session.execute(
            select(Document.customer_id, func.min(Document.published_at))
            .where(Document.customer_id.in_(customers.values()))
            .group_by(Document.customer_id)
        )
        await people.date_memberships(session, {row[0]: row[1] for row in firsts})
        await history.write_notifications(session, list(customers.values()))
        await _read(session)
        await people.activate_people(session)


async def _read(session: AsyncSession) -> None:
    persons = {company.contact.email: company.contact for company in COMPANIES}
    persons[SHARED_USER.email] = SHARED_USER
    del persons[INVITED.email]
    habits = {MAIN_CONTACT: MAIN_CONTACT_HABIT, SHARED_USER: SHARED_USER_HABIT}
    rows = await session.execute(
        select(User.id, User.email_key).where(User.email_key.in_(persons)).order_by(User.email_key)
    )
    for user_id, email in rows.all():
        person = persons[email]
        # Rows of one's own can only be written by oneself, for staff as for everybody.
        await become_user(session, user_id)
        await history.read_documents(session, person, user_id, habits.get(person, OTHER_HABIT))
        if person == MAIN_CONTACT:
            await history.tag_documents(session, user_id)
