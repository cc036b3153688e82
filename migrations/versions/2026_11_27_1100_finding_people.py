"""Finding people without seeing them: what must know a person before anybody is known.

Sign-in, mailed links and jobs begin with an address, a cookie or an id. Functions of the keeper
answer exactly that; afterwards the transaction is about one person, whom it names. Nothing is taken
away here, so that the app of the release before goes on; that is done by the next migration.

Revision ID: 2026_11_27_1100
Revises: 2026_11_27_1005
"""

from alembic import op

revision = "2026_11_27_1100"
down_revision = "2026_11_27_1005"
branch_labels = None
depends_on = None

DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

GRANTS = (
    "GRANT SELECT (email, email_key, language, role, password_hash, totp_secret, totp_confirmed_at,"
    " recovery_email, recovery_email_verified_at, totp_refused_steps) ON users TO iportal_keeper",
    "GRANT INSERT (id, email, email_key, first_name, last_name, language),"
    " UPDATE (first_name, last_name, mail_failed_at, mail_failure, totp_refused_steps)"
    " ON users TO iportal_keeper",
    "GRANT SELECT ON sessions, api_tokens TO iportal_keeper",
)
# Found by what only its owner has: the hash of a cookie or of a token.
POLICIES = tuple(
    f"CREATE POLICY keeper ON {table} FOR SELECT TO iportal_keeper USING (true)"
    for table in ("sessions", "api_tokens")
)

PRINCIPAL = (
    """
CREATE FUNCTION iportal.concerned_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('iportal.concerned_id', true), '')::uuid""",
    # Whose account this transaction is about; it gains none of their documents by that.
    """
CREATE FUNCTION iportal.concern_person(p_user uuid) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    SELECT set_config('iportal.concerned_id', p_user::text, true);
END""",
)

