"""The worker: the only file that knows arq.

The relay leases due rows of the outbox and puts their ids into the queue; what is then done is in
`api.jobs`. When Redis is flushed, a worker is killed or a lease passes, the row is leased again.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Any, cast

import orjson
import structlog
from arq import create_pool, cron
from arq.connections import ArqRedis, RedisSettings
from arq.worker import Worker, func
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from api import outbox
from api.accounts.sweeping import forget_what_is_over
from api.core.database import Database
from api.core.log import configure_logging
from api.core.processes.priority import stand_back
from api.core.settings import Settings
from api.documents.sweeping import forget_ended_sessions, learn_words, sweep_orphans
from api.downloads.clearing import clear
from api.jobs import Engines, run_jobs
from api.long_jobs import keep_up, run_long_jobs
from api.outbound import Outbound
from api.outbox import Claim
from api.retention.purging import purge_documents
from api.storage import Storage
from api.webhooks.sweeping import forget_deliveries, forget_jobs
from api.webhooks.working import run_webhooks

QUEUE = "iportal:queue"
RELAY_PAUSE_SECONDS = 0.5
FAILURE_PAUSE_SECONDS = 2.0
# A queue longer than what is worked off within a lease would be leased twice.
MAX_QUEUED = 200
BATCH = 5
PARALLEL_JOBS = 16
JOB_SECONDS = 40
# A deploy waits half a minute (F22); a mail takes 20 seconds at most.
DRAIN_SECONDS = 24
# Longer than engines take to be restarted; then whoever runs the worker starts it anew.
MOST_SECONDS_WITHOUT_REDIS = 300
# How often arq tries to connect, a second apart, before we count it as lost.
RETRIES = 30
SWEEP_MINUTE = 17

log = structlog.get_logger("api.worker")


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
    """Lease and queue what is due when the queue runs low; returns how many."""
    room = MAX_QUEUED - BATCH * int(await queue.zcard(QUEUE))
    # Many at a time: each claim costs a transaction.
    if room < MAX_QUEUED // 2:
        return 0
    async with database.transaction() as session:
        claims = await outbox.claim_due(session, room)
    try:
        for batch in _batches(claims):
            await queue.enqueue_job(
                "run_jobs",
                [(str(claim.id), claim.fence) for claim in batch],
                _job_id=f"{batch[0].id}:{batch[0].fence}",
                _queue_name=QUEUE,
            )
    except (RedisError, OSError):
        async with database.transaction() as session:
            await outbox.release(session, [(claim.id, claim.fence) for claim in claims])
        raise
    return len(claims)


def _batches(claims: list[Claim]) -> Iterator[list[Claim]]:
    """Bulk jobs several at a time, which spares the queue; whoever waits for a mail gets it first.

    The mails of one document follow each other, so that its files are read once.
    """
    bulk = [claim for claim in claims if claim.job in outbox.BULK_JOBS]
    yield from ([claim] for claim in claims if claim.job not in outbox.BULK_JOBS)
    for start in range(0, len(bulk), BATCH):
        yield bulk[start : start + BATCH]


async def _start(context: dict[str, Any]) -> None:
    settings: Settings = context["settings"]
    context["exit"] = contextlib.AsyncExitStack()
    storage = await context["exit"].enter_async_context(Storage(settings, lists=True))
    database = Database(settings)
    context["exit"].push_async_callback(database.close)
    await database.open_direct()
    context["engines"] = engines = Engines(settings, database, storage)
    context["exit"].push_async_callback(engines.connections.close)
    outbound = Outbound(settings)
    context["exit"].push_async_callback(outbound.close)
    queue = await create_pool(redis_of(settings), job_serializer=orjson.dumps)
    context["exit"].push_async_callback(queue.aclose)
    context["tasks"] = [
        asyncio.create_task(relay(database, queue)),
        asyncio.create_task(run_long_jobs(settings, database, storage)),
        asyncio.create_task(run_webhooks(settings, database, outbound)),
        asyncio.create_task(keep_up(database)),
    ]
    log.info("worker_started")


async def _stop(context: dict[str, Any]) -> None:
    for task in context.get("tasks", ()):
        task.cancel()
    await asyncio.gather(*context.get("tasks", ()), return_exceptions=True)
    with contextlib.suppress(RedisError, OSError):
        await context["exit"].aclose()


def redis_of(settings: Settings) -> RedisSettings:
    """Where Redis is; a worker tries again and again while it is away."""
    redis = RedisSettings.from_dsn(settings.redis_url)
    redis.conn_retries = RETRIES
    return redis


async def _sweep(context: dict[str, Any]) -> None:
    engines: Engines = context["engines"]
    swept = await sweep_orphans(engines.database, engines.storage)
    swept += await clear(engines.database, engines.storage)
    ended = await forget_ended_sessions(engines.database)
    ended += await forget_what_is_over(engines.database)
    ended += await forget_deliveries(engines.database, engines.settings.webhook_log_days)
    ended += await forget_jobs(engines.database)
    purged = await purge_documents(
        engines.database, engines.storage, engines.settings.retention_years
    )
    await learn_words(engines.database)
    log.info("swept", objects=swept, rows=ended, purged=purged)


def run_worker(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT, finishing what is running; returns the exit code.

    arq's worker gives up when Redis goes away, so another takes its place until Redis is back. When
    that takes too long, or a stop was asked for meanwhile, the process ends: it must not outlive
    its engines.
    """
    configure_logging(settings)
    stand_back()
    return asyncio.run(_work(settings))


