"""Who may see what: roles, row-level security and the functions that say who is asking.

The app connects as `iportal_app`, which owns nothing. What it may see is decided per transaction:

- `iportal_app` itself sees the customer numbers named in `iportal.customer_ids`, none by default;
- `iportal_staff` sees every customer;
- `iportal_publisher` adds documents and customers, but cannot read documents back.

A transaction takes one of the other roles through `authenticate_…` and loses it when it ends.

Revision ID: 2026_11_23_1010
Revises: 2026_11_23_1000
"""

from alembic import op

revision = "2026_11_23_1010"
down_revision = "2026_11_23_1000"
branch_labels = None
depends_on = None

ROLES = """
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY
        ARRAY['iportal_base', 'iportal_app', 'iportal_staff', 'iportal_publisher']
    LOOP
        -- Roles belong to the whole server, so a second database finds them there.
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', role_name);
        END IF;
    END LOOP;
END $$;
GRANT iportal_base TO iportal_app, iportal_staff, iportal_publisher WITH INHERIT TRUE;
GRANT iportal_publisher TO iportal_staff WITH INHERIT TRUE;
GRANT iportal_staff, iportal_publisher TO iportal_app WITH INHERIT FALSE, SET TRUE;
DO $$
BEGIN
    -- For a trial in which the app signs in as the owner and steps down to its role.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format(
            'GRANT iportal_app, iportal_staff, iportal_publisher TO %I'
            ' WITH INHERIT FALSE, SET TRUE',
            current_user
        );
    END IF;
END $$;
CREATE SCHEMA iportal;
GRANT USAGE ON SCHEMA iportal, public TO iportal_base;
"""

# Tables of no customer, which every principal's request may need: sign-in, jobs, audit.
BASE_GRANTS = """
GRANT SELECT, INSERT, UPDATE ON users, invitations, api_tokens TO iportal_base;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, outbox TO iportal_base;
GRANT SELECT, INSERT ON audit_events TO iportal_base;
GRANT SELECT ON alembic_version TO iportal_base;
"""

CUSTOMER_GRANTS = """
GRANT SELECT ON accounts, customers, memberships, documents, document_contents, document_files
    TO iportal_app, iportal_staff;
GRANT UPDATE (language, notification_mode) ON customers TO iportal_app, iportal_staff;
GRANT SELECT, INSERT, DELETE ON document_reads TO iportal_app, iportal_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON tags, document_tags, downloads
    TO iportal_app, iportal_staff;
GRANT SELECT, INSERT, UPDATE ON deliveries TO iportal_app, iportal_staff;
GRANT SELECT ON document_register TO iportal_staff;
"""

# No SELECT on documents but for the two columns that an UPDATE by id has to name.
PUBLISHER_GRANTS = """
GRANT SELECT, INSERT, UPDATE ON customers, document_register TO iportal_publisher;
GRANT SELECT, INSERT ON accounts, idempotency_keys TO iportal_publisher;
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships TO iportal_publisher;
GRANT INSERT ON documents, document_contents, document_files TO iportal_publisher;
GRANT SELECT (id, state), UPDATE (state, replaced_by_id) ON documents TO iportal_publisher;
"""

PRINCIPAL = """
CREATE FUNCTION iportal.user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('iportal.user_id', true), '')::uuid;

CREATE FUNCTION iportal.customer_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('iportal.customer_ids', true), ''), '{}')::uuid[];
"""

# `(SELECT …)` makes the list of allowed customers an InitPlan: worked out once per statement and
# usable as an index condition, where `IN (subquery)` was measured two orders slower.
VISIBLE = "customer_id = ANY ((SELECT iportal.customer_ids())::uuid[])"
# On documents themselves the list is hashed: an array of 500 as an index condition is sorted anew
# for each of the 500 customers that a query visits. Such queries start from `customers`.
VISIBLE_DOCUMENT = "customer_id IN (SELECT unnest(iportal.customer_ids()))"
OWN = "user_id = (SELECT iportal.user_id())"
SEEN_ACCOUNTS = "(SELECT account_id FROM customers)"

MEMBER_POLICIES = {
    "accounts": f"id IN {SEEN_ACCOUNTS}",
    "customers": "id = ANY ((SELECT iportal.customer_ids())::uuid[])",
    "memberships": f"{OWN} OR {VISIBLE}",
    "documents": VISIBLE_DOCUMENT,
    "document_contents": VISIBLE,
    "document_files": VISIBLE,
    "document_reads": f"{OWN} AND {VISIBLE}",
    "document_tags": VISIBLE,
    "tags": f"account_id IN {SEEN_ACCOUNTS}",
    "downloads": OWN,
    "deliveries": f"{OWN} OR {VISIBLE}",
    "audit_events": f"{VISIBLE} OR actor_user_id = (SELECT iportal.user_id())",
    "document_register": "false",
    "idempotency_keys": "false",
}
STAFF_ONLY_OWN = {"document_reads": OWN, "downloads": OWN}
PUBLISHER_TABLES = (
    "accounts",
    "customers",
    "memberships",
    "document_register",
    "idempotency_keys",
)
PUBLISHER_INSERTS = ("documents", "document_contents", "document_files")

