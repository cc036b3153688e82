"""Links to choose a new password: 256 bits, kept as a hash; only the newest works (R6)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.crypto import derived_token, token_hash
from api.core.database import new_id
from api.core.settings import Settings
from api.models import PasswordReset

LASTS = timedelta(minutes=30)
PURPOSE = "password-reset"


def reset_token(settings: Settings, reset_id: UUID) -> str:
    """The token of a reset, the same each time its mail is composed."""
    return derived_token(settings.secret_key.get_secret_value(), PURPOSE, str(reset_id))


async def create_reset(
    session: AsyncSession, settings: Settings, user_id: UUID, *, through_recovery: bool
) -> UUID:
    """Make a reset for a user; those made before no longer work."""
    await replace_resets(session, user_id)
    reset_id = new_id()
    await session.execute(
        insert(PasswordReset).values(
            id=reset_id,
            user_id=user_id,
            token_hash=token_hash(reset_token(settings, reset_id)),
            through_recovery=through_recovery,
            expires_at=func.now() + LASTS,
        )
    )
    return reset_id


async def replace_resets(session: AsyncSession, user_id: UUID) -> None:
    """Make the mailed links of a user worthless."""
    await session.execute(
        update(PasswordReset)
        .where(
            PasswordReset.user_id == user_id,
            PasswordReset.used_at.is_(None),
            PasswordReset.replaced_at.is_(None),
        )
        .values(replaced_at=func.now())
    )
