"""Sharing: shared users, hand-over of the main contact, and rights on outbox and invitations.

What a main contact may grant is decided here: they write memberships of shared users, of their own
customer numbers only. A hand-over is done by a function, since the one who accepts it does not see
the customer number before.

Revision ID: 2026_11_23_1300
Revises: 2026_11_23_1230
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1300"
down_revision = "2026_11_23_1230"
branch_labels = None
depends_on = None

OWN = "user_id = (SELECT iportal.user_id())"
VISIBLE = "customer_id = ANY ((SELECT iportal.customer_ids())::uuid[])"
MAIN = "customer_id = ANY ((SELECT iportal.main_customer_ids())::uuid[])"
MAIN_ACCOUNTS = (
    "account_id IN (SELECT c.account_id FROM customers c"
    " WHERE c.id = ANY ((SELECT iportal.main_customer_ids())::uuid[]))"
)
SHARED = f"role = 'shared_user' AND user_id <> (SELECT iportal.user_id()) AND {MAIN}"
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"


def tables() -> None:
    op.create_table(
        "shared_users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("last_name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_shared_users_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_shared_users_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_users")),
        sa.UniqueConstraint(
            "account_id", "user_id", name=op.f("uq_shared_users_account_id_user_id")
        ),
    )
    op.create_index(op.f("ix_shared_users_user_id"), "shared_users", ["user_id"])
    op.add_column("invitations", sa.Column("role", sa.Text(), nullable=True))
    op.add_column("invitations", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.add_column("invitations", sa.Column("invited_by", sa.Uuid(), nullable=True))
    op.add_column(
        "invitations",
        sa.Column("keep_access", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_invitations_role"), "invitations", "role IN ('main_contact', 'shared_user')"
    )
    for column, table in (("account_id", "accounts"), ("invited_by", "users")):
        op.create_foreign_key(
            op.f(f"fk_invitations_{column}"),
            "invitations",
            table,
            [column],
            ["id"],
            ondelete="CASCADE",
        )
    op.create_index(
        op.f("ix_invitations_customer_id"),
        "invitations",
        ["customer_id"],
        postgresql_where=sa.text("role = 'main_contact'"),
    )
    # What is there already was looked at before there was anything to look at.
    op.add_column(
        "customers",
        sa.Column(
            "sharing_reviewed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=True,
        ),
    )
    op.alter_column("customers", "sharing_reviewed_at", server_default=None)
    op.drop_constraint(op.f("ck_account_mails_kind"), "account_mails")
    op.create_check_constraint(op.f("ck_account_mails_kind"), "account_mails", MAIL_KINDS_AFTER)


MAIL_KINDS_BEFORE = "kind IN ('code', 'password_reset', 'invitation', 'change', 'new_device')"
MAIL_KINDS_AFTER = (
    "kind IN ('code', 'password_reset', 'invitation', 'change', 'new_device',"
    " 'sharing', 'main_contact', 'handed_over')"
)

ROLES = (
    """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'iportal_relay') THEN
        CREATE ROLE iportal_relay NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT iportal_relay TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    END IF;
END $$""",
    "GRANT iportal_relay TO iportal_app WITH INHERIT FALSE, SET TRUE",
    "GRANT USAGE ON SCHEMA iportal, public TO iportal_relay",
    "GRANT SELECT, UPDATE ON outbox TO iportal_relay",
    "GRANT INSERT, DELETE, UPDATE (expires_on) ON memberships TO iportal_app",
    "GRANT SELECT, INSERT, DELETE, UPDATE (first_name, last_name) ON shared_users TO iportal_app",
    "GRANT SELECT ON shared_users TO iportal_staff",
    "GRANT UPDATE (sharing_reviewed_at) ON customers TO iportal_app",
    "GRANT UPDATE (account_id, sharing_reviewed_at) ON customers TO iportal_keeper",
    "GRANT SELECT (number, name, sharing_reviewed_at) ON customers TO iportal_keeper",
    "GRANT SELECT, INSERT ON accounts TO iportal_keeper",
    "GRANT INSERT, UPDATE, DELETE ON memberships TO iportal_keeper",
    "GRANT SELECT, UPDATE ON invitations TO iportal_keeper",
    "GRANT SELECT, INSERT, DELETE ON shared_users TO iportal_keeper",
    "GRANT SELECT (id, first_name, last_name) ON users TO iportal_keeper",
)

PRINCIPAL = (
    """
