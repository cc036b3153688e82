"""Find events of the audit trail by who did them and by what they are.

Revision ID: 2026_11_27_1000
Revises: 2026_11_23_1410
"""

from alembic import op

revision = "2026_11_27_1000"
down_revision = "2026_11_23_1410"
branch_labels = None
depends_on = None

COLUMNS = ("actor_user_id", "event")


def upgrade() -> None:
    for column in COLUMNS:
        op.create_index(op.f(f"ix_audit_events_{column}_id"), "audit_events", [column, "id"])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(op.f(f"ix_audit_events_{column}_id"), table_name="audit_events")
