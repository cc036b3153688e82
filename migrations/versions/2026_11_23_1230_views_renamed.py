"""Saved views can be renamed.

Revision ID: 2026_11_23_1230
Revises: 2026_11_23_1200
"""

from alembic import op

revision = "2026_11_23_1230"
down_revision = "2026_11_23_1200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT UPDATE (name, query) ON saved_views TO iportal_app, iportal_staff")


def downgrade() -> None:
    op.execute("REVOKE UPDATE (name, query) ON saved_views FROM iportal_app, iportal_staff")
