"""Paper: print batches for customers who are written to by post, and copies on request."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key

OPEN_PAPER_REQUEST = "state IN ('requested', 'priced', 'paid')"


class PrintBatch(Base):
    """Documents to be printed and posted together, as a ZIP of their PDFs with a manifest.

    `fetched_at` is when somebody last fetched the ZIP, `printed_at` when it was sent to print. The
    ZIP itself goes after a while (`object_key` is then null) and can be built again from the rows
    of its documents.
    """

    __tablename__ = "print_batches"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'finished', 'failed')", name="state"),
    )

    id: Mapped[Key]
    state: Mapped[str] = mapped_column(server_default="queued")
    published_until: Mapped[date | None]
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    object_key: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[bytes | None]
    error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]


class PrintBatchDocument(Base):
    """A document's place in the one print batch that it is in: its key allows no second."""

    __tablename__ = "print_batch_documents"
    __table_args__ = (Index(None, "batch_id", "position"),)

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("print_batches.id"))
    position: Mapped[int]


class PaperRequest(Base):
    """A main contact's wish for a copy on paper: priced by staff, paid in advance, then posted.

    `instructions` tell how to pay, `reason` why it was declined. A document has one open request
    at most.
    """

    __tablename__ = "paper_requests"
    __table_args__ = (
        CheckConstraint(
            "state IN ('requested', 'priced', 'paid', 'completed', 'cancelled', 'declined')",
            name="state",
        ),
        Index(None, "customer_id", "id"),
        Index(None, "document_id", "id"),
        Index(None, "state", "id"),
        Index(None, "user_id"),
        Index(
            "uq_paper_requests_open",
            "document_id",
            unique=True,
            postgresql_where=text(OPEN_PAPER_REQUEST),
        ),
    )

    id: Mapped[Key]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(server_default="requested")
    address: Mapped[str | None]
    message: Mapped[str | None]
    price: Mapped[Decimal | None]
    currency: Mapped[str | None]
    instructions: Mapped[str | None]
    reason: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[CreatedAt]
