"""Mails about an account: codes, links and news of changes, each a row sent through the outbox."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from babel.dates import format_datetime
from sqlalchemy import func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.accounts.addresses import address_key
from api.accounts.people import find_person, note_unreachable
from api.core.database import new_id
from api.core.i18n import LOCALES
from api.core.settings import Language
from api.models import AccountMail, User
from api.outbox import Job

MailKind = Literal[
    "code",
    "password_reset",
    "invitation",
    "change",
    "new_device",
    "sharing",
    "main_contact",
    "handed_over",
    "question",
    "paper_request",
]
Change = Literal[
    "password_changed",
    "password_reset",
    "email_changed",
    "recovery_email_changed",
    "mfa_enabled",
    "mfa_disabled",
    "mfa_recovered",
    "token_created",
    "token_revoked",
    "passkey_added",
    "passkey_removed",
    "erasure_asked",
]


async def put_mail(
    session: AsyncSession,
    user: User,
    kind: MailKind,
    recipient: str,
    *,
    subject_id: UUID | None = None,
    parameters: dict[str, Any] | None = None,
) -> None:
    """Send one mail about a user's account, once this transaction is committed.

    It names the account's address, since it may go to another one.
    """
    mail_id = new_id()
    await session.execute(
        insert(AccountMail).values(
            id=mail_id,
            kind=kind,
            user_id=user.id,
            recipient=recipient,
            subject_id=subject_id,
            parameters={"account": user.email, **(parameters or {})},
        )
    )
    await outbox.put(session, Job.SEND_ACCOUNT_MAIL, mail_id)


async def announce(
    session: AsyncSession, user: User, change: Change, *former: str, **parameters: str
) -> None:
    """Tell a change of credentials to all addresses of the user (R9), `former` ones included."""
    known = {address_key(address): address for address in (*own_addresses(user), *former)}
    for address in known.values():
        await put_mail(
            session, user, "change", address, parameters={"change": change, **parameters}
        )


def own_addresses(user: User) -> list[str]:
    """The address that signs in, and the recovery address once it is verified."""
    verified = user.recovery_email if user.recovery_email_verified_at is not None else None
    return [user.email, *([verified] if verified else [])]


async def find_user(session: AsyncSession, user_id: UUID, *, lock: bool = False) -> User:
    """The user's row as it is now; with `lock` nobody else changes it in the meantime."""
    user = await find_person(session, user_id, lock=lock)
    if user is None:
        raise LookupError("no such user")
    return user


async def settle_mail(
    session: AsyncSession, mail_id: UUID, state: str, error: str | None = None
) -> None:
    """Write down how the sending ended."""
    sent_at = {"sent_at": func.now()} if state == "sent" else {}
    mail = (
        await session.execute(
            update(AccountMail)
            .where(AccountMail.id == mail_id)
            .values(state=state, last_error=error, **sent_at)
            .returning(AccountMail.user_id, AccountMail.recipient)
        )
    ).one_or_none()
    if mail is not None and state == "refused":
        await note_unreachable(session, mail.user_id, mail.recipient, error)


def moment(language: Language, at: datetime) -> str:
    """An instant as mails tell it, in UTC."""
    return format_datetime(at.astimezone(UTC), "d MMMM y, HH:mm 'UTC'", locale=LOCALES[language])
