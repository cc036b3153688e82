"""Archives that users asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class Download(Base):
    """A ZIP requested by a user, built in the background as that user.

    `scope_ids` are the customer numbers of the token that asked, if it was narrowed to some.
    `document_ids` are those asked for, and once it is built those in it; `customer_ids` are whose
    they are: row-level security shows the archive only to who may still see all of them.
    """

    __tablename__ = "downloads"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'finished', 'failed', 'cancelled', 'expired')",
            name="state",
        ),
        Index(None, "user_id", "id"),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(server_default="queued")
    selection: Mapped[dict[str, Any]]
    scope_ids: Mapped[list[UUID] | None]
    document_ids: Mapped[list[UUID]] = mapped_column(server_default="{}")
    customer_ids: Mapped[list[UUID]] = mapped_column(server_default="{}")
    formats: Mapped[list[str]]
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    object_key: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None]
    error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
