"""Where demo data do not belong: everybody knows their passwords."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from api.core.settings import LOOPBACK_HOSTS, Settings
from api.demo.cast import STAFF
from api.demo.crowd import FEW_EMAIL

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

USED = """
SELECT EXISTS (SELECT FROM customers)
    AND NOT EXISTS (SELECT FROM users WHERE email_key IN (:staff, :few))
"""


class DemoRefused(Exception):
    """Demo data do not belong here; the message tells why, and what can be done."""


def refuse_exposed(settings: Settings) -> None:
    """Raise `DemoRefused` unless the portal is one person's trial: everybody knows the passwords.

    A database elsewhere, or a name under which others call the portal, are signs of more.
    """
    hosts = {
        "IPORTAL_DATABASE_URL": urlsplit(settings.database_url).hostname,
        "IPORTAL_PUBLIC_URL": urlsplit(settings.public_url).hostname,
    }
    for name, host in hosts.items():
        if host not in LOOPBACK_HOSTS:
            raise DemoRefused(
                f"No demo data: {name} is not on this machine, and everybody knows the demo's "
                "passwords. If you want that: iportal demo --known-passwords"
            )


async def refuse_used(session: "AsyncSession | AsyncConnection") -> None:
    """Raise `DemoRefused` if the portal has customers of its own; for a role that sees them."""
    from sqlalchemy import text  # noqa: PLC0415 - see `seed.py`

    if await session.scalar(text(USED), {"staff": STAFF.email, "few": FEW_EMAIL}):
        raise DemoRefused("No demo data: this portal has customers of its own")
