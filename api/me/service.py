"""Changes of the profile."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import record
from api.me.schemas import ProfileChange
from api.models import User


async def change_profile(
    session: AsyncSession, principal: Principal, change: ProfileChange
) -> None:
    """Store the fields that were sent; null means "leave it"."""
    values = change.model_dump(exclude_none=True)
    if not values:
        return
    await session.execute(update(User).where(User.id == principal.user_id).values(**values))
    await record(session, "profile_changed", actor=principal, detail={"fields": sorted(values)})
