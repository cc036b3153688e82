"""Six-digit codes by e-mail: bound to user, purpose and what they are for, five tries (R1, R2).

The code is derived from its row's id, so that a mail which is sent again carries the same one; the
row keeps a keyed hash, since a plain one of six digits could be tried out.
"""

import hashlib
import hmac
import re
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import mails, throttle
from api.accounts.throttle import Attempt
from api.core import errors
from api.core.crypto import derived_key
from api.core.database import new_id
from api.core.errors import ErrorCode, Problem
from api.core.settings import Settings
from api.models import AccountMail, MailedCode, User

CodePurpose = Literal["enrolment", "recovery_email", "email", "mfa_recovery", "confirm_origin"]
LASTS = timedelta(minutes=10)
TRIES = 5
# A mailbox is not to be flooded by whoever knows the password.
MAX_MAILS = 20
MAILS_WINDOW = timedelta(hours=1)
SIX_DIGITS = re.compile(r"[0-9]{6}")


def code_of(settings: Settings, code_id: UUID) -> str:
    """The six digits of a code row."""
    key = derived_key(settings.secret_key.get_secret_value(), "mailed-code")
    digest = hmac.digest(key, str(code_id).encode(), "sha256")
    # 256 bits modulo a million: the bias is far below anything that could be used.
    return f"{int.from_bytes(digest) % 1_000_000:06d}"


def _hash(settings: Settings, user_id: UUID, purpose: str, binding: str, code: str) -> bytes:
    key = derived_key(settings.secret_key.get_secret_value(), "mailed-code-hash")
    bound = "\n".join([str(user_id), purpose, binding, code])
    return hmac.digest(key, bound.encode(), hashlib.sha256)


async def send_code(
    session: AsyncSession,
    settings: Settings,
    user: User,
    purpose: CodePurpose,
    *,
    binding: str,
    address: str,
    deliver: bool = True,
) -> None:
    """Mail a code to an address; one sent before for the same purpose no longer works.

    With `deliver=False` all is the same but for the mail. Raises `TOO_MANY_REQUESTS` after twenty
    codes within an hour.
    """
    await _refuse_flood(session, user.id)
    code_id = new_id()
    values = {
        "id": code_id,
        "binding": binding,
        "address": address,
        "code_hash": _hash(settings, user.id, purpose, binding, code_of(settings, code_id)),
        "failures": 0,
        "created_at": func.now(),
        "expires_at": func.now() + LASTS,
    }
    await session.execute(
        upsert(MailedCode)
        .values(user_id=user.id, purpose=purpose, **values)
        .on_conflict_do_update(index_elements=["user_id", "purpose"], set_=values)
    )
    if deliver:
        await mails.put_mail(
            session, user, "code", address, subject_id=code_id, parameters={"purpose": purpose}
        )


async def _refuse_flood(session: AsyncSession, user_id: UUID) -> None:
    sent = await session.scalar(
        select(func.count())
        .select_from(AccountMail)
        .where(
            AccountMail.user_id == user_id,
            AccountMail.kind == "code",
            AccountMail.created_at > func.now() - MAILS_WINDOW,
        )
    )
    if (sent or 0) >= MAX_MAILS:
        wait = str(int(MAILS_WINDOW.total_seconds()))
        raise Problem(errors.TOO_MANY_REQUESTS, headers={"Retry-After": wait})


async def check_mailed_code(
    session: AsyncSession,
    settings: Settings,
    user_id: UUID,
    purpose: CodePurpose,
    code: str,
    attempt: Attempt,
    error: ErrorCode,
    *,
    binding: str | None = None,
) -> str:
    """Use a mailed code up and return the address it was sent to, or raise the refusal.

    Without a `binding` the code is bound to the address it was sent to.
    """
    await throttle.enter(session, attempt)
    row = await session.scalar(
        select(MailedCode)
        .where(
            MailedCode.user_id == user_id,
            MailedCode.purpose == purpose,
            MailedCode.expires_at > func.now(),
            MailedCode.failures < TRIES,
        )
        .with_for_update()
    )
    if row is None or not _fits(settings, row, code, binding):
        if row is not None:
            await session.execute(
                update(MailedCode)
                .where(MailedCode.id == row.id)
                .values(failures=MailedCode.failures + 1)
            )
        raise await throttle.failure(session, attempt, error)
    await session.execute(delete(MailedCode).where(MailedCode.id == row.id))
    await throttle.clear(session, attempt)
    return row.address


def _fits(settings: Settings, row: MailedCode, code: str, binding: str | None) -> bool:
    bound = row.address if binding is None else binding
    if not SIX_DIGITS.fullmatch(code):
        return False
    return hmac.compare_digest(
        _hash(settings, row.user_id, row.purpose, bound, code), row.code_hash
    )


async def drop_codes(session: AsyncSession, user_id: UUID) -> None:
    """Forget every code of a user, as a new password does."""
    await session.execute(delete(MailedCode).where(MailedCode.user_id == user_id))
