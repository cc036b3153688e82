"""What the user should know at the top of the screen.

A notice has a code, parameters for its sentence, and a way to be dismissed. To add one, write the
two functions and name them in `NOTICES`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.core import errors
from api.core.errors import Problem
from api.core.settings import Settings
from api.me.schemas import Notice
from api.models import Customer, Membership, SharedUser, User

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of notice: whether there is something to tell now, and how it is put away."""

    find: Callable[[AsyncSession, Settings, User], Awaitable[dict[str, str] | None]]
    dismiss: Callable[[AsyncSession, User], Awaitable[None]]


async def notices_of(session: AsyncSession, settings: Settings, user: User) -> list[Notice]:
    """All notices for a user, in a transaction in which they are the principal."""
    found = []
    for code, source in NOTICES.items():
        parameters = await source.find(session, settings, user)
        if parameters is not None:
            found.append(Notice(code=code, parameters=parameters))
    return found


async def dismiss_notice(session: AsyncSession, user: User, code: str) -> None:
    """Put a notice away; raises `NOT_FOUND` for a code that does not exist."""
    if code not in NOTICES:
        raise Problem(errors.NOT_FOUND)
    await NOTICES[code].dismiss(session, user)


def _unreviewed(user: User) -> list[object]:
    own = exists().where(
        Membership.customer_id == Customer.id,
        Membership.user_id == user.id,
        Membership.role == "main_contact",
    )
    shared = exists().where(SharedUser.account_id == Customer.account_id)
    return [Customer.sharing_reviewed_at.is_(None), own, shared]


async def _new_customer_numbers(
    session: AsyncSession, _: Settings, user: User
) -> dict[str, str] | None:
    """A number that came after sharing began: no shared user sees it yet (C4)."""
    numbers = (
        await session.scalars(
            select(Customer.number).where(*_unreviewed(user)).order_by(Customer.number)  # type: ignore[arg-type]
        )
    ).all()
    if not numbers:
        return None
    return {"numbers": ", ".join(numbers[:MOST_NAMED]), "count": str(len(numbers))}


async def _review_sharing(session: AsyncSession, user: User) -> None:
    await session.execute(
        update(Customer)
        .where(*_unreviewed(user))  # type: ignore[arg-type]
        .values(sharing_reviewed_at=func.now())
    )


async def _mail_failed(_: AsyncSession, __: Settings, user: User) -> dict[str, str] | None:
    """The last mail to their address came back, or was refused (E4)."""
    if user.mail_failed_at is None:
        return None
    return {
        "address": user.email,
        "reason": user.mail_failure or "",
        "at": user.mail_failed_at.isoformat(),
    }


async def _address_is_right(session: AsyncSession, user: User) -> None:
    await session.execute(
        update(User).where(User.id == user.id).values(mail_failed_at=None, mail_failure=None)
    )


NOTICES = {
    "mail_failed": Source(_mail_failed, _address_is_right),
    "new_customer_numbers": Source(_new_customer_numbers, _review_sharing),
}
