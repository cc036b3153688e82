"""Jobs that the worker takes from the outbox itself, past the queue, so many at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.outbox import Claim

PAUSE_SECONDS = 0.5
FAILURE_PAUSE_SECONDS = 2.0

log = structlog.get_logger("api.worker")


async def work_past_the_queue(
    take: Callable[[int], Awaitable[list[Claim]]],
    work: Callable[[Claim], Coroutine[Any, Any, None]],
    slots: int,
) -> None:
    """Do what `take` leases, in so many slots, for ever; what runs is cancelled along with it.

    `work` answers for its own failures: a job that is not finished is handed out again.
    """
    running: set[asyncio.Task[None]] = set()
    try:
        while True:
            running = {task for task in running if not task.done()}
            claims: list[Claim] = []
            if len(running) < slots:
                claims = await _take(take, slots - len(running))
            for claim in claims:
                running.add(asyncio.create_task(work(claim)))
            if claims:
                continue
            if running:
                await asyncio.wait(
                    running, timeout=PAUSE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
            else:
                await asyncio.sleep(PAUSE_SECONDS)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _take(take: Callable[[int], Awaitable[list[Claim]]], room: int) -> list[Claim]:
    try:
        return await take(room)
    except (SQLAlchemyError, OSError) as error:
        log.warning("unqueued_jobs_paused", error=type(error).__name__)
        await asyncio.sleep(FAILURE_PAUSE_SECONDS)
        return []
