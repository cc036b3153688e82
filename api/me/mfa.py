"""Two-factor authentication in the profile: the wizard's steps in order (B2, M5), and disabling."""

from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails, throttle
from api.accounts.addresses import address_key, masked
from api.accounts.codes import check_mailed_code, send_code
from api.accounts.credentials import has_mfa, prove_code, prove_password
from api.accounts.devices import attempt_of, origin_of
from api.accounts.sessions import renew_session
from api.accounts.throttle import Kind, Origin
from api.accounts.totp import check_new_seed, new_seed
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.core.settings import Settings
from api.me.addresses import refuse_same, take_recovery_email
from api.me.schemas import CodeSent, MfaDisabling, Seed
from api.models import MfaEnrolment, User

# The wizard is done in one sitting; afterwards it starts anew.
LASTS = timedelta(hours=1)


async def start_enrolment(
    session: AsyncSession, settings: Settings, principal: Principal, recovery_email: str
) -> CodeSent:
    """First step: mail a code to the recovery address. It may be taken again at any time."""
    user = await mails.find_user(session, principal.user_id)
    if has_mfa(user):
        raise Problem(errors.CONFLICT)
    refuse_same(recovery_email, user.email, "/recovery_email")
    values = {"recovery_email": recovery_email, "totp_secret": None, "created_at": func.now()}
    await session.execute(
        upsert(MfaEnrolment)
        .values(user_id=user.id, **values)
        .on_conflict_do_update(index_elements=["user_id"], set_=values)
    )
    await send_code(
        session, settings, user, "enrolment", binding=recovery_email, address=recovery_email
    )
    return CodeSent(sent_to=masked(recovery_email))


async def confirm_recovery_code(
    session: AsyncSession, settings: Settings, principal: Principal, origin: Origin, code: str
) -> Seed:
    """Second step: the mailed code proves the recovery address, and the secret is shown once."""
    enrolment = await _pending(session, principal)
    if enrolment.totp_secret is not None:
        raise Problem(errors.CONFLICT)
    attempt = await attempt_of(session, origin, principal.user_id, Kind.MAILED_CODE)
    address = await check_mailed_code(
        session,
        settings,
        principal.user_id,
        "enrolment",
        code,
        attempt,
        errors.INVALID_CODE,
    )
    if address_key(address) != address_key(enrolment.recovery_email):
        raise Problem(errors.CONFLICT)
    await take_recovery_email(session, principal, address)
    seed = new_seed(settings, principal.user_id, principal.email)
    await session.execute(
        update(MfaEnrolment)
        .where(MfaEnrolment.user_id == principal.user_id)
        .values(totp_secret=seed.sealed)
    )
    return Seed(secret=seed.secret, otpauth_uri=seed.otpauth_uri, qr_svg=seed.qr_svg)


async def confirm_app(
    session: AsyncSession, request: Request, response: Response, principal: Principal, code: str
) -> None:
    """Third step: the app's code enables two-factor authentication."""
    settings: Settings = request.app.state.settings
    enrolment = await _pending(session, principal)
    if enrolment.totp_secret is None:
        raise Problem(errors.CONFLICT)
    attempt = await attempt_of(session, origin_of(request), principal.user_id, Kind.CODE)
    await throttle.enter(session, attempt)
    step = await check_new_seed(
        session,
        settings,
        principal.user_id,
        enrolment.totp_secret,
        code,
        attempt,
        errors.INVALID_CODE,
    )
    await throttle.clear(session, attempt)
    await session.execute(
        update(User)
        .where(User.id == principal.user_id)
        .values(
            totp_secret=enrolment.totp_secret,
            totp_confirmed_at=func.now(),
            totp_last_step=step,
            totp_refused_steps=[],
        )
    )
    await session.execute(delete(MfaEnrolment).where(MfaEnrolment.user_id == principal.user_id))
    await renew_session(session, response, settings, principal.credential_id)
    await mails.announce(session, await mails.find_user(session, principal.user_id), "mfa_enabled")
    await record(session, "mfa_enabled", actor=principal)


async def _pending(session: AsyncSession, principal: Principal) -> MfaEnrolment:
    """The wizard under way; whoever did not take its first step gets a `CONFLICT`."""
    enrolment = await session.scalar(
        select(MfaEnrolment)
        .where(
            MfaEnrolment.user_id == principal.user_id,
            MfaEnrolment.created_at > func.now() - LASTS,
        )
        .with_for_update()
    )
    if enrolment is None or principal.mfa_enabled:
        raise Problem(errors.CONFLICT)
    return enrolment


async def disable(
    session: AsyncSession,
    request: Request,
    response: Response,
    principal: Principal,
    proof: MfaDisabling,
) -> None:
    """Sign in with the password alone from now on; needs the password and a code (B5)."""
    settings: Settings = request.app.state.settings
    origin = origin_of(request)
    user = await mails.find_user(session, principal.user_id)
    if not has_mfa(user):
        raise Problem(errors.CONFLICT)
    await prove_password(session, origin, user, proof.password, errors.WRONG_PASSWORD)
    await prove_code(session, settings, origin, user, proof.code, errors.INVALID_CODE)
    await session.execute(
        update(User)
        .where(User.id == user.id)
        .values(totp_secret=None, totp_confirmed_at=None, mfa_postponed_at=func.now())
    )
    await renew_session(session, response, settings, principal.credential_id)
    await mails.announce(session, user, "mfa_disabled")
    await record(session, "mfa_disabled", actor=principal)


async def postpone(session: AsyncSession, principal: Principal) -> None:
    """Do not offer it again for a while (B1)."""
    await session.execute(
        update(User).where(User.id == principal.user_id).values(mfa_postponed_at=func.now())
    )
    await record(session, "mfa_postponed", actor=principal)
