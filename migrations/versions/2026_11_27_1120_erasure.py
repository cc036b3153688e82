"""Erasure: a person who asked for it is forgotten, except what the law keeps (I3).

`iportal_eraser` owns the one function that does it; nobody signs in as it. Documents stay, and so
does what happened to them, without saying who it was.

Revision ID: 2026_11_27_1120
Revises: 2026_11_27_1110
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1120"
down_revision = "2026_11_27_1110"
branch_labels = None
depends_on = None

ROLES = (
    """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'iportal_eraser') THEN
        CREATE ROLE iportal_eraser NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT iportal_eraser TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    END IF;
END $$""",
    "GRANT USAGE ON SCHEMA iportal, public TO iportal_eraser",
    "GRANT SELECT (id, email, email_key, recovery_email, first_name, last_name, state,"
    " erasure_asked_at), UPDATE (erasure_asked_at), DELETE ON users TO iportal_eraser",
    "GRANT SELECT, INSERT, DELETE, UPDATE (actor, detail) ON audit_events TO iportal_eraser",
    "GRANT SELECT (user_id, role) ON memberships TO iportal_eraser",
    "GRANT SELECT (id, issued_contact), UPDATE (issued_contact) ON customers TO iportal_eraser",
    "GRANT SELECT (user_id, recipient, last_error), UPDATE (last_error) ON deliveries"
    " TO iportal_eraser",
    "GRANT SELECT (user_id, recipient, parameters), UPDATE (parameters) ON account_mails"
    " TO iportal_eraser",
    "GRANT SELECT (id, user_id) ON downloads TO iportal_eraser",
    "GRANT SELECT (user_id), DELETE ON outbox TO iportal_eraser",
    "GRANT SELECT (address), DELETE ON mail_requests TO iportal_eraser",
    "GRANT SELECT (customer_id, document_id, released_at) ON legal_holds TO iportal_eraser",
    "GRANT SELECT (erasure_asked_at), UPDATE (erasure_asked_at) ON users"
    " TO iportal_app, iportal_staff",
)
SECURED = (
    "users",
    "audit_events",
    "memberships",
    "customers",
    "deliveries",
    "downloads",
    "outbox",
    "legal_holds",
)

# All addresses that the portal ever knew of the person, also former ones, are looked for in what
# remains: histories, mails about them to others, and the contact that the issuer once sent. Of that
# a digest stays, so that the issuer's nightly upsert is recognised and brings nobody back.
ERASE = """
CREATE FUNCTION iportal.erase_person(p_user uuid) RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known text[];
    wanted text;
    archives uuid[];
BEGIN
    PERFORM FROM users u
    WHERE u.id = p_user AND u.state = 'disabled' AND u.erasure_asked_at IS NOT NULL
    FOR UPDATE;
    IF NOT FOUND OR EXISTS (SELECT FROM memberships m
                            WHERE m.user_id = p_user AND m.role = 'main_contact') THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(DISTINCT lower(address)) INTO known FROM (
        SELECT email FROM users WHERE id = p_user
        UNION SELECT recovery_email FROM users WHERE id = p_user
        UNION SELECT recipient FROM deliveries WHERE user_id = p_user
        UNION SELECT recipient FROM account_mails WHERE user_id = p_user
        UNION SELECT unnest(ARRAY[detail ->> 'from', detail ->> 'to']) FROM audit_events
              WHERE actor_user_id = p_user AND event = 'email_changed'
    ) AS addresses (address) WHERE address <> '';
    -- Any of them, as a whole, wherever it stands in a text.
    SELECT '(?<![[:alnum:]._%+-])(' || string_agg(
               regexp_replace(address, '([^[:alnum:]])', '\\\\\\1', 'g'), '|'
           ) || ')(?![[:alnum:]-])'
    INTO wanted FROM unnest(known) address;
    SELECT coalesce(array_agg(id), '{}') INTO archives FROM downloads WHERE user_id = p_user;

    DELETE FROM audit_events
    WHERE actor_user_id = p_user AND customer_id IS NULL AND document_id IS NULL;
    UPDATE audit_events a
    SET actor = CASE WHEN a.actor_user_id = p_user THEN '' ELSE a.actor END,
        detail = regexp_replace(a.detail::text, wanted, '—', 'gi')::jsonb
    WHERE (a.actor_user_id = p_user OR a.detail::text ~* wanted)
      AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.released_at IS NULL
                      AND (h.document_id = a.document_id OR h.customer_id = a.customer_id));
    UPDATE account_mails
    SET parameters = regexp_replace(parameters::text, wanted, '—', 'gi')::jsonb
    WHERE user_id <> p_user AND parameters::text ~* wanted;
    UPDATE customers
    SET issued_contact = jsonb_build_object('erased', iportal.digest_of(issued_contact))
    WHERE lower(issued_contact ->> 'email') = ANY (known);
    DELETE FROM mail_requests WHERE address = ANY (known);
    DELETE FROM outbox WHERE user_id = p_user;
    DELETE FROM users WHERE id = p_user;
    INSERT INTO audit_events (id, event, actor, detail)
    VALUES (iportal.new_id(), 'person_erased', 'I-Portal', jsonb_build_object('user', p_user));
    RETURN archives;
END $$"""
DIGEST = """
CREATE FUNCTION iportal.digest_of(p_value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(convert_to(p_value::text, 'UTF8')), 'hex')"""
SIGNATURE = "iportal.erase_person(uuid)"


def upgrade() -> None:
    op.add_column("users", sa.Column("erasure_asked_at", sa.DateTime(timezone=True), nullable=True))
    for statement in (
        *ROLES,
        *(f"CREATE POLICY eraser ON {table} TO iportal_eraser USING (true)" for table in SECURED),
        DIGEST,
        "GRANT EXECUTE ON FUNCTION iportal.digest_of(jsonb) TO iportal_base, iportal_eraser",
        ERASE,
        f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO iportal_staff",
        "GRANT CREATE ON SCHEMA iportal TO iportal_eraser",
        f"ALTER FUNCTION {SIGNATURE} OWNER TO iportal_eraser",
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_eraser",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    op.execute("DROP FUNCTION iportal.digest_of(jsonb)")
    for table in SECURED:
        op.execute(f"DROP POLICY eraser ON {table}")
    op.execute("DROP OWNED BY iportal_eraser")
    op.drop_column("users", "erasure_asked_at")