FOUND = {
    "find_session(bytea, interval)": f"""
CREATE FUNCTION iportal.find_session(
    p_hash bytea, p_idle interval,
    OUT session_id uuid, OUT user_id uuid, OUT role text, OUT language text, OUT email text,
    OUT first_name text, OUT last_name text, OUT proved_at timestamptz, OUT mfa_enabled boolean,
    OUT proof_age interval, OUT seen timestamptz)
LANGUAGE plpgsql STABLE {DEFINER} AS $$
#variable_conflict use_column
BEGIN
    SELECT s.id, u.id, u.role, u.language, u.email, u.first_name, u.last_name, s.proved_at,
           u.totp_confirmed_at IS NOT NULL, now() - s.proved_at, s.last_seen_at
    INTO session_id, user_id, role, language, email, first_name, last_name, proved_at,
         mfa_enabled, proof_age, seen
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_hash = p_hash AND s.expires_at > now() AND s.last_seen_at > now() - p_idle
      AND u.state = 'active';
END $$""",
    "find_token(uuid, bytea)": f"""
CREATE FUNCTION iportal.find_token(
    p_id uuid, p_hash bytea,
    OUT token_id uuid, OUT user_id uuid, OUT role text, OUT language text, OUT email text,
    OUT first_name text, OUT last_name text, OUT token_name text, OUT scopes text[],
    OUT used timestamptz, OUT narrowed uuid[])
LANGUAGE plpgsql STABLE {DEFINER} AS $$
#variable_conflict use_column
BEGIN
    SELECT t.id, u.id, u.role, u.language, u.email, u.first_name, u.last_name, t.name, t.scopes,
           t.last_used_at, t.customer_ids
    INTO token_id, user_id, role, language, email, first_name, last_name, token_name, scopes,
         used, narrowed
    FROM api_tokens t JOIN users u ON u.id = t.user_id
    WHERE t.id = p_id AND t.secret_hash = p_hash AND t.revoked_at IS NULL
      AND t.expires_at > now() AND u.state = 'active';
END $$""",
    "role_of(uuid)": f"""
CREATE FUNCTION iportal.role_of(p_user uuid, OUT role text, OUT state text)
LANGUAGE sql STABLE {DEFINER}
BEGIN ATOMIC
    SELECT u.role, u.state FROM users u WHERE u.id = p_user;
END""",
    # With the hash, so that an unknown address costs no fewer round trips than a known one (P4).
    "find_sign_in(text)": f"""
CREATE FUNCTION iportal.find_sign_in(p_key text)
RETURNS TABLE (id uuid, state text, password_hash text)
LANGUAGE sql STABLE ROWS 1 {DEFINER}
BEGIN ATOMIC
    SELECT u.id, u.state, u.password_hash FROM users u WHERE u.email_key = p_key;
END""",
    "find_by_address(text)": f"""
CREATE FUNCTION iportal.find_by_address(p_key text)
RETURNS TABLE (id uuid, through_recovery boolean)
LANGUAGE sql STABLE ROWS 1 {DEFINER}
BEGIN ATOMIC
    SELECT u.id, false FROM users u WHERE u.email_key = p_key
    UNION ALL
    (SELECT u.id, true FROM users u
     WHERE lower(u.recovery_email) = p_key AND u.recovery_email_verified_at IS NOT NULL
       AND u.state = 'active'
     ORDER BY u.id);
END""",
    "secrets_of(uuid)": f"""
CREATE FUNCTION iportal.secrets_of(p_user uuid)
RETURNS TABLE (password_hash text, totp_secret bytea)
LANGUAGE sql STABLE ROWS 1 {DEFINER}
BEGIN ATOMIC
    SELECT u.password_hash, u.totp_secret FROM users u
    WHERE u.id = p_user AND p_user IN (iportal.user_id(), iportal.concerned_id());
END""",
    "note_unreachable(uuid, text, text)": f"""
CREATE FUNCTION iportal.note_unreachable(p_user uuid, p_recipient text, p_reason text)
RETURNS void
LANGUAGE sql {DEFINER}
BEGIN ATOMIC
    UPDATE users SET mail_failed_at = now(), mail_failure = p_reason
    WHERE id = p_user AND email = p_recipient;
END""",
    # Steps that are past cannot be used any more, so they need not be refused.
    "forget_refused_steps(bigint)": f"""
CREATE FUNCTION iportal.forget_refused_steps(p_before bigint) RETURNS void
LANGUAGE sql {DEFINER}
BEGIN ATOMIC
    UPDATE users SET totp_refused_steps = '{{}}'
    WHERE cardinality(totp_refused_steps) > 0
      AND (SELECT max(step) FROM unnest(totp_refused_steps) step) < p_before;
END""",
}
# For publishers too, who have nothing else to do with people.
NAMED = {
    "person_at(uuid, text, text, text, text, text)": f"""
CREATE FUNCTION iportal.person_at(
    p_id uuid, p_email text, p_key text, p_first_name text, p_last_name text, p_language text)
RETURNS uuid
LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
    found uuid;
BEGIN
    INSERT INTO users (id, email, email_key, first_name, last_name, language)
    VALUES (p_id, p_email, p_key, p_first_name, p_last_name, p_language)
    ON CONFLICT (email_key) DO NOTHING;
    SELECT id INTO STRICT found FROM users WHERE email_key = p_key;
    RETURN found;
END $$""",
    # A person who has an account keeps the name they gave.
    "correct_name(uuid, text, text)": f"""
CREATE FUNCTION iportal.correct_name(p_user uuid, p_first_name text, p_last_name text)
RETURNS void
LANGUAGE sql {DEFINER}
BEGIN ATOMIC
    UPDATE users SET first_name = p_first_name, last_name = p_last_name
    WHERE id = p_user AND state = 'invited';
END""",
}

