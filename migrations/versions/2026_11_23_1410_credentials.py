"""Who reaches credentials: publishers none, people their own.

Until it is known who asks, sign-in has to find any session or token by its hash. From then on a
transaction sees the sessions and tokens of its own user only. Publishers look people up by address;
they cannot read or change what anybody signs in with.

Revision ID: 2026_11_23_1410
Revises: 2026_11_23_1400
"""

from alembic import op

revision = "2026_11_23_1410"
down_revision = "2026_11_23_1400"
branch_labels = None
depends_on = None

TABLES = ("sessions", "api_tokens")
ROLES = ("iportal_app", "iportal_staff")
OWN = "(SELECT iportal.user_id()) IS NULL OR user_id = (SELECT iportal.user_id())"
GRANTS = (
    "REVOKE ALL ON users, sessions, api_tokens FROM iportal_base",
    "GRANT SELECT, INSERT, UPDATE ON users, api_tokens TO iportal_app, iportal_staff",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO iportal_app, iportal_staff",
    "GRANT SELECT (id, email, email_key, first_name, last_name, language, role, state),"
    " INSERT (id, email, email_key, first_name, last_name, language),"
    " UPDATE (first_name, last_name) ON users TO iportal_publisher",
)


def upgrade() -> None:
    for statement in GRANTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own ON {table} TO {', '.join(ROLES)} USING ({OWN})")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP POLICY own ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(
        "REVOKE ALL ON users, sessions, api_tokens"
        " FROM iportal_app, iportal_staff, iportal_publisher"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON users, api_tokens TO iportal_base")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO iportal_base")
