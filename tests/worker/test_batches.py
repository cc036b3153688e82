"""Jobs that come together: several mails of a run of invoices, worked off one after the other."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from api import outbox
from api.jobs import run_jobs
from api.mailer import Attachment, RecentFiles
from api.outbox import Claim, Job
from api.worker import BATCH, _batches
from tests.support.world import World, pdf_bytes
from tests.worker.mail_server import mail_server
from tests.worker.office import Office
from tests.worker.test_attachments import attaching, of
from tests.worker.test_outbox_faults import many_deliveries


async def claims_of(world: World, office: Office, count: int) -> list[Claim]:
    company = await world.company()
    for _ in range(count):
        await world.publish(company)
    return await office.announced()


def held(claims: list[Claim]) -> list[tuple[str, int]]:
    return [(str(claim.id), claim.fence) for claim in claims]


async def due(world: World) -> int:
    rows = await world.rows("SELECT count(*) FROM outbox WHERE due_at <= now()")
    return int(rows[0][0])


async def test_jobs_that_come_together_are_all_done(world: World, office: Office) -> None:
    claims = await claims_of(world, office, 3)
    async with mail_server() as server:
        engines = office.engines(smtp_port=server.port)
        await run_jobs({"engines": engines, "stopping": asyncio.Event()}, held(claims))
        await engines.connections.close()
        assert len(server.received) == 3
    assert await world.rows("SELECT 1 FROM outbox") == []


@pytest.mark.parametrize("cause", ["the worker is told to stop", "the first takes long"])
async def test_sec_F22_jobs_that_were_not_begun_are_given_back(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    claims, stopping = await claims_of(world, office, 3), asyncio.Event()
    if cause == "the first takes long":
        monkeypatch.setattr("api.jobs.BATCH_SECONDS", -1)
    else:
        stopping.set()
    async with mail_server() as server:
        engines = office.engines(smtp_port=server.port)
        await run_jobs({"engines": engines, "stopping": stopping}, held(claims))
        assert len(server.received) == 1, "what was begun is ended"
        assert await due(world) == 2, "others may take the rest at once, not after its lease"
        again = await office.claim()
        assert {(c.id, c.fence) for c in again} == {(c.id, c.fence + 1) for c in claims[1:]}
        late = asyncio.Event()
        await run_jobs({"engines": engines, "stopping": late}, held(claims[1:]))
        assert len(server.received) == 1, "whoever gave them back has lost them (F2)"
        await engines.connections.close()


async def test_a_code_is_handed_out_before_a_run_of_invoices(world: World, office: Office) -> None:
    await many_deliveries(world, await world.company(), 50)
    async with world.app.state.database.transaction() as session:
        await outbox.put(session, Job.SEND_ACCOUNT_MAIL, uuid4())
    async with world.app.state.database.transaction() as session:
        claims = await outbox.claim_due(session, 10)
    kinds = [claim.job for claim in claims]
    assert kinds == [Job.SEND_ACCOUNT_MAIL, *[Job.SEND_DELIVERY] * 9]


async def test_every_kind_of_job_is_handed_out(world: World, office: Office) -> None:
    async with world.app.state.database.transaction() as session:
        for job in Job:
            await outbox.put(session, job, uuid4())
    async with world.app.state.database.transaction() as session:
        queued = await outbox.claim_due(session, 100)
        long = await outbox.claim_due(session, 100, long=True)
    assert {claim.job for claim in long} == outbox.LONG_JOBS
    # Calls of webhooks are asked for by their messages (`tests/webhooks`).
    assert {claim.job for claim in queued} == set(Job) - outbox.LONG_JOBS - {Job.SEND_WEBHOOK}
    await office.clear()


def test_whoever_waits_for_a_code_does_not_wait_for_a_run_of_invoices() -> None:
    jobs = [*[Job.SEND_DELIVERY] * (BATCH + 2), Job.SEND_ACCOUNT_MAIL, Job.SEND_DIGEST]
    claims = [Claim(uuid4(), job, uuid4(), None, None, 0, 1) for job in jobs]
    batches = list(_batches(claims))
    assert [[claim.job for claim in batch] for batch in batches[:2]] == [
        [Job.SEND_ACCOUNT_MAIL],
        [Job.SEND_DIGEST],
    ]
    assert [len(batch) for batch in batches[2:]] == [BATCH, 2]
    assert [claim for batch in batches[2:] for claim in batch] == claims[: BATCH + 2]


async def test_E1_the_files_of_a_document_are_read_once_for_its_recipients(
    world: World, office: Office
) -> None:
    company, other = await attaching(world), await world.person()
    await world.share(company, other)
    pdf = pdf_bytes("for two")
    document = await world.publish(company, pdf=pdf, **of("TWO"))
    first, second = await office.announced()
    key = f"documents/{document['id']}/pdf"
    async with mail_server() as server:
        engines = office.engines(smtp_port=server.port)
        await office.run_with(engines, first)
        await engines.storage.delete(key)
        await office.run_with(engines, second)
        await engines.connections.close()
        assert len(server.received) == 2
        assert all("application/pdf" in raw for raw in server.received)


async def test_files_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.mailer.files.MOST_BYTES", 25)
    recent, fetched = RecentFiles(), []

    async def fetch(file: Attachment) -> bytes:
        fetched.append(file.filename)
        await asyncio.sleep(0)
        return file.filename.encode() * 10

    def file(name: str) -> Attachment:
        return Attachment(name, "application/pdf", name, 10, name.encode())

    async def read(*names: str) -> Any:
        return await asyncio.gather(*(recent.read(file(name), fetch) for name in names))

    assert await read("a", "a", "b") == [b"a" * 10, b"a" * 10, b"b" * 10]
    assert await read("b", "a") == [b"b" * 10, b"a" * 10]
    assert fetched == ["a", "a", "b"], "both are still here"
    await read("c")
    assert await read("a", "b") == [b"a" * 10, b"b" * 10]
    assert fetched == ["a", "a", "b", "c", "b"], "what was used longest ago went"
