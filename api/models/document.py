"""Documents, their files and content, and what people attach to them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key

# Cents; an absent amount sorts below every other. A bigint, because comparing `numeric` is not
# leakproof, so row-level security would keep it out of index conditions.
AMOUNT_KEY = "coalesce((round(amount_incl_vat * 100))::bigint, '-9223372036854775808'::bigint)"

CONTRACT = "(content -> 'references' ->> 'contract')"
REFERENCE = (
    "coalesce(content -> 'references' ->> 'buyer_reference',"
    " content -> 'references' ->> 'purchase_order')"
)


class Document(Base):
    """An invoice, a credit note or another document of a customer number.

    The row is narrow, since lists read many; what only the detail needs is `DocumentContent`.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("kind IN ('invoice', 'credit_note', 'other')", name="kind"),
        CheckConstraint("state IN ('published', 'replaced', 'withdrawn')", name="state"),
        Index(None, "customer_id", "issue_date", "id"),
        Index(None, "customer_id", "number", "id"),
        Index(None, "customer_id", "amount_key", "id"),
        Index(None, "customer_id", "kind", "issue_date", "id"),
        # For those who see all customers.
        Index(None, "issue_date", "id"),
        Index(None, "number", "id"),
        Index(None, "amount_key", "id"),
        Index(None, "kind", "issue_date", "id"),
        Index(None, "replaced_by_id", postgresql_where=text("replaced_by_id IS NOT NULL")),
    )

    id: Mapped[Key]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str]
    number: Mapped[str]
    title: Mapped[str | None]
    issue_date: Mapped[date]
    due_date: Mapped[date | None]
    currency: Mapped[str | None]
    amount_excl_vat: Mapped[Decimal | None]
    vat_amount: Mapped[Decimal | None]
    amount_incl_vat: Mapped[Decimal | None]
    amount_key: Mapped[int] = mapped_column(BigInteger, Computed(AMOUNT_KEY, persisted=True))
    state: Mapped[str] = mapped_column(server_default="published")
    has_pdf: Mapped[bool]
    has_ubl: Mapped[bool]
    published_at: Mapped[CreatedAt]
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))


class DocumentContent(Base):
    """What the detail shows beyond the list's columns, and the words that find the document."""

    __tablename__ = "document_contents"
    __table_args__ = (
        Index(None, "customer_id"),
        Index(None, "search", postgresql_using="gin"),
    )

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    content: Mapped[dict[str, Any]]
    validation: Mapped[dict[str, Any] | None]
    seal: Mapped[dict[str, Any] | None]
    search: Mapped[str] = mapped_column(TSVECTOR)
    contract: Mapped[str | None] = mapped_column(Computed(CONTRACT, persisted=True))
    reference: Mapped[str | None] = mapped_column(Computed(REFERENCE, persisted=True))


search_words = Table(
    "search_words",
    Base.metadata,
    Column("word", Text(collation="C"), nullable=False),
    Index(None, "word"),
)
"""The words of all documents (see its migration); a trigger fills it, its functions alone read it.

Two who publish may both add a new word, so nothing keeps it from being there twice.
"""


class DocumentFile(Base):
    """A stored file: the object's key is ours, its SHA-256 is checked on reading (D4)."""

    __tablename__ = "document_files"
    __table_args__ = (
        CheckConstraint("kind IN ('pdf', 'ubl')", name="kind"),
        Index(None, "customer_id"),
    )

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    object_key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)


class DocumentRegister(Base):
    """What publishing needs to know of a document that it may not read: number and digests.

    One row per kind and number within the issuer; it names the document that now carries them.
    """

    __tablename__ = "document_register"

    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(unique=True)
    customer_id: Mapped[UUID]
    upload_digest: Mapped[bytes]
    state: Mapped[str]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    published_at: Mapped[CreatedAt]


class IdempotencyKey(Base):
    """A publisher's `Idempotency-Key`, and the request it stood for (X2)."""

    __tablename__ = "idempotency_keys"

    credential_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_digest: Mapped[bytes]
    created_at: Mapped[CreatedAt]


class DocumentRead(Base):
    """The user has consulted the document."""

    __tablename__ = "document_reads"
    __table_args__ = (Index(None, "document_id"),)

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    read_at: Mapped[CreatedAt]


class Tag(Base):
    """A label of an account: a name of at most 20 characters, and a colour."""

    __tablename__ = "tags"
    __table_args__ = (
        CheckConstraint("char_length(name) BETWEEN 1 AND 20", name="name"),
        CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name="color"),
        Index("uq_tags_account_id_name", "account_id", text("lower(name)"), unique=True),
    )

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    color: Mapped[str]
    created_at: Mapped[CreatedAt]


class DocumentTag(Base):
    """A tag on a document. `slot` is 1 to 4, which makes a fifth tag impossible."""

    __tablename__ = "document_tags"
    __table_args__ = (
        CheckConstraint("slot BETWEEN 1 AND 4", name="slot"),
        UniqueConstraint("document_id", "slot"),
        Index(None, "tag_id", "document_id"),
        Index(None, "customer_id"),
    )

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[UUID] = mapped_column(
        ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    slot: Mapped[int]
