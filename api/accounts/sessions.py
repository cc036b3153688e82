"""Browser sessions: opaque cookies of which only the hash is kept (S1)."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.crypto import random_token, token_hash
from api.core.database import new_id
from api.core.settings import Settings
from api.models import BrowserSession

MAX_USER_AGENT = 300


async def start_session(
    session: AsyncSession, request: Request, response: Response, user_id: UUID
) -> None:
    """Sign a user in on this browser; a session it had before is ended (S2)."""
    settings: Settings = request.app.state.settings
    await end_session(session, request)
    token = random_token()
    await session.execute(
        insert(BrowserSession).values(
            id=new_id(),
            user_id=user_id,
            token_hash=token_hash(token),
            expires_at=func.now() + timedelta(hours=settings.session_absolute_hours),
            network_address=request.client.host if request.client else None,
            user_agent=request.headers.get("user-agent", "")[:MAX_USER_AGENT],
        )
    )
    _set_cookie(response, settings, token)


async def renew_session(
    session: AsyncSession, response: Response, settings: Settings, session_id: UUID
) -> None:
    """Give a session a new cookie and a proof that is fresh now (S2); its end stays."""
    token = random_token()
    await session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id)
        .values(token_hash=token_hash(token), proved_at=func.now())
    )
    _set_cookie(response, settings, token)


def _set_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        settings.session_cookie,
        token,
        max_age=settings.session_absolute_hours * 3600,
        path="/",
        secure=bool(settings.cookie_secure),
        httponly=True,
        samesite="lax",
    )


async def end_session(session: AsyncSession, request: Request) -> None:
    """End the session whose cookie this request carries, if any."""
    settings: Settings = request.app.state.settings
    cookie = request.cookies.get(settings.session_cookie)
    if cookie:
        await session.execute(
            delete(BrowserSession).where(BrowserSession.token_hash == token_hash(cookie))
        )


async def end_sessions(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> None:
    """End all sessions of a user, but for the one named."""
    kept = [] if but is None else [BrowserSession.id != but]
    await session.execute(delete(BrowserSession).where(BrowserSession.user_id == user_id, *kept))


def forget_cookie(response: Response, settings: Settings) -> None:
    """Tell the browser to drop the cookie."""
    response.delete_cookie(
        settings.session_cookie,
        path="/",
        secure=bool(settings.cookie_secure),
        httponly=True,
        samesite="lax",
    )