AUTHENTICATE = """
CREATE FUNCTION iportal.act_as_user(p_user uuid, p_role text, p_scope uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
BEGIN
    PERFORM set_config('iportal.user_id', p_user::text, true);
    IF p_role = 'staff' THEN
        PERFORM set_config('role', 'iportal_staff', true);
        RETURN;
    END IF;
    SELECT array_agg(m.customer_id) INTO ids
    FROM memberships m
    WHERE m.user_id = p_user
      AND (m.expires_on IS NULL OR m.expires_on >= current_date)
      AND (p_scope IS NULL OR m.customer_id = ANY (p_scope));
    PERFORM set_config('iportal.customer_ids', coalesce(ids::text, ''), true);
END $$;

CREATE FUNCTION iportal.authenticate_session(p_hash bytea, p_idle interval)
RETURNS TABLE (session_id uuid, user_id uuid, role text, language text, email text,
               first_name text, last_name text, proved_at timestamptz, mfa_enabled boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    seen timestamptz;
BEGIN
    SELECT s.id, u.id, u.role, u.language, u.email, u.first_name, u.last_name, s.proved_at,
           u.totp_confirmed_at IS NOT NULL, s.last_seen_at
    INTO session_id, user_id, role, language, email, first_name, last_name, proved_at,
         mfa_enabled, seen
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
END $$;

CREATE FUNCTION iportal.authenticate_token(p_id uuid, p_hash bytea, p_publishing boolean)
RETURNS TABLE (token_id uuid, user_id uuid, role text, language text, email text,
               first_name text, last_name text, token_name text, scopes text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    used timestamptz;
    narrowed uuid[];
BEGIN
    SELECT t.id, u.id, u.role, u.language, u.email, u.first_name, u.last_name, t.name, t.scopes,
           t.last_used_at, t.customer_ids
    INTO token_id, user_id, role, language, email, first_name, last_name, token_name, scopes,
         used, narrowed
    FROM api_tokens t JOIN users u ON u.id = t.user_id
    WHERE t.id = p_id AND t.secret_hash = p_hash AND t.revoked_at IS NULL
      AND t.expires_at > now() AND u.state = 'active';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF used IS NULL OR used < now() - interval '1 minute' THEN
        UPDATE api_tokens SET last_used_at = now() WHERE id = token_id;
    END IF;
    IF p_publishing THEN
        PERFORM set_config('iportal.user_id', user_id::text, true);
        -- Without the scope nothing is gained: the answer is 403 before any statement runs.
        PERFORM set_config('role', 'iportal_publisher', true);
    ELSE
        PERFORM iportal.act_as_user(user_id, role, narrowed);
    END IF;
    RETURN NEXT;
END $$;

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
END $$;

CREATE FUNCTION iportal.act_for_customer(p_customer uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('iportal.customer_ids', ARRAY[p_customer]::text, true);
END $$;

CREATE FUNCTION iportal.act_as_publisher(p_user uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('iportal.user_id', coalesce(p_user::text, ''), true);
    PERFORM set_config('role', 'iportal_publisher', true);
END $$;
"""


def policies() -> list[str]:
    """One statement per policy; FORCE binds the owner of the tables as well."""
    statements = []
    for table, visible in MEMBER_POLICIES.items():
        statements += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        ]
        if table == "audit_events":
            # Everyone writes down what they did; nobody changes it (D7).
            statements += [
                f"CREATE POLICY member ON {table} FOR SELECT TO iportal_app USING ({visible})",
                f"CREATE POLICY record ON {table} FOR INSERT TO iportal_base WITH CHECK (true)",
            ]
        else:
            statements.append(f"CREATE POLICY member ON {table} TO iportal_app USING ({visible})")
        staff = STAFF_ONLY_OWN.get(table, "true")
        statements.append(f"CREATE POLICY staff ON {table} TO iportal_staff USING ({staff})")
    for table in PUBLISHER_TABLES:
        statements.append(f"CREATE POLICY publisher ON {table} TO iportal_publisher USING (true)")
    for table in PUBLISHER_INSERTS:
        statements.append(
            f"CREATE POLICY publish ON {table} FOR INSERT TO iportal_publisher WITH CHECK (true)"
        )
    statements += [
        "CREATE POLICY find ON documents FOR SELECT TO iportal_publisher USING (true)",
        "CREATE POLICY retire ON documents FOR UPDATE TO iportal_publisher USING (true)",
    ]
    return statements


def run_all(script: str) -> None:
    """Run several statements; asyncpg takes one at a time, so bodies are kept whole."""
    statement: list[str] = []
    in_body = False
    for line in script.strip().splitlines():
        statement.append(line)
        in_body ^= line.count("$$") % 2 == 1
        if line.endswith(";") and not in_body:
            op.execute("\n".join(statement).rstrip(";"))
            statement = []


def upgrade() -> None:
    for script in (
        ROLES,
        BASE_GRANTS,
        CUSTOMER_GRANTS,
        PUBLISHER_GRANTS,
        PRINCIPAL,
        AUTHENTICATE,
    ):
        run_all(script)
    op.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA iportal TO iportal_base")
    for statement in policies():
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA iportal CASCADE")
    for table in MEMBER_POLICIES:
        for policy in (
            "member",
            "staff",
            "publisher",
            "publish",
            "record",
            "find",
            "retire",
        ):
            op.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
