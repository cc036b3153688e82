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
    language: str


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


STAFF = """
INSERT INTO users (id, email, email_key, language, role, state, totp_confirmed_at)
VALUES ($1, $2, $2, 'en', 'staff', 'active', now())
"""
STAFF_EMAIL = "staff@lumen-bench.example"


async def staff_cookie(dsn: str) -> str:
    """The session of someone who sees all customers."""
    connection = await asyncpg.connect(dsn)
    try:
        known = "SELECT id FROM users WHERE email_key = $1"
        user_id = await connection.fetchval(known, STAFF_EMAIL)
        if user_id is None:
            user_id = new_id()
            await connection.execute(STAFF, user_id, STAFF_EMAIL)
        return await _session(connection, user_id)
    finally:
        await connection.close()


async def _session(connection: "asyncpg.Connection", user_id: UUID) -> str:
    cookie = secrets.token_urlsafe(32)
    await connection.execute(
        "INSERT INTO sessions (id, user_id, token_hash, expires_at)"
        " VALUES ($1, $2, $3, now() + interval '1 hour')",
        new_id(),
        user_id,
        token_hash(cookie),
    )
    return cookie


async def _reader(connection: "asyncpg.Connection", name: str, email: str) -> Reader:
    user_id, language = await connection.fetchrow(
        "SELECT id, language FROM users WHERE email_key = $1", email
    )
    rows = await connection.fetch(
        "SELECT customer_id FROM memberships WHERE user_id = $1 ORDER BY customer_id", user_id
    )
    cookie = await _session(connection, user_id)
    customer_ids = [row["customer_id"] for row in rows]
    document_id = await connection.fetchval(
        "SELECT id FROM documents WHERE customer_id = $1 ORDER BY issue_date DESC LIMIT 1",
        customer_ids[0],
    )
    return Reader(name, user_id, customer_ids, cookie, document_id, language)
