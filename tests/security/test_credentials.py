"""Credentials are reached by their own user only, and by no publisher (X3, T3)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.security.scene import Scene

OWNERS = "SELECT DISTINCT user_id FROM {table}"


async def run(scene: Scene, role: str, *statements: str) -> list[object]:
    """What the last statement gives, in a transaction as this role."""
    async with scene.world.app.state.database.transaction() as session:
        await session.execute(text(f"SET LOCAL ROLE {role}"))
        for statement in statements:
            result = await session.execute(text(statement))
        return list(result.scalars()) if result.returns_rows else []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM users",
        "SELECT password_hash FROM users",
        "SELECT totp_secret FROM users",
        "SELECT recovery_email FROM users",
        "UPDATE users SET password_hash = 'x'",
        "UPDATE users SET email = 'x', email_key = 'x'",
        "UPDATE users SET role = 'staff'",
        "UPDATE users SET first_name = 'x'",
        "INSERT INTO users (id, email, email_key, language, role)"
        " VALUES (gen_random_uuid(), 'x', 'x', 'en', 'staff')",
        "SELECT id FROM sessions",
        "INSERT INTO sessions (id) VALUES (gen_random_uuid())",
        "SELECT id FROM api_tokens",
        "UPDATE api_tokens SET expires_at = now()",
    ],
)
async def test_sec_X3_publishers_reach_no_credential(scene: Scene, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await run(scene, "iportal_publisher", statement)


@pytest.mark.parametrize("table", ["sessions", "api_tokens"])
@pytest.mark.parametrize("role", ["iportal_app", "iportal_staff"])
async def test_sec_T3_whoever_is_known_sees_their_own_credentials(
    scene: Scene, role: str, table: str
) -> None:
    for person in (scene.company.contact, scene.staff):
        known = f"SELECT set_config('iportal.user_id', '{person.id}', true)"
        assert await run(scene, role, known, OWNERS.format(table=table)) == [person.id]
        for change in ("SET user_id = user_id", f"SET user_id = '{person.id}'"):
            returned = f"UPDATE {table} {change} RETURNING user_id"
            assert set(await run(scene, role, known, returned)) == {person.id}
        theft = f"UPDATE {table} SET user_id = '{scene.other.contact.id}'"
        with pytest.raises(DBAPIError, match="row-level security"):
            await run(scene, role, known, theft)
