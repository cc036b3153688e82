"""Runs migrations as the role that owns the tables, in one transaction."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from api.models import Base

# A migration that cannot get its lock at once lets go of all it holds and is tried again, instead
# of queueing every request behind it. It waits for much less than deadlock_timeout (1 s), so that
# of a request and a migration that wait for each other the migration gives in (F20).
LOCK_TIMEOUT = "100ms"
TRIES, PAUSE_SECONDS = 300, 0.2
GAVE_IN = {"55P03", "40P01"}  # lock_not_available, deadlock_detected
# Two deploys at once must not both migrate; the number only has to be ours.
MIGRATION_LOCK = 7_205_759_403


def run(connection: Connection) -> None:
    """Apply what is missing over one connection."""
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        # Before the limit on waiting: another deploy that migrates is waited for.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        context.run_migrations()


async def run_online() -> None:
    """Connect to the URL that the command put into the configuration."""
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    for attempt in range(1, TRIES + 1):
        try:
            async with engine.connect() as connection:
                await connection.run_sync(run)
                await connection.commit()
            break
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in GAVE_IN or attempt == TRIES:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
    await engine.dispose()


asyncio.run(run_online())
