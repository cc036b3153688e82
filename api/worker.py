"""The worker: the only file that knows arq.

The relay leases due rows of the outbox and puts their ids into the queue; a job locks its row by id
and fence, does its work and removes the row in the same transaction. When Redis is flushed, a
worker is killed or a lease passes, the row is leased again.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import orjson
import structlog
from arq import create_pool, cron
from arq.connections import ArqRedis, RedisSettings
from arq.worker import Worker, func
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import act_for_customer
from api.accounts.mails import settle_mail
from api.accounts.sweeping import forget_what_is_over
from api.auth.jobs import answer_mail_request, prepare_account_mail
from api.core.database import Database
from api.core.log import configure_logging
from api.core.processes.priority import stand_back
from api.core.settings import Settings
from api.documents import jobs
from api.documents.sweeping import forget_ended_sessions, sweep_orphans
from api.downloads.clearing import clear
from api.downloads.working import keep_up, run_long_jobs
from api.mailer import Mail, MailDelayed, MailRefused, compose, send
from api.outbox import Claim, Job
from api.storage import Storage

QUEUE = "iportal:queue"
RELAY_PAUSE_SECONDS = 0.5
FAILURE_PAUSE_SECONDS = 2.0
# A queue longer than what is worked off within a lease would be leased twice.
MAX_QUEUED = 200
PARALLEL_JOBS = 16
JOB_SECONDS = 40
MAX_ATTEMPTS = 5
SWEEP_MINUTE = 17
# Doubling from 20 s and capped at 4 h, this is about 72 hours (F10).
MAX_MAIL_ATTEMPTS = 28

log = structlog.get_logger("api.worker")


class WorkerLost(Exception):
    """Every try ended without a word: the job takes too long, or kills its worker (F19)."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What jobs work with."""

    settings: Settings
    database: Database
    storage: Storage


async def run_job(context: dict[str, Any], entry_id: str, fence: int) -> None:
    """Do what an outbox row asks for; the queue only carried its id and fence."""
    engines: Engines = context["engines"]
    async with engines.database.transaction() as session:
        begun = await outbox.begin(session, UUID(entry_id), fence)
    if begun is None:
        return
    claim, silent = begun
    with structlog.contextvars.bound_contextvars(
        job=claim.job.value, subject=str(claim.subject_id)
    ):
        try:
            if silent and claim.attempts >= MAX_ATTEMPTS:
                raise WorkerLost
            await HANDLERS[claim.job](engines, claim)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            await _failed(engines, claim, error)


async def _failed(engines: Engines, claim: Claim, error: Exception) -> None:
    most = MAX_MAIL_ATTEMPTS if isinstance(error, MailDelayed) else MAX_ATTEMPTS
    # The text of our own errors is safe to keep; that of others may quote input.
    reason = str(error) if isinstance(error, MailDelayed) else type(error).__name__
    async with engines.database.transaction() as session:
        dead = await outbox.postpone(session, claim, reason, most)
        if dead and claim.job is Job.SEND_DELIVERY and claim.customer_id is not None:
            await act_for_customer(session, claim.customer_id)
            await jobs.settle(session, claim.subject_id, "refused", reason)
        if dead and claim.job is Job.SEND_ACCOUNT_MAIL:
            await settle_mail(session, claim.subject_id, "refused", reason)
    log.warning("job_failed", error=reason, attempts=claim.attempts + 1, dead=dead)


async def _claimed(session: AsyncSession, claim: Claim) -> bool:
    held = await outbox.find_claim(session, claim.id, claim.fence)
    if held is not None and claim.customer_id is not None:
        await act_for_customer(session, claim.customer_id)
    return held is not None


async def _announce_document(engines: Engines, claim: Claim) -> None:
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            await jobs.announce_document(session, engines.settings, claim.subject_id)
            await outbox.finish(session, claim)


async def _send_delivery(engines: Engines, claim: Claim) -> None:
    await _send(engines, claim, jobs.prepare_mail, jobs.settle)


async def _send_account_mail(engines: Engines, claim: Claim) -> None:
    await _send(engines, claim, prepare_account_mail, settle_mail)


async def _answer_mail_request(engines: Engines, claim: Claim) -> None:
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            # Finished first: the answer goes on as the user who is meant.
            await outbox.finish(session, claim)
            await answer_mail_request(session, engines.settings, claim.subject_id)


