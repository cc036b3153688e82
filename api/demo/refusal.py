"""Where demo data do not belong: everybody knows their passwords."""

from sqlalchemy import exists, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.core.settings import LOOPBACK_HOSTS, Settings
from api.demo.cast import STAFF
from api.demo.crowd import FEW_EMAIL
from api.models import Customer, User


class DemoRefused(Exception):
    """Demo data do not belong here; the message tells why, and what can be done."""


def refuse_exposed(settings: Settings) -> None:
    """Raise `DemoRefused` unless the portal is one person's trial: everybody knows the passwords.

    A database elsewhere, or a name under which others call the portal, are signs of more.
    """
    hosts = {
        "IPORTAL_DATABASE_URL": make_url(settings.database_url).host,
        "IPORTAL_PUBLIC_URL": make_url(settings.public_url).host,
    }
    for name, host in hosts.items():
        if host not in LOOPBACK_HOSTS:
            raise DemoRefused(
                f"No demo data: {name} is not on this machine, and everybody knows the demo's "
                "passwords. If you want that: iportal demo --known-passwords"
            )


async def refuse_used(session: AsyncSession | AsyncConnection) -> None:
    """Raise `DemoRefused` if the portal has customers of its own; for a role that sees them."""
    ours = select(User.id).where(User.email_key.in_((STAFF.email, FEW_EMAIL)))
    if await session.scalar(select(exists(select(Customer.id)) & ~exists(ours))):
        raise DemoRefused("No demo data: this portal has customers of its own")
