"""The worker's loop for long jobs: they come from the table itself and never block the queue."""

import asyncio

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api import outbox
from api.core.database import Database
from api.core.settings import Settings
from api.downloads.clearing import discard, expire
from api.downloads.jobs import Build
from api.outbox import Claim, Job
from api.printing.jobs import PrintBuild
from api.storage import DamagedObject, Storage, StorageUnavailable
from api.unqueued import work_past_the_queue

SLOTS = 2
UPKEEP_SECONDS = 60
TELL_EXPIRED = text("SELECT iportal.tell_expired()")
FORGET_TAGS = text("SELECT iportal.forget_deleted_tags()")

log = structlog.get_logger("api.worker")


async def run_long_jobs(settings: Settings, database: Database, storage: Storage) -> None:
    """Work on long jobs, a few at a time, for ever; what runs is given back when cancelled."""

    async def take(room: int) -> list[Claim]:
        async with database.transaction() as session:
            return await outbox.claim_due(session, room, long=True)

    async def work(claim: Claim) -> None:
        await _work(settings, database, storage, claim)

    await work_past_the_queue(take, work, SLOTS)


async def _work(settings: Settings, database: Database, storage: Storage, claim: Claim) -> None:
    try:
        if claim.job is Job.BUILD_ARCHIVE:
            await Build(settings, database, storage, claim).run()
        elif claim.job is Job.BUILD_PRINT_BATCH:
            await PrintBuild(settings, database, storage, claim).run()
        else:
            await discard(database, storage, claim)
    except (SQLAlchemyError, OSError, StorageUnavailable, DamagedObject) as error:
        # The lease passes and the job is handed out again.
        log.warning("long_job_interrupted", job=claim.job.value, error=type(error).__name__)


async def keep_up(database: Database) -> None:
    """Once a minute: expire archives, tell expired grants to the feed, forget deleted tags."""
    while True:
        try:
            await expire(database)
            async with database.transaction() as session:
                await session.execute(TELL_EXPIRED)
                await session.execute(FORGET_TAGS)
        except (SQLAlchemyError, OSError) as error:
            log.warning("upkeep_paused", error=type(error).__name__)
        await asyncio.sleep(UPKEEP_SECONDS)
