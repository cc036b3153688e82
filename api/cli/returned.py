"""A mail that came back, piped in by the mail server that receives for the return path."""

from api.access import act_as_staff
from api.core.database import Database
from api.core.settings import Settings
from api.issuer.bounces import read_report, record_bounce


async def record_returned(settings: Settings, raw: bytes) -> bool:
    """Record it; False when it is no refusal of a mail of ours."""
    bounce = read_report(raw)
    if bounce is None:
        return False
    database = Database(settings)
    try:
        async with database.transaction() as session:
            await act_as_staff(session)
            return await record_bounce(session, None, bounce)
    finally:
        await database.close()