async def _work(settings: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    found_at = time.monotonic()
    while not stop.is_set():
        worker = _worker(settings)
        lost = await _work_until(worker, stop)
        if lost is None:
            return 0
        if "engines" in worker.ctx:  # it had found Redis, and lost it
            found_at = time.monotonic()
        if time.monotonic() - found_at > MOST_SECONDS_WITHOUT_REDIS:
            log.error("worker_gives_up", error=lost)
            return 1
        log.warning("worker_lost_redis", error=lost)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), FAILURE_PAUSE_SECONDS)
    return 0


async def _work_until(worker: Worker, stop: asyncio.Event) -> str | None:
    """Run one of arq's workers; the name of the error when Redis was lost, None when stopped."""
    working = asyncio.create_task(worker.async_run())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            # First of all no further job begins; those that have begun go on beside this task.
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await _drain(worker)
        await working
    except asyncio.CancelledError:
        return None
    except (RedisError, OSError) as error:
        return None if stop.is_set() else type(error).__name__
    finally:
        stopping.cancel()
        await _close(worker)
    return None


async def _drain(worker: Worker) -> None:
    """Let the jobs that run end; what is cut off has its lease pass."""
    log.info("worker_stopping", running=len(worker.tasks))
    worker.ctx["stopping"].set()
    if worker.tasks:
        await asyncio.wait(worker.tasks.values(), timeout=DRAIN_SECONDS)


async def _close(worker: Worker) -> None:
    for task in worker.tasks.values():
        task.cancel()
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    if "exit" in worker.ctx:
        await _stop(worker.ctx)
    pool = worker._pool
    if pool is not None:
        with contextlib.suppress(RedisError, OSError):
            await pool.close(close_connection_pool=True)


def _worker(settings: Settings) -> Worker:
    return Worker(
        functions=[func(cast("Any", run_jobs), name="run_jobs", keep_result=0, max_tries=1)],
        queue_name=QUEUE,
        redis_settings=redis_of(settings),
        ctx={"settings": settings, "stopping": asyncio.Event()},
        on_startup=cast("Any", _start),
        max_jobs=PARALLEL_JOBS,
        job_timeout=JOB_SECONDS,
        handle_signals=False,
        keep_result=0,
        poll_delay=0.2,
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        log_results=False,
        cron_jobs=[cron(cast("Any", _sweep), minute={SWEEP_MINUTE}, keep_result=0)],
    )