CALLERS = (
    """
CREATE OR REPLACE FUNCTION iportal.authenticate_session(p_hash bytea, p_idle interval)
RETURNS TABLE (session_id uuid, user_id uuid, role text, language text, email text,
               first_name text, last_name text, proved_at timestamptz, mfa_enabled boolean,
               proof_age interval)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    seen timestamptz;
BEGIN
    SELECT * INTO session_id, user_id, role, language, email, first_name, last_name, proved_at,
                  mfa_enabled, proof_age, seen
    FROM iportal.find_session(p_hash, p_idle);
    IF session_id IS NULL THEN
        RETURN;
    END IF;
    -- Once a minute is precise enough for the idle limit, and keeps reading from writing.
    IF seen < now() - interval '1 minute' THEN
        UPDATE sessions SET last_seen_at = now() WHERE id = session_id;
    END IF;
    PERFORM iportal.act_as_user(user_id, role, NULL);
    RETURN NEXT;
END $$""",
    """
CREATE OR REPLACE FUNCTION iportal.authenticate_token(
    p_id uuid, p_hash bytea, p_publishing boolean)
RETURNS TABLE (token_id uuid, user_id uuid, role text, language text, email text,
               first_name text, last_name text, token_name text, scopes text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    used timestamptz;
    narrowed uuid[];
BEGIN
    SELECT * INTO token_id, user_id, role, language, email, first_name, last_name, token_name,
                  scopes, used, narrowed
    FROM iportal.find_token(p_id, p_hash);
    IF token_id IS NULL THEN
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
END $$""",
    """
CREATE OR REPLACE FUNCTION iportal.act_as_requester(p_user uuid, p_scope uuid[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    held := iportal.role_of(p_user);
    IF held.state = 'active' THEN
        PERFORM iportal.act_as_user(p_user, held.role, p_scope);
        RETURN held.role;
    END IF;
    -- Their own rows can still be settled, no customer's are seen.
    PERFORM set_config('iportal.user_id', p_user::text, true);
    RETURN NULL;
END $$""",
    # Who has just proved to be this person, or is written to.
    """
CREATE FUNCTION iportal.become_user(p_user uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM iportal.act_as_user(p_user, (iportal.role_of(p_user)).role, NULL);
END $$""",
)
CALLERS_BEFORE = (
    """
CREATE OR REPLACE FUNCTION iportal.authenticate_session(p_hash bytea, p_idle interval)
RETURNS TABLE (session_id uuid, user_id uuid, role text, language text, email text,
               first_name text, last_name text, proved_at timestamptz, mfa_enabled boolean,
               proof_age interval)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    seen timestamptz;
BEGIN
    SELECT s.id, u.id, u.role, u.language, u.email, u.first_name, u.last_name, s.proved_at,
           u.totp_confirmed_at IS NOT NULL, s.last_seen_at, now() - s.proved_at
    INTO session_id, user_id, role, language, email, first_name, last_name, proved_at,
         mfa_enabled, seen, proof_age
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
END $$""",
    """
CREATE OR REPLACE FUNCTION iportal.authenticate_token(
    p_id uuid, p_hash bytea, p_publishing boolean)
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
END $$""",
    """
CREATE OR REPLACE FUNCTION iportal.act_as_requester(p_user uuid, p_scope uuid[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    held text;
BEGIN
    SELECT u.role INTO held FROM users u WHERE u.id = p_user AND u.state = 'active';
    IF FOUND THEN
        PERFORM iportal.act_as_user(p_user, held, p_scope);
    ELSE
        -- Their own rows can still be settled, no customer's are seen.
        PERFORM set_config('iportal.user_id', p_user::text, true);
    END IF;
    RETURN held;
END $$""",
)
KEPT = {**FOUND, **NAMED}
CALLED = ("concerned_id()", "concern_person(uuid)", "become_user(uuid)")


def upgrade() -> None:
    for statement in (
        *GRANTS,
        *POLICIES,
        *PRINCIPAL,
        *KEPT.values(),
        *CALLERS,
        *(f"REVOKE ALL ON FUNCTION iportal.{name} FROM PUBLIC" for name in KEPT),
        *(
            f"GRANT EXECUTE ON FUNCTION iportal.{name} TO iportal_app, iportal_staff"
            for name in FOUND
        ),
        *(
            f"GRANT EXECUTE ON FUNCTION iportal.{name} TO iportal_base"
            for name in (*NAMED, *CALLED)
        ),
        "GRANT CREATE ON SCHEMA iportal TO iportal_keeper",
        *(f"ALTER FUNCTION iportal.{name} OWNER TO iportal_keeper" for name in KEPT),
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_keeper",
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in CALLERS_BEFORE:
        op.execute(statement)
    for name in ("become_user(uuid)", *KEPT, "concern_person(uuid)", "concerned_id()"):
        op.execute(f"DROP FUNCTION iportal.{name}")
    for table in ("sessions", "api_tokens"):
        op.execute(f"DROP POLICY keeper ON {table}")
    op.execute("REVOKE ALL ON users, sessions, api_tokens FROM iportal_keeper")
    op.execute("GRANT SELECT (id, first_name, last_name, state) ON users TO iportal_keeper")
