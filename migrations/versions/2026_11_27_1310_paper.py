"""The paper channel: print batches, and requests for a copy on paper.

Batches are the administration's alone. A request belongs to a customer number and is seen by its
main contact, who may add one and cancel it; all else about it is for staff.

Revision ID: 2026_11_27_1310
Revises: 2026_11_27_1300
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1310"
down_revision = "2026_11_27_1300"
branch_labels = None
depends_on = None

OPEN = "state IN ('requested', 'priced', 'paid')"
FORMER_MAILS = (
    "'code', 'password_reset', 'invitation', 'change', 'new_device', 'sharing', 'main_contact',"
    " 'handed_over', 'question'"
)
URGENT_BEFORE = (
    "job NOT IN ('announce_document', 'send_delivery', 'build_archive', 'discard_archive',"
    " 'send_webhook')"
)
URGENT = (
    "job NOT IN ('announce_document', 'send_delivery', 'build_archive', 'build_print_batch',"
    " 'discard_archive', 'send_webhook')"
)
MAIN = "customer_id = ANY ((SELECT iportal.main_customer_ids())::uuid[])"
UNPAID = "state IN ('requested', 'priced')"
OWN = "user_id = (SELECT iportal.user_id())"
# Rows of documents are seen by their readers alone, and belong to one customer number.
THEIRS = (
    "EXISTS (SELECT FROM documents WHERE documents.id = paper_requests.document_id"
    " AND documents.customer_id = paper_requests.customer_id)"
)
TABLES = ("print_batches", "print_batch_documents", "paper_requests")
RULES = (
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in TABLES),
    *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in TABLES),
    *(f"CREATE POLICY staff ON {table} TO iportal_staff USING (true)" for table in TABLES),
    f"CREATE POLICY member ON paper_requests FOR SELECT TO iportal_app USING ({MAIN})",
    "CREATE POLICY ask ON paper_requests FOR INSERT TO iportal_app"
    f" WITH CHECK ({MAIN} AND {OWN} AND {THEIRS})",
    "CREATE POLICY cancel ON paper_requests FOR UPDATE TO iportal_app"
    f" USING ({MAIN} AND {UNPAID}) WITH CHECK ({MAIN} AND state = 'cancelled')",
    "GRANT SELECT, INSERT, UPDATE ON print_batches TO iportal_staff",
    "GRANT SELECT, INSERT, DELETE ON print_batch_documents TO iportal_staff",
    "GRANT SELECT, INSERT, UPDATE ON paper_requests TO iportal_staff",
    "GRANT SELECT, INSERT (id, document_id, customer_id, user_id, address, message),"
    " UPDATE (state, changed_at) ON paper_requests TO iportal_app",
)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def print_batches() -> None:
    op.create_table(
        "print_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("published_until", sa.Date(), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("object_key", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        _moment("created_at"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'finished', 'failed')",
            name=op.f("ck_print_batches_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_batches")),
    )
    op.create_table(
        "print_batch_documents",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_print_batch_documents_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["print_batches.id"], name=op.f("fk_print_batch_documents_batch_id")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_print_batch_documents")),
    )
    op.create_index(
        op.f("ix_print_batch_documents_batch_id_position"),
        "print_batch_documents",
        ["batch_id", "position"],
    )


def paper_requests() -> None:
    op.create_table(
        "paper_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("price", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        _moment("created_at"),
        _moment("changed_at"),
        sa.CheckConstraint(
            "state IN ('requested', 'priced', 'paid', 'completed', 'cancelled', 'declined')",
            name=op.f("ck_paper_requests_state"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_paper_requests_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_paper_requests_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_paper_requests_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_requests")),
    )
    for columns in (["customer_id", "id"], ["document_id", "id"], ["state", "id"], ["user_id"]):
        name = op.f(f"ix_paper_requests_{'_'.join(columns)}")
        op.create_index(name, "paper_requests", columns)
    op.create_index(
        "uq_paper_requests_open",
        "paper_requests",
        ["document_id"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )


def upgrade() -> None:
    """No row is touched: whoever is set to post by now is so since today."""
    op.add_column(
        "customers",
        sa.Column("post_since", sa.Date(), server_default=sa.text("current_date"), nullable=False),
    )
    print_batches()
    paper_requests()
    for statement in RULES:
        op.execute(statement)
    _set_mail_kinds(f"{FORMER_MAILS}, 'paper_request'")
    _set_urgent(URGENT)


def downgrade() -> None:
    op.execute("DELETE FROM account_mails WHERE kind = 'paper_request'")
    _set_mail_kinds(FORMER_MAILS)
    op.execute("DELETE FROM outbox WHERE job = 'build_print_batch'")
    _set_urgent(URGENT_BEFORE)
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("customers", "post_since")


def _set_mail_kinds(kinds: str) -> None:
    name = op.f("ck_account_mails_kind")
    op.drop_constraint(name, "account_mails")
    op.create_check_constraint(name, "account_mails", f"kind IN ({kinds})")


def _set_urgent(rule: str) -> None:
    """What waits in the outbox is little, so its index is soon made anew."""
    op.drop_index("ix_outbox_urgent", "outbox")
    op.create_index(
        "ix_outbox_urgent",
        "outbox",
        ["due_at"],
        postgresql_where=sa.text(f"state = 'waiting' AND {rule}"),
    )
