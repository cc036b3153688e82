"""Row-level security as the database itself has it (T2, T3, D7, X3)."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import make_url

from api.core.database import new_id
from tests.security.catalogue import (
    APP_ROLES,
    PERSONAL,
    open_to_all,
    tables,
    unprotected,
)
from tests.security.scene import Scene
from tests.support.world import unique

SEEDED = (
    "accounts", "customers", "memberships", "documents", "document_contents", "document_files",
    "document_reads", "document_tags", "document_register", "idempotency_keys", "tags",
    "downloads", "deliveries", "audit_events", "invitations", "outbox", "shared_users", "users",
    "print_batches", "print_batch_documents", "paper_requests",
)  # fmt: skip
# Whoever cannot sign in leaves a trace and may ask for a mail, so lines are added without a
# principal; none is seen.
APPENDED_BY_ALL = {"audit_events", "outbox"}
READABLE_BY_PUBLISHERS = {"id", "state"}
Connection = Any


async def connect(url: str) -> Connection:
    return await asyncpg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    )


@pytest.fixture(scope="module")
async def owner(scene: Scene) -> AsyncIterator[Connection]:
    connection = await connect(scene.world.settings.migration_url)
    yield connection
    await connection.close()


@pytest.fixture
async def app_role(scene: Scene) -> AsyncIterator[Connection]:
    """A connection such as the app has, in a transaction that is rolled back."""
    connection = await connect(scene.world.settings.database_url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture(scope="module", autouse=True)
async def rows_everywhere(scene: Scene, owner: Connection) -> None:
    """At least one row of the scene's customer in every table, so that seeing none says a lot."""
    document, customer = UUID(scene.own["document"]), UUID(scene.company.id)
    user, tag = scene.company.contact.id, new_id()
    await scene.clients["main_contact"].get(f"/documents/{document}")
    account = await owner.fetchval("SELECT account_id FROM customers WHERE id = $1", customer)
    await owner.execute(
        "INSERT INTO tags (id, account_id, name, color) VALUES ($1, $2, $3, '#112233')",
        *(tag, account, unique("T")),
    )
    await owner.execute(
        "INSERT INTO document_tags (document_id, tag_id, customer_id, slot) VALUES ($1, $2, $3, 4)",
        *(document, tag, customer),
    )
    await owner.execute(
        "INSERT INTO downloads (id, user_id, selection, formats) VALUES ($1, $2, '{}', '{pdf}')",
        *(new_id(), user),
    )
    await owner.execute(
        "INSERT INTO deliveries (id, kind, user_id, customer_id, document_id)"
        " VALUES ($1, 'notification', $2, $3, $4)",
        *(new_id(), user, customer, document),
    )
    await owner.execute(
        "INSERT INTO outbox (id, job, subject_id, customer_id)"
        " VALUES ($1, 'send_delivery', $1, $2)",
        *(new_id(), customer),
    )
    await owner.execute(
        "INSERT INTO invitations (id, user_id, customer_id, token_hash, expires_at)"
        " VALUES ($1, $2, $3, sha256('row'), now())",
        *(new_id(), user, customer),
    )
    batch = new_id()
    await owner.execute("INSERT INTO print_batches (id) VALUES ($1)", batch)
    await owner.execute(
        "INSERT INTO print_batch_documents (document_id, batch_id, position) VALUES ($1, $2, 1)",
        *(document, batch),
    )
    await owner.execute(
        "INSERT INTO paper_requests (id, document_id, customer_id, user_id, state)"
        " VALUES ($1, $2, $3, $4, 'declined')",
        *(new_id(), document, customer, user),
    )
    await owner.execute(
        "INSERT INTO idempotency_keys (credential_id, key, request_digest) VALUES ($1, 'k', 'd')",
        new_id(),
    )


