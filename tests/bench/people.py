"""The two users who are measured, and sessions for them."""

import secrets
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from api.core.crypto import token_hash
from api.core.database import new_id
from api.demo.crowd import FEW_EMAIL, MANY_EMAIL


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in user of the filled database."""

    name: str
    user_id: UUID
    customer_ids: list[UUID]
    cookie: str
    document_id: UUID


async def readers(dsn: str) -> list[Reader]:
    """The user with a few customer numbers and the one with many, each with a session."""
    connection = await asyncpg.connect(dsn)
    try:
        return [
            await _reader(connection, "few", FEW_EMAIL),
            await _reader(connection, "many", MANY_EMAIL),
        ]
    finally:
        await connection.close()


async def _reader(connection: "asyncpg.Connection", name: str, email: str) -> Reader:
    user_id = await connection.fetchval("SELECT id FROM users WHERE email_key = $1", email)
    rows = await connection.fetch(
        "SELECT customer_id FROM memberships WHERE user_id = $1 ORDER BY customer_id", user_id
    )
    cookie = secrets.token_urlsafe(32)
    await connection.execute(
        "INSERT INTO sessions (id, user_id, token_hash, expires_at)"
        " VALUES ($1, $2, $3, now() + interval '1 hour')",
        new_id(),
        user_id,
        token_hash(cookie),
    )
    customer_ids = [row["customer_id"] for row in rows]
    document_id = await connection.fetchval(
        "SELECT id FROM documents WHERE customer_id = $1 ORDER BY issue_date DESC LIMIT 1",
        customer_ids[0],
    )
    return Reader(name, user_id, customer_ids, cookie, document_id)
