"""What a document's seal says; calls of public routes, counted per network address.

Revision ID: 2026_11_23_1340
Revises: 2026_11_23_1330
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_1340"
down_revision = "2026_11_23_1330"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document_contents", sa.Column("seal", postgresql.JSONB(), nullable=True))
    op.create_table(
        "public_calls",
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("route", "network", name=op.f("pk_public_calls")),
    )
    op.create_index(op.f("ix_public_calls_since"), "public_calls", ["since"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON public_calls TO iportal_app, iportal_staff")


def downgrade() -> None:
    op.drop_index(op.f("ix_public_calls_since"), table_name="public_calls")
    op.drop_table("public_calls")
    op.drop_column("document_contents", "seal")
