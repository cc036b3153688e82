"""Who sees whom: oneself, the people one shares customer numbers with, and for staff everybody.

Row-level security is forced on `users` like on the customers' tables. Nobody but the functions of
the keeper reads what people sign in with, and publishers have nothing to do with people any more.

Revision ID: 2026_11_27_1110
Revises: 2026_11_27_1100
"""

from alembic import op

revision = "2026_11_27_1110"
down_revision = "2026_11_27_1100"
branch_labels = None
depends_on = None

READ = (
    "id, email, email_key, first_name, last_name, language, role, state, recovery_email,"
    " recovery_email_verified_at, totp_confirmed_at, totp_last_step, totp_refused_steps,"
    " recovery_blocked_until, notification_frequency, mail_failed_at, mail_failure,"
    " mfa_postponed_at, activated_at, created_at"
)
# Neither who somebody is nor what they may do.
CHANGED = (
    "email, email_key, first_name, last_name, language, state, password_hash, recovery_email,"
    " recovery_email_verified_at, totp_secret, totp_confirmed_at, totp_last_step,"
    " totp_refused_steps, recovery_blocked_until, notification_frequency, mail_failed_at,"
    " mail_failure, mfa_postponed_at, activated_at"
)
GRANTS = (
    "REVOKE ALL ON users FROM iportal_app, iportal_staff, iportal_publisher",
    f"GRANT SELECT ({READ}), UPDATE ({CHANGED}) ON users TO iportal_app, iportal_staff",
    "GRANT INSERT ON users TO iportal_staff",
)
GRANTS_BEFORE = (
    "REVOKE ALL ON users FROM iportal_app, iportal_staff, iportal_publisher",
    "GRANT SELECT, INSERT, UPDATE ON users TO iportal_app, iportal_staff",
    "GRANT SELECT (id, email, email_key, first_name, last_name, language, role, state),"
    " INSERT (id, email, email_key, first_name, last_name, language),"
    " UPDATE (first_name, last_name) ON users TO iportal_publisher",
)

CONCERNED = "id IN ((SELECT iportal.user_id()), (SELECT iportal.concerned_id()))"
MAIN = "customer_id = ANY ((SELECT iportal.main_customer_ids())::uuid[])"
# What the tables named here show is decided by their own policies. A customer number shows its main
# contact to all its users; the others it shows to the main contact, and to a job that is about it.
# People of the account without a grant are for the screen alone, not for a token narrowed to some.
SHOWN = f"""
{CONCERNED}
OR id IN (SELECT m.user_id FROM memberships m
          WHERE m.role = 'main_contact' OR (SELECT iportal.user_id()) IS NULL OR m.{MAIN})
OR ((SELECT iportal.token_customer_ids()) IS NULL
    AND id IN (SELECT s.user_id FROM shared_users s))
OR id IN (SELECT i.user_id FROM invitations i WHERE i.role = 'main_contact' AND i.{MAIN})
"""
POLICIES = {
    "known": f"FOR SELECT TO iportal_app USING ({SHOWN})",
    "own": f"FOR UPDATE TO iportal_app, iportal_staff USING ({CONCERNED})",
    "staff": "FOR SELECT TO iportal_staff USING (true)",
    "make": "FOR INSERT TO iportal_staff WITH CHECK (true)",
    "keeper": "TO iportal_keeper USING (true)",
}


def upgrade() -> None:
    for statement in (
        *GRANTS,
        *(f"CREATE POLICY {name} ON users {rule}" for name, rule in POLICIES.items()),
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE users FORCE ROW LEVEL SECURITY",
    ):
        op.execute(statement)


def downgrade() -> None:
    for name in POLICIES:
        op.execute(f"DROP POLICY {name} ON users")
    for statement in (
        "ALTER TABLE users NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE users DISABLE ROW LEVEL SECURITY",
        *GRANTS_BEFORE,
    ):
        op.execute(statement)
