"""Webhooks: where the issuer's programs are told of what happens, and what became of each call."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class Webhook(Base):
    """A URL that is called when one of its events happens.

    While calls fail it rests until `rest_until`; `paused_at` is set when the portal gave it up.
    """

    __tablename__ = "webhooks"

    id: Mapped[Key]
    url: Mapped[str]
    description: Mapped[str]
    events: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    sealed_secret: Mapped[bytes]
    created_at: Mapped[CreatedAt]
    failing_since: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One event to tell one webhook of; its id is the message's, however often it is sent.

    It names a document, and for `delivery.refused` the delivery too; for a test neither.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
        Index(None, "webhook_id", "id"),
        Index(
            "ix_webhook_deliveries_waiting",
            "webhook_id",
            text("coalesce(next_try_at, created_at)"),
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "document_id", postgresql_where=text("document_id IS NOT NULL")),
        Index(None, "delivery_id", postgresql_where=text("delivery_id IS NOT NULL")),
    )

    id: Mapped[Key]
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event: Mapped[str]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    delivery_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE")
    )
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    response_status: Mapped[int | None]
    next_try_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    delivered_at: Mapped[datetime | None]
