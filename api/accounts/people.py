"""People, as far as a transaction may know them: found by what they gave, named by others.

Row-level security shows a transaction its own user and those whom the product shows to them. What
has to know a person earlier finds them by a function of the database, and is about them then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.addresses import address_key
from api.core.database import new_id
from api.models import User

CONCERN = text("SELECT iportal.concern_person(:user_id)")
SECRETS = text("SELECT password_hash, totp_secret FROM iportal.secrets_of(:user_id)")
FIND_SIGN_IN = text("SELECT id, state, password_hash FROM iportal.find_sign_in(:key)")
FIND_BY_ADDRESS = text("SELECT id, through_recovery FROM iportal.find_by_address(:key)")
TEXTS = ARRAY(Text)
PEOPLE_AT = text(
    "SELECT p.key, iportal.person_at("
    "p.id, p.email, p.key, p.first_name, p.last_name, p.language) AS user_id"
    " FROM unnest(:ids, :emails, :keys, :first_names, :last_names, :languages)"
    " AS p(id, email, key, first_name, last_name, language)"
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    *(
        bindparam(name, type_=TEXTS)
        for name in ("emails", "keys", "first_names", "last_names", "languages")
    ),
)
CORRECT_NAMES = text(
    "SELECT iportal.correct_name(p.id, p.first_name, p.last_name)"
    " FROM unnest(:ids, :first_names, :last_names) AS p(id, first_name, last_name)"
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("first_names", type_=TEXTS),
    bindparam("last_names", type_=TEXTS),
)
NOTE_UNREACHABLE = text("SELECT iportal.note_unreachable(:user_id, :recipient, :reason)")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a person signs in with, as it is kept."""

    password_hash: str | None
    totp_secret: bytes | None


@dataclass(frozen=True, slots=True)
class Named:
    """A person as somebody else names them."""

    email: str
    language: str
    first_name: str = ""
    last_name: str = ""


async def concern_person(session: AsyncSession, user_id: UUID | None) -> None:
    """Let this transaction be about a person: their own row is seen, none of their documents."""
    await session.execute(CONCERN, {"user_id": user_id})


async def find_person(
    session: AsyncSession, user_id: UUID | None, *, active: bool = False, lock: bool = False
) -> User | None:
    """The person's row as it is now, which this transaction is about from then on."""
    await concern_person(session, user_id)
    statement = select(User).where(User.id == user_id).execution_options(populate_existing=True)
    if active:
        statement = statement.where(User.state == "active")
    if lock:
        statement = statement.with_for_update(key_share=True)
    user: User | None = await session.scalar(statement)
    return user


async def secrets_of(session: AsyncSession, user_id: UUID) -> Secrets:
    """The secrets of the transaction's user, or of the person whom it is about; else none."""
    row = (await session.execute(SECRETS, {"user_id": user_id})).one_or_none()
    return Secrets(*row) if row else Secrets(None, None)


async def find_sign_in(session: AsyncSession, email: str) -> Any:
    """Who would sign in with this address: id, state and password hash; None for nobody."""
    return (await session.execute(FIND_SIGN_IN, {"key": email.strip().lower()})).one_or_none()


async def find_by_address(session: AsyncSession, key: str) -> list[tuple[UUID, bool]]:
    """Whose address this is, and whose verified recovery address (the flag is set), if active."""
    rows = await session.execute(FIND_BY_ADDRESS, {"key": key})
    return [(row.id, row.through_recovery) for row in rows]


async def person_at(
    session: AsyncSession, email: str, language: str, first_name: str = "", last_name: str = ""
) -> User:
    """The user with this address, made if there is none; their own profile is left alone."""
    people = await people_at(session, [Named(email, language, first_name, last_name)])
    user = await find_person(session, people[address_key(email)])
    if user is None:
        raise LookupError("no such user")
    return user


async def people_at(session: AsyncSession, people: Iterable[Named]) -> dict[str, UUID]:
    """The same for many, by the key of their address, and for publishers, who read nothing of them.

    Of several with one address the first is made.
    """
    wanted: dict[str, Named] = {}
    for person in people:
        wanted.setdefault(address_key(person.email), person)
    # Always in the same order, so that of two such transactions one waits for the other.
    keys = sorted(wanted)
    named = [wanted[key] for key in keys]
    values = {
        "ids": [new_id() for _ in keys],
        "emails": [person.email for person in named],
        "keys": keys,
        "first_names": [person.first_name for person in named],
        "last_names": [person.last_name for person in named],
        "languages": [person.language for person in named],
    }
    rows = await session.execute(PEOPLE_AT, values)
    return {row.key: row.user_id for row in rows}


async def correct_names(session: AsyncSession, names: Mapping[UUID, tuple[str, str]]) -> None:
    """Give invited people other names; those who have an account keep the one they gave."""
    values = {
        "ids": list(names),
        "first_names": [first for first, _ in names.values()],
        "last_names": [last for _, last in names.values()],
    }
    await session.execute(CORRECT_NAMES, values)


async def note_unreachable(
    session: AsyncSession, user_id: UUID, recipient: str | None, reason: str | None
) -> None:
    """Remember that a mail did not reach a person, unless they have another address by now."""
    values = {"user_id": user_id, "recipient": recipient, "reason": reason}
    await session.execute(NOTE_UNREACHABLE, values)
