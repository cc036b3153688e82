"""Accounts: throttling, devices, challenges, codes, resets, the wizard, passkeys and their mails.

Revision ID: 2026_11_23_1100
Revises: 2026_11_23_1010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_1100"
down_revision = "2026_11_23_1010"
branch_labels = None
depends_on = None

# Of users, not of customers: sign-in needs them before anybody is known. Publishers get none.
GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON failed_attempts, known_devices, sign_in_challenges,
    mailed_codes, password_resets, mfa_enrolments, passkeys, mail_requests, account_mails
    TO iportal_app, iportal_staff
"""

DROP_AUTHENTICATE = "DROP FUNCTION iportal.authenticate_session(bytea, interval)"
# The age of the proof is told by the database's clock, so that no server's own clock matters (F16).
AUTHENTICATE = """
CREATE FUNCTION iportal.authenticate_session(p_hash bytea, p_idle interval)
RETURNS TABLE (session_id uuid, user_id uuid, role text, language text, email text,
               first_name text, last_name text, proved_at timestamptz, mfa_enabled boolean
               {returned})
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    seen timestamptz;
BEGIN
    SELECT s.id, u.id, u.role, u.language, u.email, u.first_name, u.last_name, s.proved_at,
           u.totp_confirmed_at IS NOT NULL, s.last_seen_at {selected}
    INTO session_id, user_id, role, language, email, first_name, last_name, proved_at,
         mfa_enabled, seen {variable}
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_hash = p_hash AND s.expires_at > now() AND s.last_seen_at > now() - p_idle
      AND u.state = 'active';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- Once a minute is precise enough for the idle limit, and keeps reading from writing.
    IF seen < now() - interval '1 minute' THEN
        UPDATE sessions SET last_seen_at = now() WHERE id = session_id;
    END IF;
    PERFORM iportal.act_as_user(user_id, role, NULL);
    RETURN NEXT;
END $$
"""
GRANT_AUTHENTICATE = (
    "GRANT EXECUTE ON FUNCTION iportal.authenticate_session(bytea, interval) TO iportal_base"
)
WITH_PROOF_AGE = {
    "returned": ", proof_age interval",
    "selected": ", now() - s.proved_at",
    "variable": ", proof_age",
}
WITHOUT_PROOF_AGE = {"returned": "", "selected": "", "variable": ""}


def replace_authenticate(parts: dict[str, str]) -> None:
    op.execute(DROP_AUTHENTICATE)
    op.execute(AUTHENTICATE.format(**parts))
    op.execute(GRANT_AUTHENTICATE)


def upgrade() -> None:
    op.create_table(
        "failed_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.LargeBinary(), nullable=True),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('password', 'code', 'mailed_code')", name=op.f("ck_failed_attempts_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_attempts")),
    )
    op.create_index(
        op.f("ix_failed_attempts_account_kind_at"),
        "failed_attempts",
        ["account", "kind", "at"],
        unique=False,
    )
    op.create_index(op.f("ix_failed_attempts_at"), "failed_attempts", ["at"], unique=False)
    op.create_index(
        op.f("ix_failed_attempts_network_at"), "failed_attempts", ["network", "at"], unique=False
    )
    op.create_table(
        "mail_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('password_reset', 'invitation')", name=op.f("ck_mail_requests_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_requests")),
    )
    op.create_index(
        op.f("ix_mail_requests_address_created_at"),
        "mail_requests",
        ["address", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mail_requests_network_created_at"),
        "mail_requests",
        ["network", "created_at"],
        unique=False,
    )
    op.create_table(
        "account_mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('code', 'password_reset', 'invitation', 'change', 'new_device')",
            name=op.f("ck_account_mails_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'refused', 'dropped')",
            name=op.f("ck_account_mails_state"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_account_mails_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_mails")),
    )
    op.create_index(
        op.f("ix_account_mails_user_id_created_at"),
        "account_mails",
        ["user_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "known_devices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "last_used_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_known_devices_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "token_hash", name=op.f("pk_known_devices")),
    )
    op.create_table(
        "mailed_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mailed_codes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "purpose", name=op.f("pk_mailed_codes")),
        sa.UniqueConstraint("id", name=op.f("uq_mailed_codes_id")),
    )
    op.create_table(
        "mfa_enrolments",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("recovery_email", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mfa_enrolments_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mfa_enrolments")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"], unique=False)
    op.create_table(
        "password_resets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("through_recovery", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_password_resets_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_resets_token_hash")),
    )
    op.create_index(
        op.f("ix_password_resets_user_id"), "password_resets", ["user_id"], unique=False
    )
    op.create_table(
        "sign_in_challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recovery_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('mfa', 'recover', 'passkey', 'passkey_registration')",
            name=op.f("ck_sign_in_challenges_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_sign_in_challenges_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_challenges")),
    )
    op.create_index(
        op.f("ix_sign_in_challenges_expires_at"), "sign_in_challenges", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_sign_in_challenges_user_id"), "sign_in_challenges", ["user_id"], unique=False
    )
    op.add_column("users", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    op.add_column(
        "users",
        sa.Column(
            "totp_refused_steps",
            postgresql.ARRAY(sa.BigInteger()),
            server_default="{}",
            nullable=False,
        ),
    )
    op.add_column(
        "users", sa.Column("recovery_blocked_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_users_recovery_email",
        "users",
        [sa.literal_column("lower(recovery_email)")],
        unique=False,
    )
    op.execute(GRANTS)
    replace_authenticate(WITH_PROOF_AGE)


def downgrade() -> None:
    replace_authenticate(WITHOUT_PROOF_AGE)
    op.drop_index("ix_users_recovery_email", table_name="users")
    op.drop_column("users", "recovery_blocked_until")
    op.drop_column("users", "totp_refused_steps")
    op.drop_column("users", "totp_last_step")
    op.drop_index(op.f("ix_sign_in_challenges_user_id"), table_name="sign_in_challenges")
    op.drop_index(op.f("ix_sign_in_challenges_expires_at"), table_name="sign_in_challenges")
    op.drop_table("sign_in_challenges")
    op.drop_index(op.f("ix_password_resets_user_id"), table_name="password_resets")
    op.drop_table("password_resets")
    op.drop_index(op.f("ix_passkeys_user_id"), table_name="passkeys")
    op.drop_table("passkeys")
    op.drop_table("mfa_enrolments")
    op.drop_table("mailed_codes")
    op.drop_table("known_devices")
    op.drop_index(op.f("ix_account_mails_user_id_created_at"), table_name="account_mails")
    op.drop_table("account_mails")
    op.drop_index(op.f("ix_mail_requests_network_created_at"), table_name="mail_requests")
    op.drop_index(op.f("ix_mail_requests_address_created_at"), table_name="mail_requests")
    op.drop_table("mail_requests")
    op.drop_index(op.f("ix_failed_attempts_network_at"), table_name="failed_attempts")
    op.drop_index(op.f("ix_failed_attempts_at"), table_name="failed_attempts")
    op.drop_index(op.f("ix_failed_attempts_account_kind_at"), table_name="failed_attempts")
    op.drop_table("failed_attempts")
