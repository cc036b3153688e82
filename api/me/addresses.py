"""The addresses of an account: the one that signs in, and the recovery address (A8, R11)."""

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.accounts.addresses import address_key, masked
from api.accounts.codes import check_mailed_code, send_code
from api.accounts.devices import attempt_of
from api.accounts.people import find_by_address
from api.accounts.resets import replace_resets
from api.accounts.throttle import Kind, Origin
from api.audit import record
from api.core import errors
from api.core.errors import FieldError, Problem
from api.core.settings import Settings
from api.me.schemas import CodeSent
from api.models import User


def refuse_same(address: str, other: str | None, pointer: str) -> None:
    """One mailbox must not be both addresses: it would defeat both factors (R4)."""
    if other is not None and address_key(address) == address_key(other):
        found = FieldError(pointer, "same_address", "must be another address")
        raise Problem(errors.INVALID, errors=[found])


def _refuse_recovery(address: str, user: User) -> None:
    verified = user.recovery_email_verified_at is not None
    refuse_same(address, user.recovery_email if verified else None, "/email")


async def request_recovery_email(
    session: AsyncSession, settings: Settings, principal: Principal, address: str
) -> CodeSent:
    """Mail a code to a new recovery address; one that is verified stays until then."""
    user = await mails.find_user(session, principal.user_id)
    refuse_same(address, user.email, "/email")
    await send_code(session, settings, user, "recovery_email", binding=address, address=address)
    if user.recovery_email_verified_at is None:
        await session.execute(update(User).where(User.id == user.id).values(recovery_email=address))
    return CodeSent(sent_to=masked(address))


async def verify_recovery_email(
    session: AsyncSession, settings: Settings, principal: Principal, origin: Origin, code: str
) -> None:
    """Take a recovery address into use with the code that was mailed to it."""
    attempt = await attempt_of(session, origin, principal.user_id, Kind.MAILED_CODE)
    address = await check_mailed_code(
        session,
        settings,
        principal.user_id,
        "recovery_email",
        code,
        attempt,
        errors.INVALID_CODE,
    )
    await take_recovery_email(session, principal, address)


async def take_recovery_email(session: AsyncSession, principal: Principal, address: str) -> None:
    """Make a proved address the recovery address; the former one is told (R9)."""
    user = await mails.find_user(session, principal.user_id, lock=True)
    refuse_same(address, user.email, "/email")
    former = mails.own_addresses(user)
    if address_key(address) in {address_key(known) for known in former}:
        return
    await session.execute(
        update(User)
        .where(User.id == user.id)
        .values(
            recovery_email=address,
            recovery_email_verified_at=func.now(),
            recovery_blocked_until=None,
        )
    )
    await replace_resets(session, user.id)
    changed = await mails.find_user(session, user.id)
    await mails.announce(session, changed, "recovery_email_changed", *former, address=address)
    await record(session, "recovery_email_changed", actor=principal)


async def request_email(
    session: AsyncSession, settings: Settings, principal: Principal, address: str
) -> CodeSent:
    """Mail a code to a new sign-in address.

    Whether somebody else has it is not told: then no mail goes out, and no code will fit.
    """
    user = await mails.find_user(session, principal.user_id)
    refuse_same(address, user.email, "/email")
    _refuse_recovery(address, user)
    taken = await _is_taken(session, address)
    await send_code(
        session, settings, user, "email", binding=address, address=address, deliver=not taken
    )
    return CodeSent(sent_to=masked(address))


async def _is_taken(session: AsyncSession, address: str) -> bool:
    found = await find_by_address(session, address_key(address))
    return any(not through_recovery for _, through_recovery in found)


async def verify_email(
    session: AsyncSession, settings: Settings, principal: Principal, origin: Origin, code: str
) -> None:
    """Sign in with the new address from now on; the old one is told (R11).

    Raises `CONFLICT` when somebody else has taken the address meanwhile.
    """
    attempt = await attempt_of(session, origin, principal.user_id, Kind.MAILED_CODE)
    address = await check_mailed_code(
        session, settings, principal.user_id, "email", code, attempt, errors.INVALID_CODE
    )
    user = await mails.find_user(session, principal.user_id, lock=True)
    _refuse_recovery(address, user)
    former = mails.own_addresses(user)
    try:
        async with session.begin_nested():
            await session.execute(
                update(User)
                .where(User.id == principal.user_id)
                .values(
                    email=address,
                    email_key=address_key(address),
                    mail_failed_at=None,
                    mail_failure=None,
                )
            )
    except IntegrityError as error:
        raise Problem(errors.CONFLICT) from error
    # Links on their way to the old mailbox are worth nothing any more.
    await replace_resets(session, principal.user_id)
    changed = await mails.find_user(session, principal.user_id)
    await mails.announce(session, changed, "email_changed", *former, address=address)
    await record(
        session,
        "email_changed",
        actor=principal,
        detail={"from": former[0], "to": address},
    )
