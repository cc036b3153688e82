"""Searching within one's own customers by index, and the orders of those who see all.

Revision ID: 2026_11_23_1330
Revises: 2026_11_23_1300
"""

from alembic import op

revision = "2026_11_23_1330"
down_revision = "2026_11_23_1300"
branch_labels = None
depends_on = None

ORDERS = (("number", "id"), ("amount_key", "id"), ("kind", "issue_date", "id"))

# `@@` is not leakproof, so under row-level security words would be compared in every document of
# the reader's customers. That is what is best for a few thousand documents; with more, both words
# and customers are index conditions here. `EXECUTE` plans for the values at hand.
SEARCH = (
    "GRANT SELECT (document_id, customer_id, search) ON document_contents TO iportal_keeper",
    "CREATE POLICY keeper ON document_contents FOR SELECT TO iportal_keeper USING (true)",
    """
CREATE FUNCTION iportal.search(p_query text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 100
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ids uuid[] := iportal.customer_ids();
    few boolean;
BEGIN
    SELECT count(*) <= 5000 INTO few
    FROM (SELECT FROM document_contents WHERE customer_id = ANY (ids) LIMIT 5001) found;
    IF few THEN
        RETURN QUERY SELECT document_id FROM document_contents
            WHERE customer_id = ANY (ids) AND (search @@ p_query::tsquery) IS TRUE;
    ELSE
        RETURN QUERY EXECUTE
            'SELECT document_id FROM document_contents'
            ' WHERE customer_id = ANY ($1) AND search @@ $2::tsquery'
            USING ids, p_query;
    END IF;
END $$""",
    "REVOKE ALL ON FUNCTION iportal.search(text) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION iportal.search(text) TO iportal_app",
    "GRANT CREATE ON SCHEMA iportal TO iportal_keeper",
    "ALTER FUNCTION iportal.search(text) OWNER TO iportal_keeper",
    "REVOKE CREATE ON SCHEMA iportal FROM iportal_keeper",
)


def upgrade() -> None:
    for columns in ORDERS:
        op.create_index(op.f(f"ix_documents_{'_'.join(columns)}"), "documents", columns)
    for statement in SEARCH:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION iportal.search(text)")
    op.execute("DROP POLICY keeper ON document_contents")
    op.execute("REVOKE ALL ON document_contents FROM iportal_keeper")
    for columns in ORDERS:
        op.drop_index(op.f(f"ix_documents_{'_'.join(columns)}"), table_name="documents")
