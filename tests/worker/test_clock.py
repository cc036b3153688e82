"""Leases use the database's clock, whatever the clocks of the workers say (F16)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import event, literal, select

from api import outbox
from api.outbox import Job
from tests.support.world import World
from tests.worker.office import Office


@asynccontextmanager
async def moments_sent(world: World) -> AsyncIterator[list[Any]]:
    """Every date and time that the process itself gives to a statement."""
    found: list[Any] = []

    def note(_: Any, __: Any, ___: str, parameters: Any, ____: Any, _____: bool) -> None:
        rows = parameters if isinstance(parameters, list) else [parameters]
        values = [v for row in rows for v in (row.values() if isinstance(row, dict) else row)]
        found.extend(value for value in values if isinstance(value, date))

    engine = world.app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_sec_F16_no_moment_of_the_workers_own_clock_reaches_a_lease(
    world: World, office: Office
) -> None:
    company = await world.company()
    await world.publish(company)
    database = world.app.state.database
    async with moments_sent(world) as moments:
        (claim,) = await office.claim(Job.ANNOUNCE_DOCUMENT)
        async with database.transaction() as session:
            assert await outbox.extend(session, claim)
        async with database.transaction() as session:
            assert not await outbox.postpone(session, claim, "away", 5)
        async with database.transaction() as session:
            await outbox.release(session, [(claim.id, claim.fence)])
        await office.work()
    assert moments == []
    # The check sees them: this one is the test's.
    async with moments_sent(world) as moments, database.transaction() as session:
        await session.execute(select(literal(datetime.now(UTC))))
    assert len(moments) == 1