CREATE FUNCTION iportal.main_customer_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('iportal.main_customer_ids', true), ''), '{}')::uuid[]""",
    """
CREATE FUNCTION iportal.claim_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('iportal.claim_id', true), '')::uuid""",
)
# As before; in addition the numbers whose main contact they are.
ACT_AS_USER = """
CREATE OR REPLACE FUNCTION iportal.act_as_user(p_user uuid, p_role text, p_scope uuid[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
    {declared}
BEGIN
    PERFORM set_config('iportal.user_id', p_user::text, true);
    PERFORM set_config('iportal.token_customer_ids', coalesce(p_scope::text, ''), true);
    IF p_role = 'staff' THEN
        PERFORM set_config('role', 'iportal_staff', true);
        RETURN;
    END IF;
    SELECT array_agg(m.customer_id) {selected} INTO ids {variable}
    FROM memberships m
    WHERE m.user_id = p_user
      AND (m.expires_on IS NULL OR m.expires_on >= current_date)
      AND (p_scope IS NULL OR m.customer_id = ANY (p_scope));
    PERFORM set_config('iportal.customer_ids', coalesce(ids::text, ''), true);
    {told}
END $$
"""
WITH_MAIN = {
    "declared": "main uuid[];",
    "selected": ", array_agg(m.customer_id) FILTER (WHERE m.role = 'main_contact')",
    "variable": ", main",
    "told": "PERFORM set_config('iportal.main_customer_ids', coalesce(main::text, ''), true);",
}
WITHOUT_MAIN = dict.fromkeys(WITH_MAIN, "")

DROP_AUTHENTICATE_INVITATION = "DROP FUNCTION iportal.authenticate_invitation(bytea)"
# Before it is known who asks, an invitation is only found by the hash of its token.
FIND_INVITATION = f"""
CREATE FUNCTION iportal.find_invitation(p_hash bytea)
RETURNS TABLE (invitation_id uuid, user_id uuid, customer_id uuid, document_id uuid,
               expires_at timestamptz, accepted boolean, open boolean, role text,
               customer_number text)
LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT i.id, i.user_id, i.customer_id, i.document_id, i.expires_at,
           i.accepted_at IS NOT NULL,
           i.revoked_at IS NULL AND i.expires_at > now()
               AND (i.role IS DISTINCT FROM 'main_contact' OR EXISTS (
                   SELECT FROM memberships m
                   WHERE m.customer_id = i.customer_id AND m.user_id = i.invited_by
                     AND m.role = 'main_contact')),
           i.role,
           CASE WHEN i.role = 'main_contact' THEN c.number END
    FROM invitations i LEFT JOIN customers c ON c.id = i.customer_id
    WHERE i.token_hash = p_hash
$$"""
AUTHENTICATE_INVITATION = """
CREATE FUNCTION iportal.authenticate_invitation(p_hash bytea)
RETURNS TABLE (invitation_id uuid, user_id uuid, customer_id uuid, document_id uuid,
               expires_at timestamptz, accepted boolean, open boolean, role text,
               customer_number text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    SELECT * INTO invitation_id, user_id, customer_id, document_id, expires_at, accepted, open,
                  role, customer_number
    FROM iportal.find_invitation(p_hash);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF open AND NOT accepted THEN
        PERFORM iportal.act_as_user(user_id, 'customer', NULL);
    END IF;
    RETURN NEXT;
END $$"""
AUTHENTICATE_INVITATION_BEFORE = """
CREATE FUNCTION iportal.authenticate_invitation(p_hash bytea)
RETURNS TABLE (invitation_id uuid, user_id uuid, customer_id uuid, document_id uuid,
               expires_at timestamptz, accepted boolean, open boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    SELECT i.id, i.user_id, i.customer_id, i.document_id, i.expires_at,
           i.accepted_at IS NOT NULL, i.revoked_at IS NULL AND i.expires_at > now()
    INTO invitation_id, user_id, customer_id, document_id, expires_at, accepted, open
    FROM invitations i WHERE i.token_hash = p_hash;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF open AND NOT accepted THEN
        PERFORM iportal.act_as_user(user_id, 'customer', NULL);
    END IF;
    RETURN NEXT;
END $$"""

# The invitation must be the caller's, and who wrote it must still be the main contact.
ACCEPT_MAIN_CONTACT = f"""
CREATE FUNCTION iportal.accept_main_contact(p_invitation uuid) RETURNS uuid
LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
    wanted invitations;
    former uuid;
    account uuid;
BEGIN
    SELECT * INTO wanted FROM invitations i
    WHERE i.id = p_invitation AND i.role = 'main_contact' AND i.user_id = iportal.user_id()
      AND i.accepted_at IS NOT NULL AND i.revoked_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM customers c WHERE c.id = wanted.customer_id FOR UPDATE;
    SELECT m.user_id INTO former FROM memberships m
    WHERE m.customer_id = wanted.customer_id AND m.role = 'main_contact';
    IF former IS DISTINCT FROM wanted.invited_by OR former = wanted.user_id THEN
        RETURN NULL;
    END IF;
    SELECT c.account_id INTO account
    FROM customers c JOIN memberships m ON m.customer_id = c.id
    WHERE m.user_id = wanted.user_id AND m.role = 'main_contact' LIMIT 1;
    IF account IS NULL THEN
        account := iportal.new_id();
        INSERT INTO accounts (id) VALUES (account);
    END IF;
    DELETE FROM memberships m WHERE m.customer_id = wanted.customer_id AND m.user_id = former;
    INSERT INTO memberships (user_id, customer_id, role)
    VALUES (wanted.user_id, wanted.customer_id, 'main_contact')
    ON CONFLICT (user_id, customer_id) DO UPDATE SET role = 'main_contact', expires_on = NULL;
    IF wanted.keep_access THEN
        INSERT INTO memberships (user_id, customer_id, role)
        VALUES (former, wanted.customer_id, 'shared_user');
    END IF;
    UPDATE customers SET account_id = account WHERE id = wanted.customer_id;
    UPDATE invitations SET revoked_at = now()
    WHERE customer_id = wanted.customer_id AND role = 'main_contact' AND id <> wanted.id
      AND accepted_at IS NULL AND revoked_at IS NULL;
    RETURN former;
END $$"""

# Whoever has a grant stands in the account's list, however the grant came to be.
TRIGGER_FUNCTIONS = (
    f"""
CREATE FUNCTION iportal.list_shared_user() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    INSERT INTO shared_users (id, account_id, user_id, first_name, last_name)
    SELECT iportal.new_id(), c.account_id, u.id, u.first_name, u.last_name
    FROM customers c, users u WHERE c.id = NEW.customer_id AND u.id = NEW.user_id
    ON CONFLICT (account_id, user_id) DO NOTHING;
    UPDATE customers SET sharing_reviewed_at = now()
    WHERE id = NEW.customer_id AND sharing_reviewed_at IS NULL;
    RETURN NULL;
END $$""",
    # With the first shared user the main contact has all numbers before their eyes.
    f"""
CREATE FUNCTION iportal.begin_sharing() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM shared_users s
                   WHERE s.account_id = NEW.account_id AND s.id <> NEW.id) THEN
        UPDATE customers SET sharing_reviewed_at = now()
        WHERE account_id = NEW.account_id AND sharing_reviewed_at IS NULL;
    END IF;
    RETURN NULL;
END $$""",
    f"""
CREATE FUNCTION iportal.take_shared_users_along() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    INSERT INTO shared_users (id, account_id, user_id, first_name, last_name)
    SELECT iportal.new_id(), NEW.account_id, u.id,
           coalesce(s.first_name, u.first_name), coalesce(s.last_name, u.last_name)
    FROM memberships m
    JOIN users u ON u.id = m.user_id
    LEFT JOIN shared_users s ON s.account_id = OLD.account_id AND s.user_id = m.user_id
    WHERE m.customer_id = NEW.id AND m.role = 'shared_user'
    ON CONFLICT (account_id, user_id) DO NOTHING;
    DELETE FROM shared_users s
    WHERE s.account_id = OLD.account_id AND NOT EXISTS (
        SELECT FROM memberships m JOIN customers c ON c.id = m.customer_id
        WHERE c.account_id = OLD.account_id AND m.user_id = s.user_id
          AND m.role = 'shared_user');
    UPDATE customers SET sharing_reviewed_at = NULL WHERE id = NEW.id;
    RETURN NULL;
END $$""",
)
TRIGGERS = (
    "CREATE TRIGGER list_shared_user AFTER INSERT OR UPDATE OF role ON memberships"
    " FOR EACH ROW WHEN (NEW.role = 'shared_user') EXECUTE FUNCTION iportal.list_shared_user()",
    "CREATE TRIGGER begin_sharing AFTER INSERT ON shared_users"
    " FOR EACH ROW EXECUTE FUNCTION iportal.begin_sharing()",
    "CREATE TRIGGER take_shared_users_along AFTER UPDATE OF account_id ON customers"
    " FOR EACH ROW WHEN (OLD.account_id IS DISTINCT FROM NEW.account_id)"
    " EXECUTE FUNCTION iportal.take_shared_users_along()",
)
BACKFILL = (
    "SET LOCAL ROLE iportal_keeper",
    "INSERT INTO shared_users (id, account_id, user_id, first_name, last_name)"
    " SELECT DISTINCT ON (c.account_id, u.id)"
    " iportal.new_id(), c.account_id, u.id, u.first_name, u.last_name"
    " FROM memberships m JOIN customers c ON c.id = m.customer_id JOIN users u ON u.id = m.user_id"
    " WHERE m.role = 'shared_user'",
    "RESET ROLE",
)

CALLED = ("accept_main_contact(uuid)", "find_invitation(bytea)")
KEPT_FUNCTIONS = (
    "list_shared_user()",
    "begin_sharing()",
    "take_shared_users_along()",
    *CALLED,
)
KEPT = ("accounts", "shared_users", "invitations")
INVITED = f"{OWN} OR {MAIN} OR {MAIN_ACCOUNTS}"
POLICIES = (
    # Members read; only main contacts write, and only what they share.
    "DROP POLICY member ON memberships",
    f"CREATE POLICY member ON memberships FOR SELECT TO iportal_app USING ({OWN} OR {VISIBLE})",
    f"CREATE POLICY grant_access ON memberships FOR INSERT TO iportal_app WITH CHECK ({SHARED})",
    f"CREATE POLICY change_access ON memberships FOR UPDATE TO iportal_app USING ({SHARED})",
    f"CREATE POLICY end_access ON memberships FOR DELETE TO iportal_app USING ({SHARED})",
    "DROP POLICY member ON customers",
    "CREATE POLICY member ON customers FOR SELECT TO iportal_app"
    " USING (id = ANY ((SELECT iportal.customer_ids())::uuid[]))",
    "CREATE POLICY look_after ON customers FOR UPDATE TO iportal_app"
    " USING (id = ANY ((SELECT iportal.main_customer_ids())::uuid[]))",
    "ALTER TABLE shared_users ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE shared_users FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY member ON shared_users TO iportal_app USING ({MAIN_ACCOUNTS})",
    "CREATE POLICY staff ON shared_users TO iportal_staff USING (true)",
    "ALTER TABLE invitations ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE invitations FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY own ON invitations TO iportal_base USING ({OWN})",
    f"CREATE POLICY member ON invitations TO iportal_app"
    f" USING ({INVITED}) WITH CHECK ({INVITED} OR {VISIBLE})",
    "CREATE POLICY staff ON invitations TO iportal_staff USING (true)",
    # Everyone asks for jobs, the relay hands them out, and a job holds its own row.
    "ALTER TABLE outbox ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE outbox FORCE ROW LEVEL SECURITY",
    "CREATE POLICY ask ON outbox FOR INSERT TO iportal_base WITH CHECK (true)",
    "CREATE POLICY hold ON outbox TO iportal_base USING (id = (SELECT iportal.claim_id()))",
    "CREATE POLICY staff ON outbox FOR SELECT TO iportal_staff USING (true)",
    "CREATE POLICY relay ON outbox TO iportal_relay USING (true)",
)


def upgrade() -> None:
    tables()
    for statement in (
        *ROLES,
        *PRINCIPAL,
        ACT_AS_USER.format(**WITH_MAIN),
        FIND_INVITATION,
        DROP_AUTHENTICATE_INVITATION,
        AUTHENTICATE_INVITATION,
        ACCEPT_MAIN_CONTACT,
        *TRIGGER_FUNCTIONS,
        *POLICIES,
        *(f"CREATE POLICY keeper ON {table} TO iportal_keeper USING (true)" for table in KEPT),
        *BACKFILL,
        # Whoever makes a trigger must be able to call its function: hence before these are closed.
        *TRIGGERS,
        *(f"REVOKE ALL ON FUNCTION iportal.{name} FROM PUBLIC" for name in KEPT_FUNCTIONS),
        *(f"GRANT EXECUTE ON FUNCTION iportal.{name} TO iportal_base" for name in CALLED),
        "GRANT CREATE ON SCHEMA iportal TO iportal_keeper",
        *(f"ALTER FUNCTION iportal.{name} OWNER TO iportal_keeper" for name in KEPT_FUNCTIONS),
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_keeper",
    ):
        op.execute(statement)


def downgrade() -> None:
    for trigger, table in (
        ("list_shared_user", "memberships"),
        ("begin_sharing", "shared_users"),
        ("take_shared_users_along", "customers"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    op.execute(ACT_AS_USER.format(**WITHOUT_MAIN))
    op.execute(DROP_AUTHENTICATE_INVITATION)
    op.execute(AUTHENTICATE_INVITATION_BEFORE)
    for table, names in {
        "memberships": ("member", "grant_access", "change_access", "end_access"),
        "customers": ("member", "look_after"),
        "invitations": ("own", "member", "staff", "keeper"),
        "outbox": ("ask", "hold", "staff", "relay"),
        "accounts": ("keeper",),
    }.items():
        for name in names:
            op.execute(f"DROP POLICY {name} ON {table}")
    for table in ("invitations", "outbox"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY member ON memberships TO iportal_app USING ({OWN} OR {VISIBLE})")
    op.execute(
        "CREATE POLICY member ON customers TO iportal_app"
        " USING (id = ANY ((SELECT iportal.customer_ids())::uuid[]))"
    )
    op.drop_table("shared_users")
    op.execute("REVOKE INSERT, DELETE, UPDATE (expires_on) ON memberships FROM iportal_app")
    op.drop_column("customers", "sharing_reviewed_at")
    for column in ("role", "account_id", "invited_by", "keep_access"):
        op.drop_column("invitations", column)
    for name in (*KEPT_FUNCTIONS, "main_customer_ids()", "claim_id()"):
        op.execute(f"DROP FUNCTION iportal.{name}")
    op.execute("DELETE FROM account_mails WHERE kind IN ('sharing', 'main_contact', 'handed_over')")
    op.drop_constraint(op.f("ck_account_mails_kind"), "account_mails")
    op.create_check_constraint(op.f("ck_account_mails_kind"), "account_mails", MAIL_KINDS_BEFORE)
