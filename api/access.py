"""Who is asking, what they may do, and what row-level security is told about them."""

import hashlib
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache, lru_cache
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Alias,
    Boolean,
    Interval,
    LargeBinary,
    Select,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.crypto import token_hash
from api.core.database import Connection, fetch_row
from api.core.scopes import Scope
from api.core.settings import Language

Role = Literal["customer", "staff"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who passes: sessions (perhaps only of staff), and tokens with the scope, or any token."""

    scope: Scope | None = None
    any_token: bool = False
    staff_only: bool = False
    publishing: bool = False
    # Needs a proof of at most five minutes: password, and code when MFA is on (M9).
    fresh: bool = False
    # Only for main contacts of at least one customer number.
    main_contact: bool = False
    # Stays open to a user who has yet to set up MFA although the policy asks for it.
    before_mfa: bool = False


class Permission(Enum):
    """What a route lets its caller do."""

    OWN_PROFILE_READ = Rule(any_token=True, before_mfa=True)
    OWN_PROFILE = Rule(before_mfa=True)
    OWN_ACCOUNT = Rule()
    OWN_CREDENTIALS = Rule(fresh=True)
    MFA_ENROLMENT = Rule(fresh=True, before_mfa=True)
    DOCUMENTS_READ = Rule(scope=Scope.DOCUMENTS_READ)
    DOCUMENTS_WRITE = Rule(scope=Scope.DOCUMENTS_WRITE)
    DOWNLOADS = Rule(scope=Scope.DOWNLOADS)
    CUSTOMERS_READ = Rule(scope=Scope.CUSTOMERS_READ)
    MAIN_CONTACT = Rule(main_contact=True)
    MAIN_CONTACT_PROVED = Rule(main_contact=True, fresh=True)
    PUBLISH = Rule(scope=Scope.ISSUER_PUBLISH, staff_only=True, publishing=True)
    STAFF = Rule(staff_only=True)
    BOUNCES = Rule(scope=Scope.ISSUER_BOUNCES, staff_only=True)
    ISSUER_CUSTOMERS = Rule(scope=Scope.ISSUER_CUSTOMERS, staff_only=True, publishing=True)


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in user, or the program that acts for them, in this transaction."""

    user_id: UUID
    role: Role
    language: Language
    email: str
    first_name: str
    last_name: str
    mfa_enabled: bool
    credential_id: UUID
    scopes: frozenset[str] | None
    token_name: str | None
    proved_at: datetime | None
    proof_age: timedelta | None = None

    @property
    def is_program(self) -> bool:
        """Whether an API token was used rather than a browser session."""
        return self.scopes is not None

    @property
    def sees_all(self) -> bool:
        """Staff see every customer; lists then use another way through the data."""
        return self.role == "staff"

    @property
    def display_name(self) -> str:
        """How the history names this actor."""
        name = f"{self.first_name} {self.last_name}".strip() or self.email
        return f"{name} ({self.token_name})" if self.token_name else name


MARK = "ipt_"
TOKEN_ID_LENGTH = 32
TOKEN_SECRET_LENGTH = 43
TOKEN_CHECKSUM_LENGTH = 8


@dataclass(frozen=True, slots=True)
class TokenParts:
    """An API token taken apart: the row it names and the hash of its secret."""

    token_id: UUID
    secret_hash: bytes


def new_token(token_id: UUID) -> tuple[str, bytes]:
    """A token for a row and the hash to keep: `ipt_`, id, 256 random bits, checksum (X1)."""
    body = f"{token_id.hex}{secrets.token_urlsafe(32)}"
    checksum = f"{zlib.crc32(body.encode()):08x}"
    return f"{MARK}{body}{checksum}", _secret_hash(body[TOKEN_ID_LENGTH:])


def parse_token(token: str) -> TokenParts | None:
    """Take a token apart; None when it is not one of ours or was mistyped."""
    body, checksum = (
        token[len(MARK) : -TOKEN_CHECKSUM_LENGTH],
        token[-TOKEN_CHECKSUM_LENGTH:],
    )
    if not token.startswith(MARK) or not token.isascii():
        return None
    if len(body) != TOKEN_ID_LENGTH + TOKEN_SECRET_LENGTH:
        return None
    if checksum != f"{zlib.crc32(body.encode()):08x}":
        return None
    try:
        token_id = UUID(hex=body[:TOKEN_ID_LENGTH])
    except ValueError:
        return None
    return TokenParts(token_id, _secret_hash(body[TOKEN_ID_LENGTH:]))


def _secret_hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


Transaction = AsyncSession | Connection
"""What a request runs in: an ORM session, or a bare connection on the hot routes."""
READER: Any = select(func.iportal.user_id(type_=Uuid)).scalar_subquery()
"""The id of the user of this transaction, in a statement; worked out once."""
PRINCIPAL_IS_SET: Any = text("CAST(current_setting('iportal.user_id') AS uuid) IS NOT NULL")
"""A condition of lists: PostgreSQL raises when no principal is set, rather than find no row (X27).

The setting is unknown on a new connection and empty after a transaction; neither is a UUID.
"""
AUTHENTICATE_INVITATION = text("SELECT * FROM iportal.authenticate_invitation(:hash)")
ACT_AS_REQUESTER = text("SELECT iportal.act_as_requester(:user_id, :scope)").bindparams(
    bindparam("scope", type_=ARRAY(Uuid))
)
ACT_FOR_CUSTOMER = text("SELECT iportal.act_for_customer(:customer_id)")
IS_MAIN_CONTACT = text("SELECT iportal.main_customer_ids() <> '{}' AS held")
ACT_AS_STAFF = text("SELECT set_config('role', 'iportal_staff', true)")
PUBLISHER_ROLE = "iportal_publisher"
ACT_AS_PUBLISHER = text("SELECT iportal.act_as_publisher(NULL)")


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows: the call that recognises it, and who that makes the caller."""

    call: Alias
    values: dict[str, Any]
    principal: Callable[[Any], Principal]

    @property
    def is_program(self) -> bool:
        """Whether it is an API token rather than a browser session."""
        return self.call is TOKEN_CALL


SESSION_CALL = func.iportal.authenticate_session(
    bindparam("hash", type_=LargeBinary), bindparam("idle", type_=Interval)
).alias("caller")
TOKEN_CALL = func.iportal.authenticate_token(
    bindparam("token_id", type_=Uuid),
    bindparam("hash", type_=LargeBinary),
    bindparam("publishing", type_=Boolean),
).alias("caller")


def session_credential(cookie: str, idle: timedelta) -> Credential:
    """The browser session behind a cookie, if it was used within the idle time."""
    return Credential(SESSION_CALL, {"hash": token_hash(cookie), "idle": idle}, _session_user)


def token_credential(token: TokenParts, *, publishing: bool) -> Credential:
    """An API token, which acts for its user, or as a publisher."""
    values = {"token_id": token.token_id, "hash": token.secret_hash, "publishing": publishing}
    return Credential(TOKEN_CALL, values, _program)


@cache
def _recognise(call: Alias) -> Select[Any]:
    return select(literal_column("*")).select_from(call)


async def authenticate(transaction: Transaction, credential: Credential) -> Principal | None:
    """Become the credential's user in this transaction; None if it is not valid."""
    statement = _recognise(credential.call)
    if isinstance(transaction, AsyncSession):
        row: Any = (await transaction.execute(statement, credential.values)).mappings().first()
    else:
        row = await fetch_row(transaction, statement, credential.values)
    return credential.principal(row) if row is not None else None


async def authenticate_and_read(
    connection: Connection, credential: Credential, statement: Select[Any], values: dict[str, Any]
) -> tuple[Principal, Any] | None:
    """Become the credential's user for one statement, and give its first row; None if not valid.

    One round trip instead of four, for the routes that are asked all day: the statement is its own
    transaction, so what the caller may see is set for it and gone with it. Roles are checked when
    a statement begins: staff see no customer's rows here, and read in a transaction instead.
    """
    asked = _as_caller(credential.call, statement)
    row = await fetch_row(connection, asked, {**values, **credential.values})
    return (credential.principal(row), row) if row is not None else None


@lru_cache(maxsize=1024)
def _as_caller(call: Alias, statement: Select[Any]) -> Select[Any]:
    """The statement beside its caller, for whom PostgreSQL waits: it depends on the caller's row.

    Were it not so, nothing would be shown: without a principal row-level security hides all rows.
    """
    known = literal_column("caller.user_id").is_not(None)
    answer: Any = select(literal_column("*")).select_from(statement.subquery("found")).where(known)
    joined = call.outerjoin(answer.lateral("answer"), true())
    shown: Any = select(literal_column("caller.*"), literal_column("answer.*"))
    return cast("Select[Any]", shown.select_from(joined))


def _session_user(row: Any) -> Principal:
    return Principal(
        **_person(row),
        mfa_enabled=row["mfa_enabled"],
        credential_id=row["session_id"],
        scopes=None,
        token_name=None,
        proved_at=row["proved_at"],
        proof_age=row["proof_age"],
    )


def _program(row: Any) -> Principal:
    return Principal(
        **_person(row),
        mfa_enabled=False,
        credential_id=row["token_id"],
        scopes=frozenset(row["scopes"]),
        token_name=row["token_name"],
        proved_at=None,
    )


def _person(row: Any) -> dict[str, Any]:
    return {
        name: row[name]
        for name in ("user_id", "role", "language", "email", "first_name", "last_name")
    }


async def is_main_contact(transaction: Transaction) -> bool:
    """Whether this transaction's principal looks after any customer number."""
    if isinstance(transaction, AsyncSession):
        return bool(await transaction.scalar(IS_MAIN_CONTACT))
    return bool((await fetch_row(transaction, IS_MAIN_CONTACT, {}))["held"])


async def act_as_requester(
    session: AsyncSession, user_id: UUID, scope_ids: list[UUID] | None
) -> bool:
    """Become the user who asked for a job, with the access they have now; False if they are gone.

    `scope_ids` are the customer numbers of the token they asked with, if it was narrowed.
    """
    role = await session.scalar(ACT_AS_REQUESTER, {"user_id": user_id, "scope": scope_ids})
    return role is not None


async def act_for_customer(session: AsyncSession, customer_id: UUID) -> None:
    """Let a job see one customer number, and nothing else, in this transaction."""
    await session.execute(ACT_FOR_CUSTOMER, {"customer_id": customer_id})


async def act_as_publisher(session: AsyncSession) -> None:
    """Let a command add customers and documents in this transaction, without reading them back."""
    await session.execute(ACT_AS_PUBLISHER)


async def act_as_staff(session: AsyncSession) -> None:
    """Let a maintenance job or a command see every customer in this transaction."""
    await session.execute(ACT_AS_STAFF)
