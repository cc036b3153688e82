"""Browsers that are known again: by a signed cookie, of which only the hash is kept (P6)."""

import hmac
from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.throttle import Attempt, Kind, Origin, account_of, network_of
from api.core.crypto import random_token, signature, token_hash
from api.core.settings import Settings
from api.models import KnownDevice

# The longest that browsers keep a cookie.
KEPT = timedelta(days=400)
PURPOSE = "device"
NOBODY = UUID(int=0)
# By the order in which browsers claim to be each other.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def origin_of(request: Request) -> Origin:
    """Where a request comes from; a device cookie that we did not sign counts as none."""
    settings: Settings = request.app.state.settings
    host = request.client.host if request.client else None
    token, _, signed = request.cookies.get(settings.device_cookie, "").partition(".")
    expected = signature(settings.secret_key.get_secret_value(), PURPOSE, token)
    genuine = signed.isascii() and hmac.compare_digest(signed, expected)
    return Origin(network_of(host), token if genuine else None)


async def find_device(session: AsyncSession, origin: Origin, user_id: UUID | None) -> bytes | None:
    """The hash of this browser's cookie, if the user has signed in with it before.

    Asked for nobody as well, so that an unknown address takes as long (P4).
    """
    found: bytes | None = await session.scalar(
        select(KnownDevice.token_hash).where(
            KnownDevice.user_id == (user_id or NOBODY),
            KnownDevice.token_hash == token_hash(origin.device or ""),
        )
    )
    return found


async def attempt_of(session: AsyncSession, origin: Origin, user_id: UUID, kind: Kind) -> Attempt:
    """A try of a code by a user who is known already."""
    device = await find_device(session, origin, user_id)
    return Attempt(kind, account_of(user_id), origin.network, device)


async def remember_device(
    session: AsyncSession, request: Request, response: Response, user_id: UUID
) -> bool:
    """Know this browser again for this user; True when the user has others but not this one."""
    settings: Settings = request.app.state.settings
    token = origin_of(request).device or random_token()
    has_others = await session.scalar(
        select(func.count()).select_from(KnownDevice).where(KnownDevice.user_id == user_id)
    )
    added = await session.scalar(
        upsert(KnownDevice)
        .values(user_id=user_id, token_hash=token_hash(token))
        .on_conflict_do_update(
            index_elements=["user_id", "token_hash"], set_={"last_used_at": func.clock_timestamp()}
        )
        .returning(KnownDevice.created_at == KnownDevice.last_used_at)
    )
    signed = signature(settings.secret_key.get_secret_value(), PURPOSE, token)
    response.set_cookie(
        settings.device_cookie,
        f"{token}.{signed}",
        max_age=int(KEPT.total_seconds()),
        path="/",
        secure=bool(settings.cookie_secure),
        httponly=True,
        samesite="lax",
    )
    return bool(added and has_others)


def describe_device(user_agent: str) -> str | None:
    """A browser as people know it, such as "Firefox, Windows"; None when it does not tell.

    What a client sends is not repeated: it could be a sentence that misleads.
    """
    found = [
        next((name for mark, name in names.items() if mark in user_agent), None)
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or None


async def forget_devices(session: AsyncSession, user_id: UUID) -> None:
    """After a reset no browser is known any more: one of them may be a thief's."""
    await session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))
