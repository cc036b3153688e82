"""Notifications: digests, links in mails with a principal of their own, bounces.

`iportal_link` is who opens the link of a mail without signing in: it sees the one document, its
files and its customer number, adds to that document's history, and nothing else.

Revision ID: 2026_11_23_1350
Revises: 2026_11_23_1340
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1350"
down_revision = "2026_11_23_1340"
branch_labels = None
depends_on = None

OWN = "user_id = (SELECT iportal.user_id())"
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
STATES_BEFORE = "state IN ('waiting', 'sent', 'refused', 'dropped')"
STATES_AFTER = "state IN ('waiting', 'held', 'sent', 'refused', 'dropped', 'bounced')"
DIGEST_STATES = "state IN ('waiting', 'sent', 'refused', 'dropped', 'bounced')"


def _moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=default, nullable=default is None
    )


def tables() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        _moment("created_at", now=True),
        _moment("sent_at"),
        sa.CheckConstraint(DIGEST_STATES, name=op.f("ck_digests_state")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_digests_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
    )
    op.create_index(op.f("ix_digests_user_id"), "digests", ["user_id"])
    for column in (
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        _moment("link_expires_at"),
        _moment("link_revoked_at"),
        _moment("bounced_at"),
    ):
        op.add_column("deliveries", column)
    op.create_foreign_key(
        op.f("fk_deliveries_digest_id"),
        "deliveries",
        "digests",
        ["digest_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_unique_constraint(op.f("uq_deliveries_link_hash"), "deliveries", ["link_hash"])
    op.create_index(
        op.f("ix_deliveries_digest_id"),
        "deliveries",
        ["digest_id"],
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_held",
        "deliveries",
        ["user_id"],
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index("ix_deliveries_state_id", "deliveries", ["state", "id"])
    op.create_check_constraint(
        op.f("ck_deliveries_form"), "deliveries", "form IN ('link', 'attachment', 'digest')"
    )
    for table, states in (("deliveries", STATES_AFTER), ("account_mails", DIGEST_STATES)):
        op.drop_constraint(op.f(f"ck_{table}_state"), table)
        op.create_check_constraint(op.f(f"ck_{table}_state"), table, states)
    op.add_column(
        "users",
        sa.Column("notification_frequency", sa.Text(), server_default="each", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_users_notification_frequency"),
        "users",
        "notification_frequency IN ('each', 'daily', 'weekly', 'none')",
    )
    op.add_column("users", _moment("mail_failed_at"))
    op.add_column("users", sa.Column("mail_failure", sa.Text(), nullable=True))
    # One appointment per person for their next digest.
    op.create_index(
        "uq_outbox_cut_digest",
        "outbox",
        ["subject_id"],
        unique=True,
        postgresql_where=sa.text("job = 'cut_digest'"),
    )


ROLES = (
    """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'iportal_link') THEN
        CREATE ROLE iportal_link NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT iportal_link TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    END IF;
END $$""",
    "GRANT iportal_link TO iportal_app WITH INHERIT FALSE, SET TRUE",
    "GRANT USAGE ON SCHEMA iportal, public TO iportal_link",
    "GRANT SELECT (id, customer_id, kind, number, title, issue_date, due_date, currency,"
    " amount_incl_vat, state, has_pdf, has_ubl) ON documents TO iportal_link",
    "GRANT SELECT ON document_files TO iportal_link",
    "GRANT SELECT (id, number, name) ON customers TO iportal_link",
    "GRANT INSERT ON audit_events TO iportal_link",
    "GRANT SELECT, INSERT, UPDATE ON digests TO iportal_app, iportal_staff",
    "GRANT SELECT (link_hash, id, document_id, customer_id, user_id, recipient,"
    " link_expires_at, link_revoked_at) ON deliveries TO iportal_keeper",
    "GRANT SELECT (state) ON users TO iportal_keeper",
)
FUNCTIONS = (
    """
CREATE FUNCTION iportal.link_document_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('iportal.link_document_id', true), '')::uuid""",
    # Only the one who got the mail gives the link its worth: it dies with their access (C6).
    f"""
CREATE FUNCTION iportal.find_link(p_hash bytea)
RETURNS TABLE (document_id uuid, customer_id uuid, recipient text, expires_at timestamptz,
               open boolean)
LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT d.document_id, d.customer_id, coalesce(d.recipient, ''), d.link_expires_at,
           d.link_expires_at > now() AND d.link_revoked_at IS NULL AND o.state = 'published'
               AND u.state <> 'disabled' AND EXISTS (
                   SELECT FROM memberships m
                   WHERE m.user_id = d.user_id AND m.customer_id = d.customer_id
                     AND (m.expires_on IS NULL OR m.expires_on >= current_date))
    FROM deliveries d
    JOIN documents o ON o.id = d.document_id
    JOIN users u ON u.id = d.user_id
    WHERE d.link_hash = p_hash
$$""",
    """
CREATE FUNCTION iportal.authenticate_link(p_hash bytea)
RETURNS TABLE (document_id uuid, customer_id uuid, recipient text, expires_at timestamptz,
               open boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    SELECT * INTO document_id, customer_id, recipient, expires_at, open
    FROM iportal.find_link(p_hash);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF open THEN
        PERFORM set_config('iportal.link_document_id', document_id::text, true);
        PERFORM set_config('role', 'iportal_link', true);
    END IF;
    RETURN NEXT;
END $$""",
    # One appointment per person, and whoever adds to a digest holds off the one who cuts it.
    """
CREATE FUNCTION iportal.digest_lock(p_user uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtextextended('digest:' || p_user::text, 0)""",
)
POLICIES = (
    "ALTER TABLE digests ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE digests FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY member ON digests TO iportal_app USING ({OWN})",
    "CREATE POLICY staff ON digests TO iportal_staff USING (true)",
    "CREATE POLICY keeper ON deliveries TO iportal_keeper USING (true)",
    "CREATE POLICY link ON documents FOR SELECT TO iportal_link"
    " USING (id = (SELECT iportal.link_document_id()))",
    "CREATE POLICY link ON document_files FOR SELECT TO iportal_link"
    " USING (document_id = (SELECT iportal.link_document_id()))",
    "CREATE POLICY link ON customers FOR SELECT TO iportal_link"
    " USING (id IN (SELECT customer_id FROM documents))",
    "CREATE POLICY link ON audit_events FOR INSERT TO iportal_link"
    " WITH CHECK (document_id = (SELECT iportal.link_document_id()))",
)
KEPT = "find_link(bytea)"
CALLED = ("find_link(bytea)", "authenticate_link(bytea)", "digest_lock(uuid)", "link_document_id()")


def upgrade() -> None:
    tables()
    for statement in (
        *ROLES,
        *FUNCTIONS,
        *POLICIES,
        f"REVOKE ALL ON FUNCTION iportal.{KEPT} FROM PUBLIC",
        *(f"GRANT EXECUTE ON FUNCTION iportal.{name} TO iportal_base" for name in CALLED),
        "GRANT CREATE ON SCHEMA iportal TO iportal_keeper",
        f"ALTER FUNCTION iportal.{KEPT} OWNER TO iportal_keeper",
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_keeper",
    ):
        op.execute(statement)


def downgrade() -> None:
    for table in ("documents", "document_files", "customers", "audit_events"):
        op.execute(f"DROP POLICY link ON {table}")
    op.execute("DROP POLICY keeper ON deliveries")
    for name in CALLED:
        op.execute(f"DROP FUNCTION iportal.{name}")
    op.execute("DROP OWNED BY iportal_link")
    op.drop_index("uq_outbox_cut_digest", "outbox")
    op.execute("DELETE FROM outbox WHERE job IN ('cut_digest', 'send_digest')")
    for name in ("notification_frequency", "mail_failed_at", "mail_failure"):
        op.drop_column("users", name)
    op.execute("UPDATE deliveries SET state = 'refused' WHERE state IN ('held', 'bounced')")
    op.execute("UPDATE account_mails SET state = 'refused' WHERE state = 'bounced'")
    for table in ("deliveries", "account_mails"):
        op.drop_constraint(op.f(f"ck_{table}_state"), table)
        op.create_check_constraint(op.f(f"ck_{table}_state"), table, STATES_BEFORE)
    op.drop_index("ix_deliveries_state_id", "deliveries")
    op.drop_index("ix_deliveries_held", "deliveries")
    for name in (
        "digest_id",
        "form",
        "link_hash",
        "link_expires_at",
        "link_revoked_at",
        "bounced_at",
    ):
        op.drop_column("deliveries", name)
    op.drop_table("digests")
