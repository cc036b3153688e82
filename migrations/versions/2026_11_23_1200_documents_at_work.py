"""Documents at work: the change feed, archives, tags that can be restored, saved views.

A role of its own, `iportal_keeper`, owns the few functions that must see more than their caller:
they write the feed, let tags follow a customer number to another account, and expire archives.
Nobody signs in as it or may take it; what it may touch is listed here.

Revision ID: 2026_11_23_1200
Revises: 2026_11_23_1100
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1200"
down_revision = "2026_11_23_1100"
branch_labels = None
depends_on = None

# The one lock under which changes are numbered, at commit; it only has to be ours.
FEED_LOCK = 7_205_759_404

CONTRACT = "(content -> 'references' ->> 'contract')"
REFERENCE = (
    "coalesce(content -> 'references' ->> 'buyer_reference',"
    " content -> 'references' ->> 'purchase_order')"
)


def columns() -> None:
    op.add_column("outbox", sa.Column("user_id", sa.Uuid(), nullable=True))
    op.add_column("downloads", sa.Column("scope_ids", sa.ARRAY(sa.Uuid()), nullable=True))
    for name in ("document_ids", "customer_ids"):
        op.add_column(
            "downloads",
            sa.Column(name, sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        )
    op.add_column("downloads", sa.Column("sha256", sa.LargeBinary(), nullable=True))
    for name, expression in (("contract", CONTRACT), ("reference", REFERENCE)):
        op.add_column(
            "document_contents",
            sa.Column(name, sa.Text(), sa.Computed(expression, persisted=True), nullable=True),
        )


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def feed_tables() -> None:
    op.execute("CREATE SEQUENCE document_changes_seq")
    op.create_table(
        "document_changes",
        sa.Column(
            "seq",
            sa.BigInteger(),
            server_default=sa.text("nextval('document_changes_seq')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        _moment("at"),
        sa.CheckConstraint(
            "change IN ('published', 'replaced', 'withdrawn', 'access_granted', 'access_revoked')",
            name=op.f("ck_document_changes_change"),
        ),
        sa.CheckConstraint(
            "(user_id IS NOT NULL) = (change IN ('access_granted', 'access_revoked'))",
            name=op.f("ck_document_changes_concerned"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_document_changes_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_document_changes_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_document_changes_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_document_changes")),
    )
    op.create_index(op.f("ix_document_changes_document_id"), "document_changes", ["document_id"])
    op.create_index(
        op.f("ix_document_changes_customer_id_seq"),
        "document_changes",
        ["customer_id", "seq"],
        postgresql_where=sa.text("user_id IS NULL"),
    )
    op.create_index(
        op.f("ix_document_changes_user_id_seq"),
        "document_changes",
        ["user_id", "seq"],
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "document_access",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_document_access_user_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_document_access_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "customer_id", name=op.f("pk_document_access")),
    )


def other_tables() -> None:
    op.create_table(
        "deleted_tags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("document_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        _moment("deleted_at"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_deleted_tags_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_tags")),
    )
    op.create_index(op.f("ix_deleted_tags_account_id"), "deleted_tags", ["account_id"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        _moment("created_at"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_saved_views_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(
        "uq_saved_views_user_id_name",
        "saved_views",
        ["user_id", sa.literal_column("lower(name)")],
        unique=True,
    )


KEEPER = (
    """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'iportal_keeper') THEN
        CREATE ROLE iportal_keeper NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format(
            'GRANT iportal_keeper TO %I WITH INHERIT FALSE, SET TRUE', current_user
        );
    END IF;
END $$""",
    "GRANT USAGE ON SCHEMA iportal, public TO iportal_keeper",
    "GRANT SELECT (id, customer_id, state, published_at) ON documents TO iportal_keeper",
    "GRANT SELECT ON memberships TO iportal_keeper",
    "GRANT SELECT (id, account_id) ON customers TO iportal_keeper",
    "GRANT SELECT, INSERT ON document_changes TO iportal_keeper",
    "GRANT USAGE, SELECT ON SEQUENCE document_changes_seq TO iportal_keeper",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON document_access, tags, document_tags, deleted_tags"
    " TO iportal_keeper",
    "GRANT SELECT, UPDATE ON downloads TO iportal_keeper",
    "GRANT SELECT ON document_changes, document_access TO iportal_app, iportal_staff",
    "GRANT SELECT ON deleted_tags TO iportal_app, iportal_staff",
    "GRANT SELECT, INSERT, DELETE ON saved_views TO iportal_app, iportal_staff",
)
KEPT = (
    "documents",
    "memberships",
    "customers",
    "document_changes",
    "document_access",
    "tags",
    "document_tags",
    "deleted_tags",
    "downloads",
)

OWN = "user_id = (SELECT iportal.user_id())"
VISIBLE = "customer_id = ANY ((SELECT iportal.customer_ids())::uuid[])"
# What a person lost is told to them although they no longer see it, and to a token only if the
# customer number is one of those that it was made for.
TOLD = f"""
(user_id IS NULL AND {VISIBLE})
OR ({OWN}
    AND (change = 'access_revoked' OR {VISIBLE})
    AND ((SELECT iportal.token_customer_ids()) IS NULL
         OR customer_id = ANY ((SELECT iportal.token_customer_ids())::uuid[])))
