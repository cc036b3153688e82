"""The steps of the seed: people, documents, and what happened to the documents since."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import act_as_staff
from api.core.database import Database
from api.core.settings import Settings
from api.demo import crowd, history, paper, people
from api.demo.cast import COMPANIES, INVITED, MAIN_CONTACT, SHARED_USER
from api.demo.crowd import Wanted
from api.demo.generator import generate
from api.demo.history import Habit
from api.demo.publishing import publish_documents
from api.demo.refusal import refuse_exposed, refuse_used
from api.models import Document, User

Report = Callable[[str], None]
ACT_AS = text("SELECT iportal.become_user(:user_id)")
HABITS = {
    MAIN_CONTACT: Habit(newest_unread=9),
    SHARED_USER: Habit(newest_unread=14, share=0.6),
}
OTHER_HABIT = Habit(newest_unread=2)
# Apart from the numbers of the demo itself.
SERIES = "B"


async def populate(settings: Settings, database: Database, report: Report) -> None:
    """Begin the demo or go on with it; each step finds what it has done before."""
    today = await _begin(database)
    report("Demo: writing seven years of documents")
    await publish_documents(settings, database, generate(today), report)
    await _finish(database)


async def publish_crowd(
    settings: Settings, wanted: Wanted, report: Report, *, exposed: bool = False
) -> None:
    """Publish documents with their files for any number of customers; again, it goes on."""
    if not exposed:
        refuse_exposed(settings)
    companies = list(crowd.companies(wanted.customers, wanted.documents, wanted.seed))
    database = Database(settings)
    try:
        async with database.transaction() as session:
            await act_as_staff(session)
            await refuse_used(session)
            await people.put_companies(session, companies)
            await people.activate(session, (crowd.FEW_EMAIL, crowd.MANY_EMAIL))
        made = generate(wanted.today, companies, str(wanted.seed), SERIES)
        documents = list(islice(made, wanted.documents))
        await publish_documents(settings, database, documents, report)
    finally:
        await database.close()


async def _begin(database: Database) -> date:
    """The day on which the demo was begun, perhaps now; documents are dated from it."""
    async with database.transaction() as session:
        await act_as_staff(session)
        staff = await people.find_staff(session)
        if staff is not None:
            return staff.created_at.date()
        await refuse_used(session)
        today = datetime.now(UTC).date()
        await people.create_people(session, today)
    return today


async def _finish(database: Database) -> None:
    """What happened to the documents since they were published, and last the passwords."""
    async with database.transaction() as session:
        await act_as_staff(session)
        staff = await people.find_staff(session)
        if staff is None or staff.state != "invited":
            return
        numbers = await people.demo_customers(session)
        customers = list(numbers.values())
        firsts = await session.execute(
            select(Document.customer_id, func.min(Document.published_at))
            .where(Document.customer_id.in_(customers))
            .group_by(Document.customer_id)
        )
        await people.date_memberships(session, {row[0]: row[1] for row in firsts})
        await history.write_notifications(session, customers)
        await paper.begin_post(session, staff.created_at.date(), numbers)
        await paper.request_copy(session, staff.created_at)
        await _read(session)
        await people.activate_people(session)


async def _read(session: AsyncSession) -> None:
    persons = {company.contact.email: company.contact for company in COMPANIES}
    persons[SHARED_USER.email] = SHARED_USER
    del persons[INVITED.email]
    rows = await session.execute(
        select(User.id, User.email_key).where(User.email_key.in_(persons)).order_by(User.email_key)
    )
    for user_id, email in rows.all():
        person = persons[email]
        # Rows of one's own can only be written by oneself, for staff as for everybody.
        await session.execute(ACT_AS, {"user_id": user_id})
        await history.read_documents(session, person, user_id, HABITS.get(person, OTHER_HABIT))
        if person == MAIN_CONTACT:
            await history.tag_documents(session, user_id, HABITS[person].newest_unread)
