"""Webhooks: what happens to documents is written down for them where it happens.

Triggers write a row for each webhook and its job into the transaction of the event, so that it is
told exactly if that is committed, whoever brought it about. Staff alone see the tables; the
triggers' functions belong to the keeper.

Revision ID: 2026_11_27_1300
Revises: 2026_11_27_1200
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1300"
down_revision = "2026_11_27_1200"
branch_labels = None
depends_on = None

TABLES = ("webhooks", "webhook_deliveries")
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks, webhook_deliveries TO iportal_staff",
    # To lock a row until the event is written takes the right to change a column of it.
    "GRANT SELECT (id, events, active), UPDATE (active) ON webhooks TO iportal_keeper",
    "GRANT SELECT (id), INSERT (id, webhook_id, event, document_id, delivery_id)"
    " ON webhook_deliveries TO iportal_keeper",
    "GRANT INSERT (id, job, subject_id) ON outbox TO iportal_keeper",
    "GRANT SELECT (id, failing_since, rest_until) ON webhooks TO iportal_relay",
    "GRANT SELECT (id, webhook_id, state, next_try_at, created_at)"
    " ON webhook_deliveries TO iportal_relay",
    "GRANT DELETE ON outbox TO iportal_relay",
)
POLICIES = {
    "staff": "TO iportal_staff USING (true)",
    "keeper": "TO iportal_keeper USING (true)",
    "relay": "FOR SELECT TO iportal_relay USING (true)",
}

# A webhook that is being deleted is waited for, and then left out. In this language a connection
# plans it once, and where there are no webhooks one look ends it.
TELL = f"""
CREATE FUNCTION iportal.tell_webhooks(p_event text, p_document uuid, p_delivery uuid) RETURNS void
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM webhooks w WHERE w.active AND p_event = ANY (w.events)) THEN
        RETURN;
    END IF;
    WITH told AS (
        INSERT INTO webhook_deliveries (id, webhook_id, event, document_id, delivery_id)
        SELECT iportal.new_id(), w.id, p_event, p_document, p_delivery
        FROM webhooks w WHERE w.active AND p_event = ANY (w.events)
        FOR KEY SHARE
        RETURNING id
    )
    INSERT INTO outbox (id, job, subject_id)
    SELECT iportal.new_id(), 'send_webhook', told.id FROM told;
END $$"""
TRIGGERED = (
    f"""
CREATE FUNCTION iportal.tell_webhooks_of_document() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    PERFORM iportal.tell_webhooks('document.' || NEW.state, NEW.id, NULL);
    RETURN NULL;
END $$""",
    f"""
CREATE FUNCTION iportal.tell_webhooks_of_refusal() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    PERFORM iportal.tell_webhooks('delivery.refused', NEW.document_id, NEW.id);
    RETURN NULL;
END $$""",
)
# Documents that are taken over with the date they had elsewhere are no news.
TRIGGERS = {
    "tell_webhooks_published": (
        "documents",
        "AFTER INSERT ON documents FOR EACH ROW"
        " WHEN (NEW.state = 'published' AND NEW.published_at > now() - interval '1 day')"
        " EXECUTE FUNCTION iportal.tell_webhooks_of_document()",
    ),
    "tell_webhooks_state": (
        "documents",
        "AFTER UPDATE OF state ON documents FOR EACH ROW"
        " WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state <> 'published')"
        " EXECUTE FUNCTION iportal.tell_webhooks_of_document()",
    ),
    "tell_webhooks_refused": (
        "deliveries",
        "AFTER UPDATE OF state ON deliveries FOR EACH ROW"
        " WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('refused', 'bounced')"
        " AND NEW.document_id IS NOT NULL)"
        " EXECUTE FUNCTION iportal.tell_webhooks_of_refusal()",
    ),
}
FUNCTIONS = (
    "tell_webhooks_of_document()",
    "tell_webhooks_of_refusal()",
    "tell_webhooks(text, uuid, uuid)",
)
URGENT = (
    "job NOT IN ('announce_document', 'send_delivery', 'build_archive', 'discard_archive',"
    " 'send_webhook')"
)
URGENT_BEFORE = (
    "job NOT IN ('announce_document', 'send_delivery', 'build_archive', 'discard_archive')"
)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _created_at() -> sa.Column[object]:
    now = sa.text("now()")
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False)


def _tables() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("events", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        _created_at(),
        *(_moment(name) for name in ("failing_since", "rest_until", "paused_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("response_status", sa.Integer(), nullable=True),
        _moment("next_try_at"),
        _created_at(),
        _moment("delivered_at"),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'failed')", name=op.f("ck_webhook_deliveries_state")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_webhook_deliveries_{column}"),
                ondelete="CASCADE",
            )
            for column, table in (
                ("webhook_id", "webhooks"),
                ("document_id", "documents"),
                ("delivery_id", "deliveries"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        op.f("ix_webhook_deliveries_webhook_id_id"), "webhook_deliveries", ["webhook_id", "id"]
    )
    op.create_index(
        "ix_webhook_deliveries_waiting",
        "webhook_deliveries",
        ["webhook_id", sa.text("coalesce(next_try_at, created_at)"), "id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    for column in ("document_id", "delivery_id"):
        op.create_index(
            op.f(f"ix_webhook_deliveries_{column}"),
            "webhook_deliveries",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def _secured() -> list[str]:
    statements = []
    for table in TABLES:
        statements += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            *(f"CREATE POLICY {name} ON {table} {rule}" for name, rule in POLICIES.items()),
        ]
    return statements


def _hand_over() -> list[str]:
    """Give the functions to the keeper, once the triggers that call them are there."""
    return [
        *(f"REVOKE ALL ON FUNCTION iportal.{name} FROM PUBLIC" for name in FUNCTIONS),
        "GRANT CREATE ON SCHEMA iportal TO iportal_keeper",
        *(f"ALTER FUNCTION iportal.{name} OWNER TO iportal_keeper" for name in FUNCTIONS),
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_keeper",
    ]


def _set_urgent(rule: str) -> None:
    """What waits in the outbox is little, so its index is soon made anew."""
    op.drop_index("ix_outbox_urgent", "outbox")
    op.create_index(
        "ix_outbox_urgent",
        "outbox",
        ["due_at"],
        postgresql_where=sa.text(f"state = 'waiting' AND {rule}"),
    )


def upgrade() -> None:
    _tables()
    for statement in (
        *GRANTS,
        *_secured(),
        "CREATE POLICY keeper ON outbox FOR INSERT TO iportal_keeper WITH CHECK (true)",
        TELL,
        *TRIGGERED,
        *(f"CREATE TRIGGER {name} {rule}" for name, (_, rule) in TRIGGERS.items()),
        *_hand_over(),
    ):
        op.execute(statement)
    op.create_index(
        "uq_outbox_send_webhook",
        "outbox",
        ["subject_id"],
        unique=True,
        postgresql_where=sa.text("job = 'send_webhook'"),
    )
    _set_urgent(URGENT)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE job = 'send_webhook'")
    op.drop_index("uq_outbox_send_webhook", "outbox")
    _set_urgent(URGENT_BEFORE)
    for name, (table, _) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION iportal.{name}")
    op.execute("DROP POLICY keeper ON outbox")
    op.execute("REVOKE ALL ON outbox FROM iportal_keeper")
    op.execute("REVOKE DELETE ON outbox FROM iportal_relay")
    for table in reversed(TABLES):
        op.drop_table(table)