"""
SEEN_ACCOUNTS = "(SELECT account_id FROM customers)"
# A finished archive is seen as long as all that is in it may be seen (C6).
OWN_ARCHIVE = f"{OWN} AND customer_ids <@ (SELECT iportal.customer_ids())"
POLICIES = {
    "document_changes": (TOLD, f"user_id IS NULL OR {OWN}"),
    "document_access": (OWN, OWN),
    "deleted_tags": (f"account_id IN {SEEN_ACCOUNTS}", "true"),
    "saved_views": (OWN, OWN),
}

PRINCIPAL = (
    """
CREATE FUNCTION iportal.token_customer_ids() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('iportal.token_customer_ids', true), '')::uuid[]""",
    """
CREATE FUNCTION iportal.act_as_requester(p_user uuid, p_scope uuid[]) RETURNS text
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
    # As before; in addition the narrowing of a token is known to policies.
    """
CREATE OR REPLACE FUNCTION iportal.act_as_user(p_user uuid, p_role text, p_scope uuid[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
BEGIN
    PERFORM set_config('iportal.user_id', p_user::text, true);
    PERFORM set_config('iportal.token_customer_ids', coalesce(p_scope::text, ''), true);
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
END $$""",
)

DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Numbers are given at commit, one transaction after the other: whoever reads number n has seen
# every lower number that will ever be, although transactions overlap.
FEED = (
    f"""
CREATE FUNCTION iportal.tell_document() RETURNS trigger
LANGUAGE plpgsql {DEFINER} SET lock_timeout = '20s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({FEED_LOCK});
    INSERT INTO document_changes (change, document_id, customer_id, at)
    VALUES (NEW.state, NEW.id, NEW.customer_id,
            CASE TG_OP WHEN 'INSERT' THEN NEW.published_at ELSE now() END);
    RETURN NULL;
END $$""",
    f"""
CREATE FUNCTION iportal.tell_access(p_user uuid, p_customer uuid) RETURNS void
LANGUAGE plpgsql {DEFINER} SET lock_timeout = '20s' AS $$
DECLARE
    before boolean;
    after boolean;
BEGIN
    PERFORM pg_advisory_xact_lock({FEED_LOCK});
    SELECT EXISTS (SELECT FROM document_access a
                   WHERE a.user_id = p_user AND a.customer_id = p_customer) INTO before;
    SELECT EXISTS (SELECT FROM memberships m
                   WHERE m.user_id = p_user AND m.customer_id = p_customer
                     AND (m.expires_on IS NULL OR m.expires_on >= current_date)) INTO after;
    IF before = after THEN
        RETURN;
    END IF;
    INSERT INTO document_changes (change, document_id, customer_id, user_id)
    SELECT CASE WHEN after THEN 'access_granted' ELSE 'access_revoked' END,
           d.id, d.customer_id, p_user
    FROM documents d
    WHERE d.customer_id = p_customer AND d.state = 'published'
    ORDER BY d.published_at, d.id;
    IF after THEN
        INSERT INTO document_access VALUES (p_user, p_customer, nextval('document_changes_seq'));
    ELSE
        DELETE FROM document_access a WHERE a.user_id = p_user AND a.customer_id = p_customer;
    END IF;
END $$""",
    f"""
CREATE FUNCTION iportal.tell_membership() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM iportal.tell_access(OLD.user_id, OLD.customer_id);
    ELSE
        PERFORM iportal.tell_access(NEW.user_id, NEW.customer_id);
    END IF;
    RETURN NULL;
END $$""",
    f"""
CREATE FUNCTION iportal.tell_expired() RETURNS bigint
LANGUAGE sql {DEFINER} AS $$
    SELECT count(iportal.tell_access(a.user_id, a.customer_id)::text)
    FROM document_access a
    WHERE NOT EXISTS (SELECT FROM memberships m
                      WHERE m.user_id = a.user_id AND m.customer_id = a.customer_id
                        AND (m.expires_on IS NULL OR m.expires_on >= current_date))
$$""",
)
FEED_TRIGGERS = (
    "CREATE CONSTRAINT TRIGGER tell_published AFTER INSERT ON documents"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION iportal.tell_document()",
    "CREATE CONSTRAINT TRIGGER tell_state AFTER UPDATE OF state ON documents"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)"
    " EXECUTE FUNCTION iportal.tell_document()",
    "CREATE CONSTRAINT TRIGGER tell_access AFTER INSERT OR UPDATE OR DELETE ON memberships"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION iportal.tell_membership()",
)
BACKFILL = (
    "SET LOCAL ROLE iportal_keeper",
    "INSERT INTO document_changes (change, document_id, customer_id, at)"
    " SELECT 'published', id, customer_id, published_at FROM documents ORDER BY published_at, id",
    "INSERT INTO document_changes (change, document_id, customer_id)"
    " SELECT state, id, customer_id FROM documents WHERE state <> 'published' ORDER BY id",
    "INSERT INTO document_access SELECT user_id, customer_id, 0 FROM memberships"
    " WHERE expires_on IS NULL OR expires_on >= current_date",
    "RESET ROLE",
)

