"""Nothing lost, nothing twice, whatever happens to workers and to Redis (F2, F3, F4, F19)."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from arq import create_pool
from arq.connections import ArqRedis
from redis.asyncio import Redis
from sqlalchemy import text

from api.jobs import MAX_ATTEMPTS, MAX_MAIL_ATTEMPTS
from api.outbox import Claim, Job
from api.worker import redis_of, relay_once
from tests.support.portals import command
from tests.support.waiting import eventually
from tests.support.world import Company, World
from tests.worker.mail_server import mail_server
from tests.worker.office import Office

WORKERS, MANY = 4, 1000


async def many_deliveries(world: World, company: Company, count: int) -> str:
    """A document, and as many people who are to be told of it."""
    document = await world.publish(company)
    async with world.owner.begin() as connection:
        await connection.execute(text("DELETE FROM outbox"))
        parameters = {
            "count": count,
            "document": document["id"],
            "customer": company.id,
            "mark": uuid4().hex,
        }
        for statement in (
            "CREATE TEMP TABLE crowd ON COMMIT DROP AS SELECT gen_random_uuid() AS id, n,"
            " gen_random_uuid() AS delivery FROM generate_series(1, CAST(:count AS integer)) n",
            "INSERT INTO users (id, email, email_key, language, state) SELECT id,"
            " 'crowd' || n || '-' || :mark || '@example.com',"
            " 'crowd' || n || '-' || :mark || '@example.com', 'en', 'active' FROM crowd",
            "INSERT INTO memberships (user_id, customer_id, role)"
            " SELECT id, CAST(CAST(:customer AS text) AS uuid), 'shared_user' FROM crowd",
            "INSERT INTO deliveries (id, kind, user_id, customer_id, document_id)"
            " SELECT delivery, 'notification', id, CAST(CAST(:customer AS text) AS uuid),"
            " CAST(CAST(:document AS text) AS uuid) FROM crowd",
            "INSERT INTO outbox (id, job, subject_id, customer_id) SELECT gen_random_uuid(),"
            " 'send_delivery', delivery, CAST(CAST(:customer AS text) AS uuid) FROM crowd",
        ):
            used = {name: value for name, value in parameters.items() if f":{name}" in statement}
            await connection.execute(text(statement), used)
    return str(document["id"])


async def waiting(world: World) -> int:
    return int((await world.rows("SELECT count(*) FROM outbox WHERE state = 'waiting'"))[0][0])


@pytest.mark.timeout(600)
async def test_sec_F3_F4_several_workers_send_each_mail_once(
    world: World, office: Office, tmp_path: Path
) -> None:
    """With Redis flushed in the middle: what was queued is queued again when its lease is over."""
    document = await many_deliveries(world, await world.company(), MANY)
    redis = Redis.from_url(world.settings.redis_url)
    async with mail_server() as server:
        variables = {"SMTP_PORT": str(server.port), "LOG_LEVEL": "INFO"}
        with ExitStack() as stack:
            workers = [
                stack.enter_context(
                    command(world.settings, "worker", tmp_path / f"{number}.log", **variables)
                )
                for number in range(WORKERS)
            ]

            def all_live() -> None:
                for worker in workers:
                    assert worker.process.poll() is None, worker.lines()

            async def a_third_sent() -> bool:
                all_live()
                return len(server.received) >= MANY // 3

            await eventually(a_third_sent, "the workers send mails", 240)
            await redis.flushall()

            async def all_sent() -> bool:
                all_live()
                left = await waiting(world)
                if left and await is_quiet():
                    await office.pass_time()  # rather than to wait for the leases
                return left == 0

            async def is_quiet() -> bool:
                before = len(server.received)
                await asyncio.sleep(0.5)
                settled = MANY - await waiting(world) == len(server.received) == before
                return settled and await redis.zcard("iportal:queue") == 0

            await eventually(all_sent, "every job is done", 240)
    await redis.aclose()
    names = [m.split("Message-ID: ")[1].split("\r\n")[0] for m in server.received]
    assert len(set(names)) == len(names) == MANY
    states = [row.state for row in await office.deliveries(document)]
    assert states == ["sent"] * MANY


async def test_sec_F3_parallel_relays_hand_out_each_job_once(world: World, office: Office) -> None:
    await many_deliveries(world, await world.company(), 120)
    database = world.app.state.database
    queue = await create_pool(redis_of(world.settings), job_serializer=orjson.dumps)
    try:
        await queue.flushall()
        moved = await asyncio.gather(*(relay_once(database, queue) for _ in range(8)))
        assert sum(moved) == 120
        assert len(await queued(queue)) == 120
        assert await relay_once(database, queue) == 0
        await queue.flushall()
        assert await relay_once(database, queue) == 0, "leases hold although the queue is empty"
        await office.pass_time()
        assert await relay_once(database, queue) == 120
    finally:
        await queue.flushall()
        await queue.aclose()
    assert {row.fence for row in await world.rows("SELECT fence FROM outbox")} == {2}


async def queued(queue: ArqRedis) -> set[str]:
    """The ids of the rows that the queue carries."""
    names = await queue.zrange("iportal:queue", 0, -1)
    jobs = [orjson.loads(await queue.get(b"arq:job:" + name)) for name in names]
    ids = [entry_id for job in jobs for entry_id, _ in job["a"][0]]
    assert len(ids) == len(set(ids)), "none is queued twice"
    return set(ids)


async def test_sec_F4_jobs_that_could_not_be_queued_are_given_back(
    world: World, office: Office
) -> None:
    await many_deliveries(world, await world.company(), 3)
    queue = await create_pool(redis_of(world.settings))
    try:
        await queue.set("iportal:queue", "no sorted set")
        with pytest.raises(Exception, match="WRONGTYPE"):
            await relay_once(world.app.state.database, queue)
        await queue.flushall()
        assert await relay_once(world.app.state.database, queue) == 3
    finally:
        await queue.flushall()
        await queue.aclose()


async def published(world: World, office: Office) -> Claim:
    await world.publish(await world.company())
    (claim,) = await office.claim(Job.ANNOUNCE_DOCUMENT)
    return claim


async def test_sec_F2_a_worker_past_its_lease_changes_nothing(world: World, office: Office) -> None:
    late = await published(world, office)
    await office.pass_time()
    (current,) = await office.claim()
    assert (current.id, current.fence) == (late.id, late.fence + 1)
    before = await office.entry(current)
    await office.run(late)
    assert await office.entry(current) == before
    assert (
        await world.rows("SELECT 1 FROM deliveries WHERE document_id = :id", id=late.subject_id)
        == []
    )
    await office.run(current)
    assert await office.entry(current) is None


async def test_sec_F2_a_late_failure_changes_nothing_either(world: World, office: Office) -> None:
    """Not even when the late worker believes that it was the last try."""
    await world.publish(await world.company())
    (late,) = await office.announced()
    await set_attempts(world, late, MAX_MAIL_ATTEMPTS - 1)
    async with mail_server(to_data="450 later") as server:
        server.hold = asyncio.Event()
        running: asyncio.Task[Any] = asyncio.create_task(office.run(late, smtp_port=server.port))
        await asyncio.wait_for(server.taken.wait(), 5)
        await office.pass_time()
        (current,) = await office.claim()
        before = await office.entry(current)
        server.hold.set()
        await running
    assert await office.entry(current) == before
    rows = await world.rows("SELECT state FROM deliveries WHERE id = :id", id=late.subject_id)
    assert rows[0].state == "waiting"


async def set_attempts(world: World, claim: Claim, attempts: int) -> None:
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE outbox SET attempts = :attempts, last_error = '450' WHERE id = :id"),
            {"attempts": attempts, "id": claim.id},
        )


async def test_sec_F19_a_job_that_raises_is_set_aside_after_five_tries(
    world: World, office: Office
) -> None:
    """The table of templates is not to be found: a defect that every try meets again."""
    document = await world.publish(await world.company())
    (claim,) = await office.announced()
    await set_language(world, claim, "xx")
    for number in range(1, MAX_ATTEMPTS + 1):
        await office.run(claim)
        entry = await office.entry(claim)
        assert entry.attempts == number
        assert entry.last_error
        assert entry.state == ("dead" if number == MAX_ATTEMPTS else "waiting")
        await office.pass_time()
        claims = await office.claim()
        claim = claims[0] if claims else claim
    assert await office.claim() == []
    (delivery,) = await office.deliveries(document["id"])
    assert delivery.state == "refused"
    other = await world.company()
    await world.publish(other)
    await office.work()
    assert len(await office.mails(other.contact.email)) == 1, "the queue moves on"


async def set_language(world: World, claim: Claim, language: str) -> None:
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "UPDATE users SET language = :language"
                " WHERE id = (SELECT user_id FROM deliveries WHERE id = :id)"
            ),
            {"language": language, "id": claim.subject_id},
        )


async def test_sec_F19_a_job_that_kills_its_worker_is_set_aside_too(
    world: World, office: Office
) -> None:
    await world.publish(await world.company())
    (claim,) = await office.announced()
    async with mail_server(to_data=None) as server:
        for number in range(1, MAX_ATTEMPTS + 1):
            server.taken.clear()
            running = asyncio.create_task(office.run(claim, smtp_port=server.port))
            await asyncio.wait_for(server.taken.wait(), 5)
            running.cancel()  # as a kill does, it leaves no word
            await asyncio.gather(running, return_exceptions=True)
            assert (await office.entry(claim)).attempts == number
            await office.pass_time()
            (claim,) = await office.claim()
        await office.run(claim, smtp_port=server.port)
    entry = await office.entry(claim)
    assert (entry.state, entry.last_error) == ("dead", "WorkerLost")
    rows = await world.rows("SELECT state FROM deliveries WHERE id = :id", id=claim.subject_id)
    assert rows[0].state == "refused"


async def test_sec_F2_the_lease_begins_anew_when_work_does(world: World, office: Office) -> None:
    """A job may have waited in the queue for most of its lease."""
    await world.publish(await world.company())
    (claim,) = await office.announced()
    async with world.owner.begin() as connection:
        await connection.execute(text("UPDATE outbox SET due_at = now() + interval '1 second'"))
    async with mail_server(to_data=None) as server:
        running = asyncio.create_task(office.run(claim, smtp_port=server.port))
        await asyncio.wait_for(server.taken.wait(), 5)
        left = await world.rows("SELECT due_at - now() > interval '40 seconds' FROM outbox")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert left[0][0] is True
