"""Changes of the profile, the password and the sessions."""

from uuid import UUID

from fastapi import Request
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.accounts.challenges import drop_challenges
from api.accounts.credentials import own_words, prove_password
from api.accounts.devices import origin_of
from api.accounts.resets import replace_resets
from api.accounts.sessions import end_sessions
from api.audit import record
from api.core import errors
from api.core.errors import Problem
from api.core.password_policy import check_password, refused
from api.core.passwords import hash_password, normalised
from api.core.settings import Settings
from api.me.schemas import PasswordChange, ProfileChange
from api.models import BrowserSession, User


async def change_profile(
    session: AsyncSession, principal: Principal, change: ProfileChange
) -> None:
    """Store the fields that were sent; null means "leave it"."""
    values = change.model_dump(exclude_none=True)
    if not values:
        return
    await session.execute(update(User).where(User.id == principal.user_id).values(**values))
    await record(session, "profile_changed", actor=principal, detail={"fields": sorted(values)})


async def change_password(
    session: AsyncSession, request: Request, principal: Principal, change: PasswordChange
) -> None:
    """Replace the password and end the other sessions; all addresses are told (R9)."""
    settings: Settings = request.app.state.settings
    user = await mails.find_user(session, principal.user_id)
    await prove_password(
        session, origin_of(request), user, change.current_password, errors.WRONG_PASSWORD
    )
    if normalised(change.new_password) == normalised(change.current_password):
        raise refused("/new_password", "same", "the present password")
    await check_password(change.new_password, settings, own_words(user), pointer="/new_password")
    hashed = await hash_password(change.new_password)
    await session.execute(update(User).where(User.id == user.id).values(password_hash=hashed))
    await end_sessions(session, user.id, but=principal.credential_id)
    await drop_challenges(session, user.id)
    await replace_resets(session, user.id)
    await mails.announce(session, user, "password_changed")
    await record(session, "password_changed", actor=principal)


async def end_own_session(session: AsyncSession, principal: Principal, session_id: UUID) -> None:
    """End one of one's own sessions; raises `NOT_FOUND` for any other."""
    ended = await session.scalar(
        delete(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.user_id == principal.user_id)
        .returning(BrowserSession.id)
    )
    if ended is None:
        raise Problem(errors.NOT_FOUND)
    await record(session, "session_ended", actor=principal)
