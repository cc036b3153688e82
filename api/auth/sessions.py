"""Browser sessions: opaque cookies of which only the hash is kept (S1)."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, func, insert
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


def forget_cookie(response: Response, settings: Settings) -> None:
    """Tell the browser to drop the cookie."""
    response.delete_cookie(
        settings.session_cookie,
        path="/",
        secure=bool(settings.cookie_secure),
        httponly=True,
        samesite="lax",
    )