async def test_sec_T2_row_level_security_is_forced_on_every_customers_table(
    owner: Connection,
) -> None:
    found = {table.name for table in await tables(owner) if table.is_customers}
    assert set(SEEDED) - {"idempotency_keys"} - PERSONAL - found <= {"downloads", "print_batches"}
    assert await unprotected(owner) == []
    enabled = {table.name for table in await tables(owner) if table.enabled and table.forced}
    assert set(SEEDED) <= enabled
    assert await open_to_all(owner) & (found | set(SEEDED) | PERSONAL) == set()


async def test_sec_T2_the_check_notices_a_table_left_open(owner: Connection) -> None:
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute("ALTER TABLE document_tags NO FORCE ROW LEVEL SECURITY")
        await owner.execute("CREATE TABLE forgotten (customer_id uuid)")
        await owner.execute("CREATE POLICY oops ON tags TO iportal_app USING (true)")
        assert await unprotected(owner) == ["document_tags", "forgotten"]
        assert await open_to_all(owner) == {"tags"}
    finally:
        await transaction.rollback()


async def test_sec_T2_the_apps_roles_own_nothing_and_bypass_nothing(owner: Connection) -> None:
    rows = await owner.fetch(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
        " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
        " + (SELECT count(*) FROM pg_proc WHERE proowner = r.oid)"
        " + (SELECT count(*) FROM pg_namespace WHERE nspowner = r.oid) AS owns"
        " FROM pg_roles r WHERE rolname = ANY ($1)",
        APP_ROLES,
    )
    assert len(rows) == len(APP_ROLES)
    for row in rows:
        assert set(list(row.values())[1:-1]) == {False}, row
        assert row["owns"] == 0, row
    reach = await owner.fetch(
        "SELECT r.rolname FROM pg_roles r WHERE pg_has_role('iportal_app', r.oid, 'MEMBER')"
        " AND (r.rolsuper OR r.rolbypassrls OR NOT r.rolname = ANY ($1))",
        APP_ROLES,
    )
    assert reach == []


async def test_sec_T2_functions_with_their_owners_rights_are_tied_down(owner: Connection) -> None:
    """They name their schemas, so nobody can slip another table under them."""
    loose = await owner.fetch(
        "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname IN ('iportal', 'public') AND p.prosecdef"
        " AND NOT coalesce(proconfig::text, '') ~ 'search_path='"
    )
    assert [row["proname"] for row in loose] == []
    temporary = await owner.fetch(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef"
        " AND proconfig::text ~ 'search_path' AND proconfig::text ~ '\\$user'"
    )
    assert temporary == []


@pytest.mark.parametrize("table", SEEDED)
async def test_sec_T3_without_a_principal_nothing_is_seen_or_changed(
    owner: Connection, app_role: Connection, table: str
) -> None:
    sample = await owner.fetchval(f"SELECT to_jsonb(t)::text FROM {table} t LIMIT 1")
    assert sample is not None, f"{table} is empty, so this would prove nothing"
    found = next(t for t in await tables(owner) if t.name == table)
    columns = ", ".join(found.columns)
    for statement in (
        f"SELECT 1 FROM {table}",
        f"UPDATE {table} SET {found.columns[0]} = {found.columns[0]} RETURNING 1",
        f"DELETE FROM {table} RETURNING 1",
    ):
        assert await outcome(app_role, statement) in ("denied", 0), statement
    insert = (
        f"INSERT INTO {table} ({columns})"
        f" SELECT {columns} FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)"
    )
    if table not in APPENDED_BY_ALL:
        assert await outcome(app_role, insert, sample) == "denied"


