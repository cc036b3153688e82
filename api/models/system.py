"""The record of what happened."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class AuditEvent(Base):
    """Something that happened, never changed afterwards (D7).

    With a document it is a line of that document's history; without one it is audit only.
    `actor` is the name shown, kept as it was at that moment.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "document_id", "id"),
        Index(None, "customer_id", "id"),
        # For staff, who look for what somebody did, or for what happened seldom.
        Index(None, "actor_user_id", "id"),
        Index(None, "event", "id"),
    )

    id: Mapped[Key]
    at: Mapped[CreatedAt]
    event: Mapped[str]
    actor_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    actor: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))
    detail: Mapped[dict[str, Any]]
