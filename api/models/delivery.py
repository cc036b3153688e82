"""What has to leave the portal: the outbox of jobs, and the mails it makes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key

URGENT_JOBS = (
    "job NOT IN ('announce_document', 'send_delivery', 'build_archive', 'build_print_batch',"
    " 'discard_archive', 'send_webhook')"
)
"""What is neither long nor one of thousands."""
WEBHOOK_JOBS = "job = 'send_webhook'"
"""Calls of webhooks, which come by the thousand too, and are each about a message of its own."""


class OutboxEntry(Base):
    """A job to do, written in the transaction that makes it necessary.

    The queue only carries ids of these rows; a flushed queue is filled again from here.
    `fence` grows with every claim: a worker whose lease has passed can no longer write.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'dead')", name="state"),
        Index(None, "due_at", postgresql_where=text("state = 'waiting'")),
        Index(
            "ix_outbox_urgent",
            "due_at",
            postgresql_where=text(f"state = 'waiting' AND {URGENT_JOBS}"),
        ),
        Index(
            "uq_outbox_cut_digest",
            "subject_id",
            unique=True,
            postgresql_where=text("job = 'cut_digest'"),
        ),
        Index(
            "uq_outbox_send_webhook",
            "subject_id",
            unique=True,
            postgresql_where=text(WEBHOOK_JOBS),
        ),
    )

    id: Mapped[Key]
    job: Mapped[str]
    subject_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    due_at: Mapped[CreatedAt]
    attempts: Mapped[int] = mapped_column(server_default="0")
    fence: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class Delivery(Base):
    """One person to be told of one document, by a mail of its own or in a digest.

    The link of the mail is derived from the id; its hash opens the document without signing in.
    `held` waits for the digest; `form` is how the mail told of it in the end.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("kind IN ('notification', 'invitation')", name="kind"),
        CheckConstraint(
            "state IN ('waiting', 'held', 'sent', 'refused', 'dropped', 'bounced')", name="state"
        ),
        CheckConstraint("form IN ('link', 'attachment', 'digest')", name="form"),
        UniqueConstraint("document_id", "user_id", "kind"),
        Index(None, "customer_id"),
        Index(None, "user_id"),
        Index(None, "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
        Index("ix_deliveries_held", "user_id", postgresql_where=text("state = 'held'")),
        Index("ix_deliveries_state_id", "state", "id"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    invitation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("invitations.id", ondelete="SET NULL")
    )
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("digests.id", ondelete="SET NULL"))
    form: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    recipient: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    link_hash: Mapped[bytes | None] = mapped_column(unique=True)
    link_expires_at: Mapped[datetime | None]
    link_revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]


class Digest(Base):
    """One mail that tells a person of all that was published since the last one."""

    __tablename__ = "digests"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'sent', 'refused', 'dropped', 'bounced')", name="state"
        ),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(server_default="waiting")
    recipient: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
