"""Questions about documents are mails too.

Revision ID: 2026_11_27_1130
Revises: 2026_11_27_1120
"""

from alembic import op

revision = "2026_11_27_1130"
down_revision = "2026_11_27_1120"
branch_labels = None
depends_on = None

FORMER = (
    "'code', 'password_reset', 'invitation', 'change', 'new_device', 'sharing', 'main_contact',"
    " 'handed_over'"
)


def upgrade() -> None:
    _set_kinds(f"{FORMER}, 'question'")


def downgrade() -> None:
    op.execute("DELETE FROM account_mails WHERE kind = 'question'")
    _set_kinds(FORMER)


def _set_kinds(kinds: str) -> None:
    name = op.f("ck_account_mails_kind")
    op.drop_constraint(name, "account_mails")
    op.create_check_constraint(name, "account_mails", f"kind IN ({kinds})")
