"""Filling tables in bulk: indexes and foreign keys are made at once when all rows are there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Indexes that no constraint needs, and the foreign keys of the tables.
INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index AS i
WHERE i.indrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
  AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)
ORDER BY 1
"""
FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name,
       pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE conrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[])) AND contype = 'f'
ORDER BY 1, 2
"""
TRIGGERS = """
SELECT tgrelid::regclass::text AS owner, quote_ident(tgname) AS name
FROM pg_trigger
WHERE tgrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
  AND NOT tgisinternal AND tgenabled = 'O'
ORDER BY 1, 2
"""
SECURED = """
SELECT oid::regclass::text AS name
FROM pg_class
WHERE oid = ANY (CAST(CAST(:tables AS text[]) AS regclass[])) AND relforcerowsecurity
ORDER BY 1
"""
SESSION = {
    "synchronous_commit": "off",
    "statement_timeout": "0",
    "lock_timeout": "10s",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_parallel_maintenance_workers": "2",
}


@asynccontextmanager
async def bulk_load(connection: AsyncConnection, tables: Sequence[str]) -> AsyncIterator[None]:
    """Within a transaction of the role that owns these tables, let them be filled fast.

    Others wait for the tables until it ends. When it fails, everything is as before. Triggers do
    not fire, so what they would write is the caller's to add.
    """
    for name, value in SESSION.items():
        await connection.execute(text(f"SET LOCAL {name} = '{value}'"))
    named = {"tables": list(tables)}
    indexes = (await connection.execute(text(INDEXES), named)).all()
    keys = (await connection.execute(text(FOREIGN_KEYS), named)).all()
    triggers = (await connection.execute(text(TRIGGERS), named)).all()
    secured = (await connection.execute(text(SECURED), named)).all()
    # Forced row security binds an owner who is no superuser as well.
    removals = [f"ALTER TABLE {key.owner} DROP CONSTRAINT {key.name}" for key in keys]
    removals += [f"DROP INDEX {index.name}" for index in indexes]
    removals += [f"ALTER TABLE {t.owner} DISABLE TRIGGER {t.name}" for t in triggers]
    removals += [f"ALTER TABLE {table.name} NO FORCE ROW LEVEL SECURITY" for table in secured]
    restorations = [index.definition for index in indexes]
    restorations += [
        f"ALTER TABLE {key.owner} ADD CONSTRAINT {key.name} {key.definition}" for key in keys
    ]
    restorations += [f"ALTER TABLE {t.owner} ENABLE TRIGGER {t.name}" for t in triggers]
    restorations += [f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY" for table in secured]
    for statement in removals:
        await connection.exec_driver_sql(statement)
    yield
    for statement in restorations:
        await connection.exec_driver_sql(statement)