async def outcome(connection: Connection, statement: str, *arguments: Any) -> str | int:
    """How many rows a statement touches, or that it is denied."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        rows = await connection.fetch(statement, *arguments)
    except asyncpg.InsufficientPrivilegeError:
        return "denied"
    else:
        return len(rows)
    finally:
        await savepoint.rollback()


@pytest.mark.parametrize("kind", ["session", "job"])
async def test_sec_T3_a_principal_sees_one_customer_only(
    scene: Scene, owner: Connection, app_role: Connection, kind: str
) -> None:
    # One that no other test shares, publishes for or hands over.
    own = await scene.world.company()
    await scene.world.publish(own)
    if kind == "session":
        act, subject = "SELECT iportal.act_as_user($1, 'customer', NULL)", own.contact.id
    else:
        act, subject = "SELECT iportal.act_for_customer($1)", UUID(own.id)
    await app_role.execute(act, subject)
    for table in await tables(owner):
        if not table.is_customers or "customer_id" not in table.columns:
            continue
        foreign = f"SELECT 1 FROM {table.name} WHERE customer_id = $1"
        assert await outcome(app_role, foreign, UUID(scene.company.id)) in ("denied", 0), table
    assert await outcome(app_role, "SELECT 1 FROM customers") == 1
    assert await outcome(app_role, "SELECT 1 FROM documents") == 1


@pytest.mark.parametrize(
    ("state", "cancelled"),
    [
        ("requested", 1),
        ("priced", 1),
        ("paid", 0),
        ("completed", 0),
        ("declined", 0),
        ("cancelled", 0),
    ],
)
async def test_sec_T3_a_main_contact_takes_no_step_of_a_paper_request_but_the_one_back(
    scene: Scene, owner: Connection, app_role: Connection, state: str, cancelled: int
) -> None:
    contact, document = scene.company.contact.id, UUID(scene.own["document"])
    await owner.execute(
        "UPDATE paper_requests SET state = $1 WHERE document_id = $2", state, document
    )
    await app_role.execute("SELECT iportal.act_as_user($1, 'customer', NULL)", contact)
    for statement in ("UPDATE paper_requests SET price = 0", "DELETE FROM paper_requests"):
        assert await outcome(app_role, statement) == "denied", statement
    changing = "UPDATE paper_requests SET state = $1 WHERE document_id = $2 RETURNING 1"
    paid = await outcome(app_role, changing, "paid", document)
    assert paid == ("denied" if cancelled else 0)
    assert await outcome(app_role, changing, "cancelled", document) == cancelled


async def test_sec_X3_a_publisher_cannot_read_documents(app_role: Connection) -> None:
    await app_role.execute("SELECT iportal.act_as_publisher(NULL)")
    for table in ("document_contents", "document_files"):
        assert await outcome(app_role, f"SELECT 1 FROM {table}") == "denied"
    readable = {
        row[0]
        for row in await app_role.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'documents'"
            " AND has_column_privilege('documents', column_name, 'SELECT')"
        )
    }
    assert readable == READABLE_BY_PUBLISHERS
    for column in ("number", "amount_incl_vat", "customer_id", "title"):
        assert await outcome(app_role, f"SELECT {column} FROM documents") == "denied"
    for table in ("deliveries", "document_reads", "document_tags", "tags", "downloads"):
        assert await outcome(app_role, f"SELECT 1 FROM {table}") == "denied"
    assert await outcome(app_role, "SELECT 1 FROM audit_events") == 0


@pytest.mark.parametrize("role", ["iportal_app", "iportal_staff", "iportal_publisher"])
async def test_sec_D7_history_is_append_only(app_role: Connection, role: str) -> None:
    await app_role.execute(f"SET LOCAL ROLE {role}")
    for statement in (
        "UPDATE audit_events SET event = 'published'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "ALTER TABLE audit_events DISABLE ROW LEVEL SECURITY",
        "DROP TABLE audit_events",
    ):
        assert await outcome(app_role, statement) == "denied", statement


async def test_sec_D7_deleting_people_and_documents_is_denied_too(app_role: Connection) -> None:
    # What hangs on them, the history above all, would go along.
    for role in ("iportal_app", "iportal_staff", "iportal_publisher"):
        await app_role.execute(f"SET LOCAL ROLE {role}")
        for table in ("users", "documents", "customers", "document_files"):
            assert await outcome(app_role, f"DELETE FROM {table}") == "denied", (role, table)
