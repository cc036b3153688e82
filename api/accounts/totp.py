"""The authenticator app: RFC 6238 with SHA-1, 6 digits, 30 s (B6), each step good for once.

The seed of 160 bits is sealed for its user: put into another's row it opens nothing (M4).
"""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from time import time
from uuid import UUID

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import throttle
from api.accounts.people import secrets_of
from api.accounts.throttle import Attempt
from api.core.crypto import seal, unseal
from api.core.errors import ErrorCode
from api.core.settings import Settings
from api.models import User

SEED_PURPOSE = "totp-seed"
SEED_LENGTH = 32  # base32 characters: 160 bits
STEP_SECONDS = 30
WINDOW = 1
# A code that fits a clock so far off earns a hint, never a sign-in (F16).
HINT_STEPS = int(timedelta(minutes=6).total_seconds()) // STEP_SECONDS
SIX_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class NewSeed:
    """A seed to be shown once: its text, the URI for apps, the QR code as SVG, and sealed."""

    secret: str
    otpauth_uri: str
    qr_svg: str
    sealed: bytes


def new_seed(settings: Settings, user_id: UUID, email: str) -> NewSeed:
    """A new seed for a user's app, named after the issuer and the account."""
    secret = pyotp.random_base32(SEED_LENGTH)
    uri = otpauth_uri(secret, settings.issuer.name, email)
    return NewSeed(secret, uri, qr_svg(uri), seal_seed(settings, user_id, secret))


def otpauth_uri(secret: str, issuer: str, email: str) -> str:
    """The Key URI that apps read; all parameters are spelled out, defaults included."""
    uri: str = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)
    spelled = {"algorithm": "SHA1", "digits": "6", "period": str(STEP_SECONDS)}
    missing = [f"{name}={value}" for name, value in spelled.items() if f"{name}=" not in uri]
    return "&".join([uri, *missing])


def qr_svg(text: str) -> str:
    """A QR code as SVG: black on white whatever the page's colours, with its quiet zone."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, scale=4, light="#fff", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()


def seal_seed(settings: Settings, user_id: UUID, secret: str) -> bytes:
    """The seed as it is kept."""
    key = settings.secret_key.get_secret_value()
    return seal(key, SEED_PURPOSE, str(user_id), secret.encode())


def _open_seed(settings: Settings, user_id: UUID, sealed: bytes | None) -> str | None:
    key = settings.secret_key.get_secret_value()
    opened = unseal(key, SEED_PURPOSE, str(user_id), sealed) if sealed else None
    return opened.decode() if opened else None


def _step_of(secret: str, code: str, now: float, window: int) -> int | None:
    """The step whose code this is; pyotp alone would take the digits of any script."""
    if not SIX_DIGITS.fullmatch(code):
        return None
    try:
        step: int = pyotp.TOTP(secret).verify_and_get_timecode(
            code, for_time=now, valid_window=window
        )
    except OTPVerificationError:
        return None
    return step


async def check_new_seed(
    session: AsyncSession,
    settings: Settings,
    user_id: UUID,
    sealed: bytes | None,
    code: str,
    attempt: Attempt,
    error: ErrorCode,
) -> int:
    """The step of a code from the app that has just read a new seed, or the refusal raised."""
    secret, now = _open_seed(settings, user_id, sealed), time()
    step = _step_of(secret, code, now, WINDOW) if secret else None
    if step is None:
        far = _step_of(secret, code, now, HINT_STEPS) if secret else None
        raise await throttle.failure(session, attempt, error, minutes_off=_minutes(far, now))
    return step


async def check_code(
    session: AsyncSession,
    settings: Settings,
    user: User,
    code: str,
    attempt: Attempt,
    error: ErrorCode,
) -> None:
    """Accept a code of the user's app once, or raise the refusal, which stays counted (M1–M3)."""
    sealed = (await secrets_of(session, user.id)).totp_secret
    secret, now = _open_seed(settings, user.id, sealed), time()
    step = _step_of(secret, code, now, WINDOW) if secret else None
    if secret is None or step is None:
        far = _step_of(secret, code, now, HINT_STEPS) if secret else None
        if far is not None:
            await _refuse_step(session, user.id, far)
        raise await throttle.failure(session, attempt, error, minutes_off=_minutes(far, now))
    if not await _use_step(session, user.id, step):
        # Steps used from the future tell that our own clock went back.
        ahead = user.totp_last_step if user.totp_last_step is not None else step
        minutes = _minutes(ahead, now) if ahead > _current(now) + WINDOW else None
        raise await throttle.failure(session, attempt, error, minutes_off=minutes)


async def _use_step(session: AsyncSession, user_id: UUID, step: int) -> bool:
    """Use up a step and all before it; of several tries at once, one succeeds."""
    used = await session.scalar(
        update(User)
        .where(
            User.id == user_id,
            or_(User.totp_last_step.is_(None), User.totp_last_step < step),
            ~User.totp_refused_steps.contains([step]),
        )
        .values(totp_last_step=step)
        .returning(User.id)
    )
    return used is not None


async def _refuse_step(session: AsyncSession, user_id: UUID, step: int) -> None:
    """A hint tells that a code will fit later, so it must not: guessing would become easier."""
    await session.execute(
        update(User)
        .where(User.id == user_id)
        .values(totp_refused_steps=func.array_append(User.totp_refused_steps, step))
    )


def _current(now: float) -> int:
    return int(now) // STEP_SECONDS


def _minutes(step: int | None, now: float) -> int | None:
    if step is None:
        return None
    return max(1, round(abs(step - _current(now)) * STEP_SECONDS / 60))
