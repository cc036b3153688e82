"""People whom somebody names by their address."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.addresses import address_key
from api.core.database import new_id
from api.models import User


async def person_at(
    session: AsyncSession, email: str, language: str, first_name: str = "", last_name: str = ""
) -> User:
    """The user with this address, made if there is none; their own profile is left alone."""
    user_id = await person_id_at(session, email, language, first_name, last_name)
    return await session.get_one(User, user_id)


async def person_id_at(
    session: AsyncSession, email: str, language: str, first_name: str = "", last_name: str = ""
) -> UUID:
    """The same for publishers, who may not read all of a user."""
    key = address_key(email)
    await session.execute(
        insert(User)
        .values(
            id=new_id(),
            email=email,
            email_key=key,
            first_name=first_name,
            last_name=last_name,
            language=language,
        )
        .on_conflict_do_nothing(index_elements=["email_key"])
    )
    return (await session.scalars(select(User.id).where(User.email_key == key))).one()


async def note_unreachable(
    session: AsyncSession, user_id: UUID, recipient: str | None, reason: str | None
) -> None:
    """Remember that a mail did not reach a person, unless they have another address by now."""
    await session.execute(
        update(User)
        .where(User.id == user_id, User.email == recipient)
        .values(mail_failed_at=func.now(), mail_failure=reason)
    )
