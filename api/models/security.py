"""What sign-in remembers: failed tries, known devices, challenges, codes, passkeys, mails.

Nothing here is a secret that works by itself: tokens and codes are kept as hashes, seeds sealed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.models.base import Base, CreatedAt, Key


class FailedAttempt(Base):
    """A wrong password or code, counted for throttling (P5, M7).

    `account` is a hash, so that an address without an account is counted like any other. A try from
    a device that the account knows is counted apart: `device` is then its hash (P6).
    """

    __tablename__ = "failed_attempts"
    __table_args__ = (
        CheckConstraint("kind IN ('password', 'code', 'mailed_code')", name="kind"),
        Index(None, "account", "kind", "at"),
        Index(None, "network", "at"),
        Index(None, "at"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    account: Mapped[bytes]
    device: Mapped[bytes | None]
    network: Mapped[str]
    at: Mapped[CreatedAt]


class PublicCalls(Base):
    """How often a network has called a public route since the window began."""

    __tablename__ = "public_calls"
    __table_args__ = (Index(None, "since"),)

    route: Mapped[str] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[CreatedAt]
    calls: Mapped[int]


class KnownDevice(Base):
    """A browser in which the user has signed in before."""

    __tablename__ = "known_devices"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[CreatedAt]


class SignInChallenge(Base):
    """A half sign-in: the password was right, or a passkey is being used.

    The signed token names this row, which is consumed on success. After the recovery code it holds
    the sealed new seed until the app's code confirms it.
    """

    __tablename__ = "sign_in_challenges"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('mfa', 'recover', 'passkey', 'passkey_registration')", name="purpose"
        ),
        Index(None, "user_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    recovery_until: Mapped[datetime | None]
    consumed_at: Mapped[datetime | None]
    totp_secret: Mapped[bytes | None]


class MailedCode(Base):
    """A six-digit code on its way to a mailbox; asking again replaces it (R1, R2)."""

    __tablename__ = "mailed_codes"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    binding: Mapped[str]
    address: Mapped[str]
    code_hash: Mapped[bytes]
    failures: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]


class PasswordReset(Base):
    """A mailed link to choose a new password; only the newest works, and once (R6)."""

    __tablename__ = "password_resets"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    through_recovery: Mapped[bool]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class MfaEnrolment(Base):
    """How far a user is in the wizard: the code is on its way, or the seed was shown (M5)."""

    __tablename__ = "mfa_enrolments"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    recovery_email: Mapped[str]
    totp_secret: Mapped[bytes | None]
    created_at: Mapped[CreatedAt]


class Passkey(Base):
    """A WebAuthn credential: the public key of an authenticator."""

    __tablename__ = "passkeys"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[datetime | None]


class MailRequest(Base):
    """Somebody asked for a mail to an address that may or may not be known.

    The request only adds this row, so its answer tells nothing; a job looks who is meant (P4).
    """

    __tablename__ = "mail_requests"
    __table_args__ = (
        CheckConstraint("kind IN ('password_reset', 'invitation')", name="kind"),
        Index(None, "network", "created_at"),
        Index(None, "address", "created_at"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    address: Mapped[str]
    network: Mapped[str]
    created_at: Mapped[CreatedAt]


class AccountMail(Base):
    """One mail about an account, to one of its addresses.

    It holds no secret: codes and links are derived from `subject_id` when the mail is composed.
    """

    __tablename__ = "account_mails"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('code', 'password_reset', 'invitation', 'change', 'new_device',"
            " 'sharing', 'main_contact', 'handed_over', 'question', 'paper_request')",
            name="kind",
        ),
        CheckConstraint(
            "state IN ('waiting', 'sent', 'refused', 'dropped', 'bounced')", name="state"
        ),
        Index(None, "user_id", "created_at"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    recipient: Mapped[str]
    subject_id: Mapped[UUID | None]
    parameters: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
