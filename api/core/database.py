"""The connection pool and the one way to open a transaction."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import uuid_utils.compat
from sqlalchemy import Insert, Select, TextClause, event, make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from starlette.requests import ClientDisconnect

from api.core.asking import APP_ROLE
from api.core.settings import Settings

DIALECT: Any = asyncpg_dialect()  # type: ignore[no-untyped-call]
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 5_000
CONNECT_SECONDS = 5
# Whoever waited this long for a connection is asked whether they are still there.
LONG_WAIT_SECONDS = 0.05
SERVER_SETTINGS = {
    "application_name": "i-portal",
    # A login that owns the tables (a trial with one database user) drops to the app's role here;
    # with its own login this changes nothing.
    "role": APP_ROLE,
    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
    "lock_timeout": str(LOCK_TIMEOUT_MS),
    "idle_in_transaction_session_timeout": "60000",
    "jit": "off",
    # Rows that are asked for all day are in memory, or on a disk without heads to move. With the
    # default of 4 a list sorts all documents of a customer, rather than reads the first few along
    # their index, which costs the more the more there are.
    "random_page_cost": "1.1",
    # Of millions of documents, hundreds of thousands have a frequent word. With the default of 4 MB
    # the index forgets which of a page they are, and a search reads them all to find out.
    "work_mem": "16MB",
    "timezone": "UTC",
}
Statement = Select[Any] | TextClause | Insert
Connection = Any
"""A bare asyncpg connection, in a transaction."""

HasLeft = Callable[[], Awaitable[bool]]
"""Tells whether the client that asked has closed its connection."""

new_id = uuid_utils.compat.uuid7
"""A UUIDv7: sorts by the time it was made, so that indexes grow at one end (RFC 9562)."""


def id_at(moment: datetime) -> UUID:
    """A UUIDv7 as it would have been made at a moment in the past."""
    return new_id(nanoseconds=int(moment.timestamp() * 1_000) * 1_000_000)


def lowest_id_at(moment: datetime) -> UUID:
    """No UUIDv7 that was made at this moment or later is lower."""
    milliseconds = max(0, int(moment.timestamp() * 1_000))
    return UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62))


@lru_cache(maxsize=1024)
def compiled(statement: Statement) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """A statement as asyncpg takes it: text, parameter names in order, and its constants."""
    made = statement.compile(dialect=DIALECT)
    return str(made), tuple(made.positiontup or ()), dict(made.params)


async def fetch_row(connection: Connection, statement: Statement, values: Mapping[str, Any]) -> Any:
    """The first row of a statement that is built once and run very often; None without rows."""
    text, names, constants = compiled(statement)
    return await connection.fetchrow(
        text, *[values[name] if name in values else constants[name] for name in names]
    )


async def _nobody_asks() -> bool:
    """Of a job, which no client waits for."""
    return False


async def _keep(_: Connection) -> None:
    """All that a transaction sets ends with it, so a returned connection needs no reset."""


async def bare_pool(settings: Settings, size: int, role: str = APP_ROLE) -> Any:
    """A pool of bare asyncpg connections in a role; it connects when first used."""
    url = make_url(settings.database_url).set(drivername="postgresql")
    return await asyncpg.create_pool(
        url.render_as_string(hide_password=False),
        min_size=0,
        max_size=size,
        reset=_keep,
        timeout=CONNECT_SECONDS,
        server_settings=SERVER_SETTINGS | {"role": role},
    )


def _refuse_closed(connection: Any, *_: Any) -> None:
    """Let the pool replace a connection that PostgreSQL has closed; asking it costs no round trip.

    After a restart of PostgreSQL no request then fails for a connection that was idle meanwhile.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def bare(session: AsyncSession) -> Connection:
    """The bare connection of a session's transaction, for statements that run very often.

    The transaction begins with the session's first statement, so there must have been one.
    """
    connection = await (await session.connection()).get_raw_connection()
    return connection.driver_connection


class Database:
    """One process's pool of connections, all in the app's role, which row-level security binds."""

    def __init__(self, settings: Settings) -> None:
        self.engine: AsyncEngine = create_async_engine(
            make_url(settings.database_url),
            pool_size=settings.database_pool_size,
            max_overflow=0,
            pool_timeout=5,
            pool_pre_ping=False,
            pool_use_lifo=True,
            connect_args={"timeout": CONNECT_SECONDS, "server_settings": SERVER_SETTINGS},
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        self._settings = settings
        self._pool: Any = None
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends well, rolled back otherwise.

        It starts without a principal, so row-level security shows no customer's rows yet.
        """
        async with self._sessions() as session, session.begin():
            yield session

    async def open_direct(self) -> None:
        """Make the second, small pool that `direct` takes from; it connects when first used."""
        self._pool = await bare_pool(self._settings, self._settings.database_direct_pool_size)

    @asynccontextmanager
    async def connection(self, has_left: HasLeft = _nobody_asks) -> AsyncIterator[Connection]:
        """A bare connection without a transaction: each statement is one of its own.

        Raises ClientDisconnect after a long wait for it, if the client has left meanwhile: in a
        crowd those who are still there do not wait for the answers of those who are not (F21).
        """
        begun = time.monotonic()
        # asyncpg's own limit would make a task for each call.
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await self._pool.acquire()
        try:
            if time.monotonic() - begun > LONG_WAIT_SECONDS and await has_left():
                raise ClientDisconnect
            yield connection
        finally:
            await self._pool.release(connection)

    @asynccontextmanager
    async def direct(self, has_left: HasLeft = _nobody_asks) -> AsyncIterator[Connection]:
        """One transaction like `transaction`, on a bare asyncpg connection.

        For the few routes that run all day: SQLAlchemy's session would cost more than their query.
        """
        async with self.connection(has_left) as connection, connection.transaction():
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()
        await self.engine.dispose()
