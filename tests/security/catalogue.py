"""What PostgreSQL's catalogue says of tables, roles and rights."""

from dataclasses import dataclass
from typing import Any

import asyncpg

OWNER_COLUMNS = ("customer_id", "document_id", "account_id")
CUSTOMER_OWNED = frozenset({"accounts", "customers", "documents", "tags"})
# Of people rather than of customers: who they are, and what they sign in with.
PERSONAL = frozenset({"users", "sessions", "api_tokens"})
APP_ROLES = (
    "iportal_app",
    "iportal_staff",
    "iportal_publisher",
    "iportal_base",
    "iportal_relay",
    "iportal_link",
)

TABLES = """
SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       pg_get_userbyid(c.relowner) AS owner,
       array(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND a.attgenerated = '') AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1
"""
POLICIES = "SELECT tablename, policyname, roles::text[] AS roles, qual FROM pg_policies"


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    enabled: bool
    forced: bool
    owner: str
    columns: tuple[str, ...]

    @property
    def is_customers(self) -> bool:
        """Whether its rows belong to customers."""
        return self.name in CUSTOMER_OWNED or any(c in OWNER_COLUMNS for c in self.columns)


async def tables(connection: asyncpg.Connection) -> list[Table]:
    """All tables of the portal."""
    rows = await connection.fetch(TABLES)
    return [Table(**{**row, "columns": tuple(row["columns"])}) for row in rows]


async def unprotected(connection: asyncpg.Connection) -> list[str]:
    """The customers' and people's tables that row-level security does not bind everyone in."""
    found = [t for t in await tables(connection) if t.is_customers or t.name in PERSONAL]
    return [t.name for t in found if not (t.enabled and t.forced)]


async def open_to_all(connection: asyncpg.Connection) -> set[str]:
    """Tables with a policy that shows `iportal_app` everything, whoever asks."""
    rows: list[Any] = await connection.fetch(POLICIES)
    return {
        row["tablename"]
        for row in rows
        if {"iportal_app", "iportal_base", "public"} & set(row["roles"])
        and row["qual"] in ("true", "(true)")
    }
