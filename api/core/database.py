"""The connection pool and the one way to open a transaction."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import Select, make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from api.core.settings import Settings

DIALECT: Any = asyncpg_dialect()  # type: ignore[no-untyped-call]
APP_ROLE = "iportal_app"
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 5_000

new_id = uuid_utils.compat.uuid7
"""A UUIDv7: sorts by the time it was made, so that indexes grow at one end (RFC 9562)."""


def id_at(moment: datetime) -> UUID:
    """A UUIDv7 as it would have been made at a moment in the past."""
    return new_id(nanoseconds=int(moment.timestamp() * 1_000) * 1_000_000)


@lru_cache(maxsize=1024)
def compiled(statement: Select[Any]) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """A statement as asyncpg takes it: text, parameter names in order, and its constants."""
    made = statement.compile(dialect=DIALECT)
    return str(made), tuple(made.positiontup or ()), dict(made.params)


async def fetch_row(
    session: AsyncSession, statement: Select[Any], values: Mapping[str, Any]
) -> Any:
    """The one row of a statement that is built once and run very often.

    It runs on the transaction's own asyncpg connection, past SQLAlchemy's result handling, which
    would cost more than the query. The transaction must have begun, as authentication does.
    """
    text, names, constants = compiled(statement)
    connection = await (await session.connection()).get_raw_connection()
    driver: Any = connection.driver_connection
    return await driver.fetchrow(
        text, *[values[name] if name in values else constants[name] for name in names]
    )


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
            connect_args={
                "timeout": 5,
                "server_settings": {
                    "application_name": "i-portal",
                    # A login that owns the tables (a trial with one database user) drops to the
                    # app's role here; with its own login this changes nothing.
                    "role": APP_ROLE,
                    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                    "lock_timeout": str(LOCK_TIMEOUT_MS),
                    "idle_in_transaction_session_timeout": "60000",
                    "jit": "off",
                    "timezone": "UTC",
                },
            },
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends well, rolled back otherwise.

        It starts without a principal, so row-level security shows no customer's rows yet.
        """
        async with self._sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
