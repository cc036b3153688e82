"""Customer numbers, the accounts they belong to, and who may see them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class Account(Base):
    """The customer numbers of one main contact taken together; tags belong to it."""

    __tablename__ = "accounts"

    id: Mapped[Key]
    created_at: Mapped[CreatedAt]


class Customer(Base):
    """A customer number of the issuer, and how its documents are announced.

    `issued_contact` and `issued_language` are what the issuer last sent, so that a nightly upsert
    reverts neither a hand-over, nor a changed address, nor the language that a main contact chose;
    without an `issued_language` nothing was sent since this is kept. `post_since` is the day from
    which documents go by post, where the channel says that they do.
    """

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("notification_mode IN ('link', 'attachment')", name="notification_mode"),
        CheckConstraint("channel IN ('portal', 'post', 'portal_and_post')", name="channel"),
        Index(None, "account_id"),
    )

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    vat_number: Mapped[str | None]
    language: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default="portal")
    post_since: Mapped[date] = mapped_column(server_default=text("current_date"))
    notification_mode: Mapped[str] = mapped_column(server_default="link")
    issued_contact: Mapped[dict[str, Any]]
    issued_language: Mapped[str | None]
    # When the main contact last saw with whom it is shared; None for a number that is new to them.
    sharing_reviewed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Membership(Base):
    """A person's access to a customer number: the main contact's, or one that was shared."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role IN ('main_contact', 'shared_user')", name="role"),
        Index(
            "uq_memberships_main_contact",
            "customer_id",
            unique=True,
            postgresql_where=text("role = 'main_contact'"),
        ),
        Index(None, "customer_id"),
    )

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    customer_id: Mapped[UUID] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str]
    expires_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]


class SharedUser(Base):
    """A person with whom an account is shared, under the name its main contact gave.

    Their grants are memberships; without any they stay in the list until they are deleted.
    """

    __tablename__ = "shared_users"
    __table_args__ = (UniqueConstraint("account_id", "user_id"),)

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    first_name: Mapped[str] = mapped_column(server_default="")
    last_name: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[CreatedAt]
