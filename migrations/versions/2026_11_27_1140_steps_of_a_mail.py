"""The two steps of a mail's job, one call each, begin and done; an index of what is urgent.

Both calls run with the rights of their caller, so row-level security holds as if the statements
came one by one.

Revision ID: 2026_11_27_1140
Revises: 2026_11_27_1130
"""

from alembic import op

revision = "2026_11_27_1140"
down_revision = "2026_11_27_1130"
branch_labels = None
depends_on = None

# Holds the job's row while its fence is the newest, lets its lease begin anew, counts the try
# (F19), and makes this transaction see the job's customer number and no other.
BEGIN_JOB = """
CREATE FUNCTION iportal.begin_job(p_id uuid, p_fence integer, p_lease interval)
RETURNS TABLE (id uuid, job text, subject_id uuid, customer_id uuid, user_id uuid,
               attempts integer, silent boolean)
LANGUAGE plpgsql ROWS 1 AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('iportal.claim_id', p_id::text, true);
    UPDATE outbox o SET due_at = now() + p_lease, attempts = o.attempts + 1
    WHERE o.id = p_id AND o.fence = p_fence AND o.state = 'waiting'
    RETURNING o.id, o.job, o.subject_id, o.customer_id, o.user_id, o.attempts - 1,
              o.last_error IS NULL
    INTO id, job, subject_id, customer_id, user_id, attempts, silent;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF customer_id IS NOT NULL THEN
        PERFORM iportal.act_for_customer(customer_id);
    END IF;
    -- A person who may see nothing any more is to be known all the same: their mail is dropped.
    IF job = 'send_delivery' THEN
        PERFORM iportal.concern_person(d.user_id) FROM deliveries d WHERE d.id = subject_id;
    END IF;
    RETURN NEXT;
END $$"""
# The mail has left: job, delivery and history together, or nothing when the job was handed on.
SETTLE_SENT = """
CREATE FUNCTION iportal.settle_sent(p_id uuid, p_fence integer, p_recipient text, p_form text,
                                    p_event uuid, p_actor text, p_detail jsonb)
RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    subject uuid;
    customer uuid;
    document uuid;
BEGIN
    PERFORM set_config('iportal.claim_id', p_id::text, true);
    DELETE FROM outbox o WHERE o.id = p_id AND o.fence = p_fence AND o.state = 'waiting'
    RETURNING o.subject_id, o.customer_id INTO subject, customer;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM iportal.act_for_customer(customer);
    UPDATE deliveries d
    SET state = 'sent', sent_at = now(), last_error = NULL, recipient = p_recipient,
        form = p_form, attempts = d.attempts + 1
    WHERE d.id = subject
    RETURNING d.document_id INTO document;
    IF FOUND THEN
        INSERT INTO audit_events (id, event, actor, customer_id, document_id, detail)
        VALUES (p_event, 'notified', p_actor, customer, document, p_detail);
    END IF;
    RETURN true;
END $$"""
URGENT = (
    "CREATE INDEX ix_outbox_urgent ON outbox (due_at) WHERE state = 'waiting' AND"
    " job NOT IN ('announce_document', 'send_delivery', 'build_archive', 'discard_archive')"
)
CALLED = (
    "begin_job(uuid, integer, interval)",
    "settle_sent(uuid, integer, text, text, uuid, text, jsonb)",
)


def upgrade() -> None:
    for statement in (
        BEGIN_JOB,
        SETTLE_SENT,
        URGENT,
        *(f"REVOKE ALL ON FUNCTION iportal.{name} FROM PUBLIC" for name in CALLED),
        *(f"GRANT EXECUTE ON FUNCTION iportal.{name} TO iportal_app" for name in CALLED),
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_outbox_urgent", "outbox")
    for name in CALLED:
        op.execute(f"DROP FUNCTION iportal.{name}")
