"""What happened to documents, for programs that ask what is new."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt


class DocumentChange(Base):
    """A line of the change feed, written by triggers when the transaction commits.

    `user_id` is set where the change concerns one person: access that was granted or revoked.
    """

    __tablename__ = "document_changes"
    __table_args__ = (
        CheckConstraint(
            "change IN ('published', 'replaced', 'withdrawn', 'access_granted', 'access_revoked')",
            name="change",
        ),
        CheckConstraint(
            "(user_id IS NOT NULL) = (change IN ('access_granted', 'access_revoked'))",
            name="concerned",
        ),
        Index(None, "document_id"),
        Index(None, "customer_id", "seq", postgresql_where=text("user_id IS NULL")),
        Index(None, "user_id", "seq", postgresql_where=text("user_id IS NOT NULL")),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        server_default=text("nextval('document_changes_seq')"),
    )
    change: Mapped[str]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    at: Mapped[CreatedAt]


class DocumentAccess(Base):
    """Whose access the feed has told, and since which number; earlier changes are not theirs."""

    __tablename__ = "document_access"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[int] = mapped_column(BigInteger)
