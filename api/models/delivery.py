"""What has to leave the portal: the outbox of jobs, and the mails it makes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class OutboxEntry(Base):
    """A job to do, written in the transaction that makes it necessary.

    The queue only carries ids of these rows; a flushed queue is filled again from here.
    `fence` grows with every claim: a worker whose lease has passed can no longer write.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'dead')", name="state"),
        Index(None, "due_at", postgresql_where=text("state = 'waiting'")),
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
    """One mail to one person about one document, or an invitation of its own."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("kind IN ('notification', 'invitation')", name="kind"),
        CheckConstraint("state IN ('waiting', 'sent', 'refused', 'dropped')", name="state"),
        UniqueConstraint("document_id", "user_id", "kind"),
        Index(None, "customer_id"),
        Index(None, "user_id"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    invitation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("invitations.id", ondelete="SET NULL")
    )
    state: Mapped[str] = mapped_column(server_default="waiting")
    recipient: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
