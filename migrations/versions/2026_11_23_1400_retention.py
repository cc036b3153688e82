"""Retention: what is older than documents are kept is purged, unless it is held.

`iportal_purger` owns the one function that deletes documents; nobody signs in as it, and no role of
the app can delete any.

Revision ID: 2026_11_23_1400
Revises: 2026_11_23_1350
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1400"
down_revision = "2026_11_23_1350"
branch_labels = None
depends_on = None

ROLES = (
    """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'iportal_purger') THEN
        CREATE ROLE iportal_purger NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format(
            'GRANT iportal_purger TO %I WITH INHERIT FALSE, SET TRUE', current_user
        );
    END IF;
END $$""",
    "GRANT USAGE ON SCHEMA iportal, public TO iportal_purger",
    "GRANT SELECT, DELETE ON documents TO iportal_purger",
    "GRANT UPDATE (replaced_by_id) ON documents TO iportal_purger",
    "GRANT SELECT ON document_files, legal_holds TO iportal_purger",
    "GRANT SELECT (document_id), DELETE ON document_register TO iportal_purger",
    "GRANT SELECT (document_id), DELETE, INSERT ON audit_events TO iportal_purger",
    "GRANT SELECT, INSERT ON legal_holds TO iportal_staff",
    "GRANT UPDATE (released_at, released_by) ON legal_holds TO iportal_staff",
)
PURGED = ("documents", "document_files", "document_register", "audit_events", "legal_holds")

# A document goes with its files, content, marks, tags, mails, history and change feed; the audit
# keeps one line that says which it was. The younger of issue and publication counts, so that a
# history which is published late stays as long as any other.
PURGE = """
CREATE FUNCTION iportal.purge_documents(p_years integer, p_most integer)
RETURNS TABLE (document_id uuid, object_keys text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    kept interval := make_interval(years => p_years);
    due uuid[];
BEGIN
    IF p_years < 1 THEN
        RAISE EXCEPTION 'documents are kept for a year at least';
    END IF;
    SELECT array_agg(id) INTO due FROM (
        SELECT d.id FROM documents d
        WHERE d.issue_date < (now() - kept)::date AND d.published_at < now() - kept
          AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.released_at IS NULL
                          AND (h.document_id = d.id OR h.customer_id = d.customer_id))
        ORDER BY d.issue_date, d.id LIMIT p_most FOR UPDATE SKIP LOCKED
    ) old;
    IF due IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT id, ARRAY(SELECT f.object_key FROM document_files f WHERE f.document_id = id)
        FROM unnest(due) id;
    INSERT INTO audit_events (id, event, actor, customer_id, detail)
    SELECT iportal.new_id(), 'purged', 'retention', d.customer_id,
           jsonb_build_object('document', d.id, 'kind', d.kind, 'number', d.number,
                              'issue_date', d.issue_date)
    FROM documents d WHERE d.id = ANY (due);
    UPDATE documents SET replaced_by_id = NULL WHERE replaced_by_id = ANY (due);
    DELETE FROM audit_events WHERE document_id = ANY (due);
    DELETE FROM document_register WHERE document_id = ANY (due);
    DELETE FROM documents WHERE id = ANY (due);
END $$"""
SIGNATURE = "iportal.purge_documents(integer, integer)"


def tables() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column(
            "placed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(customer_id, document_id) = 1", name=op.f("ck_legal_holds_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_legal_holds_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_legal_holds_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    for column in ("customer_id", "document_id"):
        op.create_index(op.f(f"ix_legal_holds_{column}"), "legal_holds", [column])
    # What refers to a document is found by it, or each one purged would cost a whole table.
    op.create_index(op.f("ix_invitations_document_id"), "invitations", ["document_id"])
    op.create_index(
        op.f("ix_documents_replaced_by_id"),
        "documents",
        ["replaced_by_id"],
        postgresql_where=sa.text("replaced_by_id IS NOT NULL"),
    )


def upgrade() -> None:
    tables()
    for statement in (
        *ROLES,
        "ALTER TABLE legal_holds ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE legal_holds FORCE ROW LEVEL SECURITY",
        "CREATE POLICY staff ON legal_holds TO iportal_staff USING (true)",
        *(f"CREATE POLICY purger ON {table} TO iportal_purger USING (true)" for table in PURGED),
        PURGE,
        f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO iportal_staff",
        "GRANT CREATE ON SCHEMA iportal TO iportal_purger",
        f"ALTER FUNCTION {SIGNATURE} OWNER TO iportal_purger",
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_purger",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    for table in PURGED:
        op.execute(f"DROP POLICY purger ON {table}")
    op.execute("DROP OWNED BY iportal_purger")
    op.drop_index("ix_documents_replaced_by_id", "documents")
    op.drop_index("ix_invitations_document_id", "invitations")
    op.drop_table("legal_holds")
