"""`/me`: the signed-in user."""

from fastapi import APIRouter

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.deps import (
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
    require,
)
from api.me import service
from api.me.queries import load_me
from api.me.schemas import Me, ProfileChange

router = APIRouter(prefix="/me", tags=["me"], route_class=GuardedRoute)


@router.get("", operation_id="read_me", responses=problems(errors.UNAUTHENTICATED))
@require(Permission.OWN_PROFILE_READ)
async def read_me(
    principal: CurrentPrincipal, session: CurrentSession, settings: CurrentSettings
) -> Me:
    """Who is signed in, or for whom the token acts."""
    return await load_me(session, settings, principal.user_id)


@router.patch(
    "",
    operation_id="change_me",
    responses=problems(errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.CSRF, errors.INVALID),
)
@require(Permission.OWN_PROFILE)
async def change_me(
    body: ProfileChange,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> Me:
    """Change one's name or language."""
    await service.change_profile(session, principal, body)
    return await load_me(session, settings, principal.user_id)
