"""documents_at_work.

Revision ID: 2026_11_23_1200
Revises: 2026_11_23_1100
"""

revision = "2026_11_23_1200"
down_revision = "2026_11_23_1100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
