"""What users keep for their own work: saved views, and tags that may still be restored."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class DeletedTag(Base):
    """A tag that was deleted, with the documents it was on; restored within a day or forgotten."""

    __tablename__ = "deleted_tags"

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    color: Mapped[str]
    document_ids: Mapped[list[UUID]]
    deleted_at: Mapped[CreatedAt]


class SavedView(Base):
    """A filter of the documents list under a name; `query` is kept as the client wrote it."""

    __tablename__ = "saved_views"
    __table_args__ = (
        Index("uq_saved_views_user_id_name", "user_id", text("lower(name)"), unique=True),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[CreatedAt]
