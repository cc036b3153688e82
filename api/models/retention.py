"""What keeps documents beyond their time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class LegalHold(Base):
    """A document, or all of a customer number, must not be purged until this is released."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint("num_nonnulls(customer_id, document_id) = 1", name="one_subject"),
        Index(None, "customer_id"),
        Index(None, "document_id"),
    )

    id: Mapped[Key]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[CreatedAt]
    released_by: Mapped[str | None]
    released_at: Mapped[datetime | None]
