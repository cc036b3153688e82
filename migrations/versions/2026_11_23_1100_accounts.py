"""accounts.

Revision ID: 2026_11_23_1100
Revises: 2026_11_23_1010
"""

revision = "2026_11_23_1100"
down_revision = "2026_11_23_1010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
