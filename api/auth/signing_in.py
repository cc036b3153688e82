"""Signing in: the password, then the second factor where there is one, then the session."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails, throttle
from api.accounts.challenges import consume, find_challenge, open_challenge
from api.accounts.credentials import has_mfa, prove_code, prove_password
from api.accounts.devices import describe_device, find_device, origin_of, remember_device
from api.accounts.people import find_person, find_sign_in, secrets_of
from api.accounts.sessions import renew_session, start_session
from api.accounts.throttle import Attempt, Kind, Origin, account_of
from api.audit import Person, record
from api.auth.schemas import Method, MfaRequired, SignedIn, StepUp
from api.core import errors
from api.core.database import Database
from api.core.errors import Problem
from api.core.passwords import verify_password
from api.core.settings import Settings
from api.me.queries import load_me
from api.models import Passkey, User


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a password: whose it would be, and whether it fits."""

    attempt: Attempt
    user_id: UUID | None
    stored: str | None
    fits: bool
    renewed: str | None


async def check_password(database: Database, origin: Origin, email: str, password: str) -> Checked:
    """Compare a password in the same time for known and unknown addresses (P4).

    Raises `TOO_MANY_REQUESTS` before any work. No connection is held while hashing.
    """
    async with database.transaction() as session:
        user = await find_sign_in(session, email)
        device = await find_device(session, origin, user.id if user else None)
        attempt = Attempt(Kind.PASSWORD, account_of(email), origin.network, device)
        await throttle.refuse_throttled(session, attempt)
    stored = user.password_hash if user is not None and user.state == "active" else None
    fits, renewed = await verify_password(password, stored)
    return Checked(attempt, user.id if user else None, stored, fits, renewed)


async def accept_password(session: AsyncSession, checked: Checked) -> User:
    """The user whose password fitted; raises `INVALID_CREDENTIALS`, which stays counted (P5)."""
    await throttle.enter(session, checked.attempt)
    user = None
    if checked.fits:
        # It may have been changed, or the user disabled, while we were hashing (S4).
        user = await find_person(session, checked.user_id, active=True, lock=True)
        if user and (await secrets_of(session, user.id)).password_hash != checked.stored:
            user = None
    if user is None:
        raise await throttle.failure(session, checked.attempt, errors.INVALID_CREDENTIALS)
    await throttle.clear(session, checked.attempt)
    if checked.renewed is not None:
        await session.execute(
            update(User).where(User.id == user.id).values(password_hash=checked.renewed)
        )
    return user


async def ask_second_factor(session: AsyncSession, settings: Settings, user: User) -> MfaRequired:
    """A half sign-in: no cookie, only a challenge for the next call (M8)."""
    methods: list[Method] = ["totp"]
    if user.recovery_email_verified_at is not None:
        methods.append("recovery_email")
    if await session.scalar(select(exists().where(Passkey.user_id == user.id))):
        methods.append("passkey")
    challenge = await open_challenge(session, settings, "mfa", user.id)
    return MfaRequired(state="mfa_required", challenge=challenge, methods=methods)


async def accept_code(
    session: AsyncSession, settings: Settings, origin: Origin, token: str, code: str
) -> User:
    """The user who completes a half sign-in with a code of their app."""
    challenge = await find_challenge(session, settings, "mfa", token)
    user = await active_user(session, challenge.user_id)
    await prove_code(session, settings, origin, user, code, errors.WRONG_CODE)
    await consume(session, challenge)
    return user


async def active_user(session: AsyncSession, user_id: UUID | None) -> User:
    """The user of a half sign-in, unless disabled meanwhile (S4)."""
    user = await find_person(session, user_id, active=True)
    if user is None:
        raise Problem(errors.INVALID_CHALLENGE)
    return user


async def complete(
    session: AsyncSession, request: Request, response: Response, user: User, method: str
) -> SignedIn:
    """Start the session, know the browser again, and answer as the user."""
    settings: Settings = request.app.state.settings
    await start_session(session, request, response, user.id)
    if await remember_device(session, request, response, user.id):
        await _tell_new_device(session, request, user)
    actor = Person(user.id, f"{user.first_name} {user.last_name}".strip() or user.email)
    await record(session, "signed_in", actor=actor, detail={"method": method})
    await become_user(session, user.id)
    return SignedIn(state="signed_in", user=await load_me(session, settings, user.id))


async def _tell_new_device(session: AsyncSession, request: Request, user: User) -> None:
    await mails.put_mail(
        session,
        user,
        "new_device",
        user.email,
        parameters={
            "device": describe_device(request.headers.get("user-agent", "")),
            "network": origin_of(request).network,
            "at": datetime.now(UTC).isoformat(),
        },
    )


async def become_user(session: AsyncSession, user_id: UUID) -> None:
    """Continue this transaction as the user who has just proved to be one."""
    await session.execute(text("SELECT iportal.become_user(:user_id)"), {"user_id": user_id})


async def step_up(
    session: AsyncSession,
    request: Request,
    response: Response,
    principal: Principal,
    proof: StepUp,
) -> None:
    """Renew the session's proof: the password, and the code when MFA is on.

    A code beside a wrong password is neither counted nor used up.
    """
    settings: Settings = request.app.state.settings
    origin = origin_of(request)
    user = await mails.find_user(session, principal.user_id)
    await prove_password(session, origin, user, proof.password, errors.INVALID_CREDENTIALS)
    if has_mfa(user):
        await prove_code(session, settings, origin, user, proof.code or "", errors.WRONG_CODE)
    await renew_session(session, response, settings, principal.credential_id)
    await record(session, "proved", actor=principal)
