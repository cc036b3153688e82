"""Runs migrations as the role that owns the tables, one transaction each."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from api.models import Base

# A migration that cannot get its lock at once fails and is tried again, instead of queueing every
# request behind it.
LOCK_TIMEOUT = "5s"
# Two deploys at once must not both migrate; the number only has to be ours.
MIGRATION_LOCK = 7_205_759_403


def run(connection: Connection) -> None:
    """Apply what is missing over one connection."""
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        context.run_migrations()


async def run_online() -> None:
    """Connect to the URL that the command put into the configuration."""
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(run_online())
