"""Seeding the demo: once, resumable, and never where it would do harm.

Whether there is something to do is found out with as little as possible, since it is asked at
every start; what does the work is only imported when there is.
"""

from collections.abc import Callable

from api.core.asking import APP_ROLE, ask
from api.core.settings import LOOPBACK_HOSTS, Settings
from api.demo.cast import COMPANIES, INVITED, MAIN_CONTACT, PASSWORD, SHARED_USER, STAFF
from api.demo.refusal import DemoRefused, refuse_exposed

Report = Callable[[str], None]
STAFF_STATE = "SELECT state FROM iportal.find_sign_in($1)"


async def seed_demo_if_wanted(settings: Settings, report: Report) -> list[str]:
    """Seed the demo when the settings ask for it; returns the lines that tell how to sign in."""
    if not settings.demo:
        return []
    if settings.host not in LOOPBACK_HOSTS:
        report("Demo: other machines reach this portal, and everybody knows the passwords")
    try:
        await seed_demo(settings, report)
    except DemoRefused as refused:
        report(str(refused))
        return []
    return sign_ins()


def sign_ins() -> list[str]:
    """Who can sign in to the demo."""
    numbers = sum(company.contact == MAIN_CONTACT for company in COMPANIES)
    roles = {
        MAIN_CONTACT: f"main contact of {numbers} customer numbers",
        SHARED_USER: "shared user of two of them",
        STAFF: "staff",
        INVITED: "invited, not active yet: the link is in the mailbox",
    }
    width = max(len(person.email) for person in roles)
    lines = [f"  {person.email:{width}}  {role}" for person, role in roles.items()]
    return [f"demo sign-ins (password: {PASSWORD})", *lines]


async def seed_demo(settings: Settings, report: Report, *, exposed: bool = False) -> None:
    """Make the demo complete, whatever an earlier call has left; quick when it is complete.

    Raises `DemoRefused` where the portal has customers of its own, and, unless it may be
    `exposed`, where others could reach it.
    """
    state = await ask(settings.database_url, STAFF_STATE, STAFF.email, role=APP_ROLE)
    if state is None and not exposed:
        refuse_exposed(settings)
    if state not in (None, "invited"):
        return
    from api.core.database import Database  # noqa: PLC0415
    from api.demo.populate import populate  # noqa: PLC0415

    database = Database(settings)
    try:
        await populate(settings, database, report)
    finally:
        await database.close()