TAGS = (
    """
CREATE FUNCTION iportal.new_id() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    bytes bytea := uuid_send(gen_random_uuid());
    moment bytea := int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint);
BEGIN
    -- A random UUID made a UUIDv7 (RFC 9562): 48 bits of time in front, 7 as its version.
    bytes := substring(moment FROM 3) || substring(bytes FROM 7);
    bytes := set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112);
    RETURN encode(bytes, 'hex')::uuid;
END $$""",
    # A tag that is deleted is kept for a while with the documents it was on.
    f"""
CREATE FUNCTION iportal.keep_tag() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    INSERT INTO deleted_tags (id, account_id, name, color, document_ids)
    VALUES (OLD.id, OLD.account_id, OLD.name, OLD.color,
            ARRAY(SELECT document_id FROM document_tags WHERE tag_id = OLD.id));
    RETURN OLD;
END $$""",
    f"""
CREATE FUNCTION iportal.return_tag() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
    marked uuid[];
BEGIN
    DELETE FROM deleted_tags WHERE id = NEW.id RETURNING document_ids INTO marked;
    INSERT INTO document_tags (document_id, tag_id, customer_id, slot)
    SELECT d.id, NEW.id, d.customer_id, free.slot
    FROM documents d
    JOIN customers c ON c.id = d.customer_id AND c.account_id = NEW.account_id
    CROSS JOIN LATERAL (
        SELECT min(s) AS slot FROM generate_series(1, 4) s
        WHERE NOT EXISTS (SELECT FROM document_tags t WHERE t.document_id = d.id AND t.slot = s)
    ) free
    WHERE d.id = ANY (marked) AND free.slot IS NOT NULL;
    RETURN NULL;
END $$""",
    # Tags go along with a customer number: all of them with the last one of an account, else those
    # that are on its documents. Where the other account has one of that name, it is used.
    f"""
CREATE FUNCTION iportal.take_tags_along() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
    last boolean;
BEGIN
    SELECT NOT EXISTS (SELECT FROM customers c WHERE c.account_id = OLD.account_id) INTO last;
    INSERT INTO tags (id, account_id, name, color)
    SELECT iportal.new_id(), NEW.account_id, t.name, t.color
    FROM tags t
    WHERE t.account_id = OLD.account_id
      AND (last OR EXISTS (SELECT FROM document_tags d
                           WHERE d.tag_id = t.id AND d.customer_id = NEW.id))
    ON CONFLICT (account_id, lower(name)) DO NOTHING;
    UPDATE document_tags d SET tag_id = theirs.id
    FROM tags ours JOIN tags theirs
        ON theirs.account_id = NEW.account_id AND lower(theirs.name) = lower(ours.name)
    WHERE d.tag_id = ours.id AND d.customer_id = NEW.id AND ours.account_id = OLD.account_id;
    IF last THEN
        DELETE FROM tags WHERE account_id = OLD.account_id;
    END IF;
    RETURN NULL;
END $$""",
    f"""
CREATE FUNCTION iportal.forget_deleted_tags() RETURNS bigint LANGUAGE sql {DEFINER} AS $$
    WITH gone AS (
        DELETE FROM deleted_tags WHERE deleted_at < now() - interval '1 day' RETURNING 1
    ) SELECT count(*) FROM gone
$$""",
)
TAG_TRIGGERS = (
    "CREATE TRIGGER keep_tag BEFORE DELETE ON tags"
    " FOR EACH ROW EXECUTE FUNCTION iportal.keep_tag()",
    "CREATE TRIGGER return_tag AFTER INSERT ON tags"
    " FOR EACH ROW EXECUTE FUNCTION iportal.return_tag()",
    "CREATE TRIGGER take_tags_along AFTER UPDATE OF account_id ON customers"
    " FOR EACH ROW WHEN (OLD.account_id IS DISTINCT FROM NEW.account_id)"
    " EXECUTE FUNCTION iportal.take_tags_along()",
)

