"""The language that the issuer last sent for a customer number, beside the one that is in use.

Revision ID: 2026_11_27_1150
Revises: 2026_11_27_1140
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1150"
down_revision = "2026_11_27_1140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Where nothing was sent since, the language in use counts as sent: no row is touched."""
    op.add_column("customers", sa.Column("issued_language", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget it; an upsert decides again."""
    op.drop_column("customers", "issued_language")