async def _send(
    engines: Engines,
    claim: Claim,
    prepare: Callable[[AsyncSession, Settings, UUID], Awaitable[Mail | None]],
    settle: Callable[[AsyncSession, UUID, str, str | None], Awaitable[None]],
) -> None:
    """Send between two transactions: none is open while the mail server takes its time."""
    async with engines.database.transaction() as session:
        if not await _claimed(session, claim):
            return
        mail = await prepare(session, engines.settings, claim.subject_id)
        if mail is None:
            await outbox.finish(session, claim)
            return
    state, reason = "sent", None
    try:
        message = await asyncio.to_thread(compose, mail, engines.settings)
        await send(message, engines.settings)
    except MailRefused as error:
        state, reason = "refused", str(error)
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            await settle(session, claim.subject_id, state, reason)
            await outbox.finish(session, claim)


HANDLERS: dict[Job, Callable[[Engines, Claim], Awaitable[None]]] = {
    Job.ANNOUNCE_DOCUMENT: _announce_document,
    Job.SEND_DELIVERY: _send_delivery,
    Job.SEND_ACCOUNT_MAIL: _send_account_mail,
    Job.ANSWER_MAIL_REQUEST: _answer_mail_request,
}


async def relay(database: Database, queue: ArqRedis) -> None:
    """Move due rows of the outbox into the queue, for ever."""
    while True:
        try:
            moved = await relay_once(database, queue)
        except (SQLAlchemyError, RedisError, OSError) as error:
            log.warning("relay_paused", error=type(error).__name__)
            await asyncio.sleep(FAILURE_PAUSE_SECONDS)
            continue
        if moved == 0:
            await asyncio.sleep(RELAY_PAUSE_SECONDS)


async def relay_once(database: Database, queue: ArqRedis) -> int:
    """Lease and queue what is due, as far as the queue has room; returns how many."""
    room = MAX_QUEUED - int(await queue.zcard(QUEUE))
    if room <= 0:
        return 0
    async with database.transaction() as session:
        claims = await outbox.claim_due(session, room)
    try:
        for claim in claims:
            await queue.enqueue_job(
                "run_job",
                str(claim.id),
                claim.fence,
                _job_id=f"{claim.id}:{claim.fence}",
                _queue_name=QUEUE,
            )
    except (RedisError, OSError):
        async with database.transaction() as session:
            await outbox.release(session, claims)
        raise
    return len(claims)


async def _start(context: dict[str, Any]) -> None:
    settings: Settings = context["settings"]
    context["exit"] = contextlib.AsyncExitStack()
    storage = await context["exit"].enter_async_context(Storage(settings))
    database = Database(settings)
    context["exit"].push_async_callback(database.close)
    context["engines"] = Engines(settings, database, storage)
    queue = await create_pool(redis_of(settings), job_serializer=orjson.dumps)
    context["exit"].push_async_callback(queue.aclose)
    context["tasks"] = [
        asyncio.create_task(relay(database, queue)),
        asyncio.create_task(run_long_jobs(settings, database, storage)),
        asyncio.create_task(keep_up(database)),
    ]
    log.info("worker_started")


async def _stop(context: dict[str, Any]) -> None:
    for task in context["tasks"]:
        task.cancel()
    await asyncio.gather(*context["tasks"], return_exceptions=True)
    await context["exit"].aclose()


def redis_of(settings: Settings) -> RedisSettings:
    """Where Redis is; a worker waits half a minute for it."""
    redis = RedisSettings.from_dsn(settings.redis_url)
    redis.conn_retries = 30
    return redis


async def _sweep(context: dict[str, Any]) -> None:
    engines: Engines = context["engines"]
    swept = await sweep_orphans(engines.database, engines.storage)
    swept += await clear(engines.database, engines.storage)
    ended = await forget_ended_sessions(engines.database)
    ended += await forget_what_is_over(engines.database)
    log.info("swept", objects=swept, rows=ended)


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; running jobs are finished first.

    arq's worker gives up when Redis goes away, so another takes its place until Redis is back.
    """
    configure_logging(settings)
    stand_back()
    while True:
        worker = _worker(settings)
        try:
            worker.run()
        except (RedisError, OSError) as error:
            log.warning("worker_lost_redis", error=type(error).__name__)
            time.sleep(FAILURE_PAUSE_SECONDS)
            asyncio.set_event_loop(asyncio.new_event_loop())
        else:
            return


def _worker(settings: Settings) -> Worker:
    return Worker(
        functions=[func(cast("Any", run_job), name="run_job", keep_result=0, max_tries=1)],
        queue_name=QUEUE,
        redis_settings=redis_of(settings),
        ctx={"settings": settings},
        on_startup=cast("Any", _start),
        on_shutdown=cast("Any", _stop),
        max_jobs=PARALLEL_JOBS,
        job_timeout=JOB_SECONDS,
        job_completion_wait=JOB_SECONDS,
        keep_result=0,
        poll_delay=0.2,
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        log_results=False,
        cron_jobs=[cron(cast("Any", _sweep), minute={SWEEP_MINUTE}, keep_result=0)],
    )