ARCHIVES = (
    f"""
CREATE FUNCTION iportal.expire_downloads() RETURNS SETOF uuid LANGUAGE sql {DEFINER} AS $$
    UPDATE downloads SET state = 'expired', object_key = NULL
    WHERE state = 'finished' AND expires_at < now()
    RETURNING id
$$""",
    f"""
CREATE FUNCTION iportal.known_archives(p_keys text[]) RETURNS SETOF text
LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT object_key FROM downloads WHERE object_key = ANY (p_keys)
$$""",
)
# Those that the app calls; the others only serve triggers.
CALLED = (
    "tell_expired()",
    "forget_deleted_tags()",
    "expire_downloads()",
    "known_archives(text[])",
)
KEPT_FUNCTIONS = (
    "tell_document()",
    "tell_access(uuid, uuid)",
    "tell_membership()",
    "keep_tag()",
    "return_tag()",
    "take_tags_along()",
    *CALLED,
)


def policies() -> list[str]:
    statements = []
    for table, (member, staff) in POLICIES.items():
        statements += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY member ON {table} TO iportal_app USING ({member})",
            f"CREATE POLICY staff ON {table} TO iportal_staff USING ({staff})",
        ]
    statements += [
        "DROP POLICY member ON downloads",
        f"CREATE POLICY member ON downloads TO iportal_app USING ({OWN_ARCHIVE})",
    ]
    statements += [f"CREATE POLICY keeper ON {t} TO iportal_keeper USING (true)" for t in KEPT]
    return statements


def hand_over() -> list[str]:
    """Give the functions to the keeper, who may make no others."""
    owned = [f"ALTER FUNCTION iportal.{name} OWNER TO iportal_keeper" for name in KEPT_FUNCTIONS]
    closed = [f"REVOKE ALL ON FUNCTION iportal.{name} FROM PUBLIC" for name in KEPT_FUNCTIONS]
    called = [f"GRANT EXECUTE ON FUNCTION iportal.{name} TO iportal_base" for name in CALLED]
    return [
        *closed,
        *called,
        "GRANT CREATE ON SCHEMA iportal TO iportal_keeper",
        *owned,
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_keeper",
    ]


def upgrade() -> None:
    columns()
    feed_tables()
    other_tables()
    for statement in (*KEEPER, *PRINCIPAL, *policies(), *FEED, *TAGS, *ARCHIVES, *BACKFILL):
        op.execute(statement)
    # Whoever makes a trigger must be able to call its function: hence before these are closed.
    for statement in (*FEED_TRIGGERS, *TAG_TRIGGERS, *hand_over()):
        op.execute(statement)


def downgrade() -> None:
    for trigger, table in (
        ("tell_published", "documents"),
        ("tell_state", "documents"),
        ("tell_access", "memberships"),
        ("keep_tag", "tags"),
        ("return_tag", "tags"),
        ("take_tags_along", "customers"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for name in (*KEPT_FUNCTIONS, "new_id()", "act_as_requester(uuid, uuid[])"):
        op.execute(f"DROP FUNCTION iportal.{name}")
    for table in KEPT:
        op.execute(f"DROP POLICY keeper ON {table}")
    op.execute("DROP POLICY member ON downloads")
    op.execute(f"CREATE POLICY member ON downloads TO iportal_app USING ({OWN})")
    for table in POLICIES:
        op.drop_table(table)
    op.execute("DROP SEQUENCE document_changes_seq")
    for table, names in {
        "document_contents": ("contract", "reference"),
        "downloads": ("sha256", "customer_ids", "document_ids", "scope_ids"),
        "outbox": ("user_id",),
    }.items():
        for name in names:
            op.drop_column(table, name)
