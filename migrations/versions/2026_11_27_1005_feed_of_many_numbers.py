"""The change feed for someone with hundreds of customer numbers.

The policy's list of customers is hashed, as that of documents is: as an array it became an index
condition, and was searched as a whole for each of the customers whose changes are looked for.

Revision ID: 2026_11_27_1005
Revises: 2026_11_27_1000
"""

from alembic import op

revision = "2026_11_27_1005"
down_revision = "2026_11_27_1000"
branch_labels = None
depends_on = None

OWN = "user_id = (SELECT iportal.user_id())"
LISTED = "customer_id = ANY ((SELECT iportal.customer_ids())::uuid[])"
HASHED = "customer_id IN (SELECT unnest(iportal.customer_ids()))"
NARROWED = "customer_id = ANY ((SELECT iportal.token_customer_ids())::uuid[])"


def _told(visible: str) -> str:
    """What everybody with access is told, and what a person is told about their own access."""
    return (
        f"(user_id IS NULL AND {visible}) OR ({OWN}"
        f" AND (change = 'access_revoked' OR {visible})"
        f" AND ((SELECT iportal.token_customer_ids()) IS NULL OR {NARROWED}))"
    )


def upgrade() -> None:
    op.execute(f"ALTER POLICY member ON document_changes USING ({_told(HASHED)})")


def downgrade() -> None:
    op.execute(f"ALTER POLICY member ON document_changes USING ({_told(LISTED)})")
