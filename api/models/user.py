"""People, their sessions, their programs' tokens, and the invitations that make them users."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from api.core.settings import Language
from api.models.base import Base, CreatedAt, Key


class User(Base):
    """A person. Without a password the account is not active yet; the address is the user name."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('customer', 'staff')", name="role"),
        CheckConstraint("state IN ('invited', 'active', 'disabled')", name="state"),
        CheckConstraint(
            "notification_frequency IN ('each', 'daily', 'weekly', 'none')",
            name="notification_frequency",
        ),
        Index("ix_users_recovery_email", text("lower(recovery_email)")),
    )

    id: Mapped[Key]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str] = mapped_column(server_default="")
    last_name: Mapped[str] = mapped_column(server_default="")
    language: Mapped[Language] = mapped_column(Text)
    role: Mapped[str] = mapped_column(server_default="customer")
    state: Mapped[str] = mapped_column(server_default="invited")
    # Read by functions of the database alone, where signing in needs them.
    password_hash: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=True)
    recovery_email: Mapped[str | None]
    recovery_email_verified_at: Mapped[datetime | None]
    totp_secret: Mapped[bytes | None] = mapped_column(deferred=True, deferred_raiseload=True)
    totp_confirmed_at: Mapped[datetime | None]
    # The newest step that was used: none before it is accepted any more (M1, M2).
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    # Steps still to come that a hint about the clock has given away; they no longer count.
    totp_refused_steps: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    # After a reset through the recovery mailbox, that mailbox does not replace the app (R4).
    recovery_blocked_until: Mapped[datetime | None]
    # How often this person wants to be told of new documents.
    notification_frequency: Mapped[str] = mapped_column(server_default="each")
    # The last mail that did not reach their address, until they have seen it or changed it.
    mail_failed_at: Mapped[datetime | None]
    mail_failure: Mapped[str | None]
    mfa_postponed_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    # They are gone as soon as the mails about it have left.
    erasure_asked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class BrowserSession(Base):
    """A signed-in browser. Only the SHA-256 of its cookie is kept (S1)."""

    __tablename__ = "sessions"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
    last_seen_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    proved_at: Mapped[CreatedAt]
    network_address: Mapped[str | None]
    user_agent: Mapped[str | None]


class ApiToken(Base):
    """A program's credential: hashed, scoped, expiring, narrowed to customer numbers if wanted."""

    __tablename__ = "api_tokens"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    customer_ids: Mapped[list[UUID] | None]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Invitation(Base):
    """A link that lets its addressee choose a password, or take over as main contact.

    The token is derived from the id, so only its hash is stored. One row per mailed invitation:
    all stay valid until used, revoked or expired. `role` is what it offers beyond the account:
    that of main contact of the customer number, or a share in `account_id`; `keep_access` leaves
    the former main contact a grant.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("role IN ('main_contact', 'shared_user')", name="role"),
        Index(None, "user_id"),
        Index(None, "customer_id", postgresql_where=text("role = 'main_contact'")),
        Index(None, "document_id"),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    role: Mapped[str | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    keep_access: Mapped[bool] = mapped_column(server_default=text("false"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
