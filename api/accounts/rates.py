"""How often an address of the network may call a public route, counted in PostgreSQL.

One row per route and network: what is remembered of a caller does not grow with the calls.
"""

import math

from sqlalchemy import case, func
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.models import PublicCalls

WINDOW_SECONDS = 60


async def seconds_to_wait(session: AsyncSession, route: str, network: str, most: int) -> int:
    """Count a call; 0 when it is among the `most` of this minute, else how long to wait.

    A refused call counts as well, but does not lengthen the wait. To be committed in any case.
    """
    table = PublicCalls.__table__.c
    age = func.extract("epoch", func.now() - table.since)
    over = age >= WINDOW_SECONDS
    statement = (
        upsert(PublicCalls)
        .values(route=route, network=network, calls=1)
        .on_conflict_do_update(
            index_elements=[table.route, table.network],
            set_={
                "calls": case((over, 1), else_=func.least(table.calls + 1, most + 1)),
                "since": case((over, func.now()), else_=table.since),
            },
        )
        .returning(table.calls, age)
    )
    calls, seconds = (await session.execute(statement)).one()
    if calls <= most:
        return 0
    return max(1, math.ceil(WINDOW_SECONDS - float(seconds)))
