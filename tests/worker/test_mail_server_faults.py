"""Mail servers that refuse, delay or vanish (F10, F11, F12)."""

import asyncio
import re
from typing import Any

import pytest

from api import jobs
from api.outbox import Claim
from tests.support.world import World
from tests.worker.mail_server import mail_server
from tests.worker.office import Office

MESSAGE_ID = re.compile(r"^Message-ID: (.*)$", re.MULTILINE | re.IGNORECASE)


async def one_mail(world: World, office: Office) -> tuple[str, Claim]:
    """A document and the claim of its only mail."""
    document = await world.publish(await world.company())
    (claim,) = await office.announced()
    return document["id"], claim


async def wait_of(world: World, claim: Claim) -> float:
    rows = await world.rows(
        "SELECT extract(epoch FROM due_at - now()) FROM outbox WHERE id = :id", id=claim.id
    )
    return float(rows[0][0])


@pytest.mark.parametrize("answer", ["421 busy", "450 greylisted", "452 full"])
@pytest.mark.parametrize("place", ["to_recipient", "to_data"])
async def test_sec_F10_a_delay_is_tried_again_soon_and_delivers_once(
    world: World, office: Office, answer: str, place: str
) -> None:
    document, claim = await one_mail(world, office)
    async with mail_server(**{place: answer}) as server:
        await office.run(claim, smtp_port=server.port)
        entry = await office.entry(claim)
        assert (entry.state, entry.attempts) == ("waiting", 1)
        assert answer[:3] in entry.last_error
        assert 0 < await wait_of(world, claim) < 60
        server.to_recipient = server.to_data = "250 ok"
        server.received.clear()
        await office.pass_time()
        assert await office.work(smtp_port=server.port) == 1
        assert len(server.received) == 1
    assert await office.entry(claim) is None
    assert [row.state for row in await office.deliveries(document)] == ["sent"]


async def test_sec_F10_a_server_that_is_away_backs_off_for_three_days(
    world: World, office: Office
) -> None:
    document, claim = await one_mail(world, office)
    async with mail_server() as server:
        closed = server.port
    waits = []
    for _ in range(jobs.MAX_MAIL_ATTEMPTS):
        await office.run(claim, smtp_port=closed)
        entry = await office.entry(claim)
        if entry.state == "dead":
            break
        waits.append(await wait_of(world, claim))
        await office.pass_time()
        (claim,) = await office.claim()
    assert waits == sorted(waits) or max(waits) - min(waits[-5:]) < 5
    assert waits[0] < 60
    assert 60 * 3600 < sum(waits) < 84 * 3600
    (delivery,) = await office.deliveries(document)
    assert delivery.state == "refused"
    assert delivery.last_error


async def test_sec_F10_a_silent_server_is_given_up(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.mailer.sending.MAIL_SECONDS", 0.5)
    document, claim = await one_mail(world, office)
    async with mail_server(to_data=None) as server:
        await asyncio.wait_for(office.run(claim, smtp_port=server.port), 5)
    assert (await office.entry(claim)).state == "waiting"
    assert [row.state for row in await office.deliveries(document)] == ["waiting"]


@pytest.mark.parametrize("answer", ["550 no such user", "554 policy", "521 never"])
@pytest.mark.parametrize("place", ["to_recipient", "to_data"])
async def test_sec_F11_a_refusal_is_final_and_kept(
    world: World, office: Office, answer: str, place: str
) -> None:
    document, claim = await one_mail(world, office)
    async with mail_server(**{place: answer}) as server:
        await office.run(claim, smtp_port=server.port)
    assert await office.entry(claim) is None
    (delivery,) = await office.deliveries(document)
    assert delivery.state == "refused"
    assert answer in delivery.last_error
    assert delivery.sent_at is None
    await office.pass_time()
    assert await office.work() == 0
    history = await world.rows(
        "SELECT count(*) FROM audit_events WHERE document_id = :id AND event = 'notified'",
        id=delivery.document_id,
    )
    assert history[0][0] == 0


async def test_sec_F12_a_worker_killed_after_the_server_took_the_mail(
    world: World, office: Office
) -> None:
    """At most one duplicate, and mail programs know it by its Message-ID."""
    document, claim = await one_mail(world, office)
    async with mail_server(to_data=None) as server:
        running: asyncio.Task[Any] = asyncio.create_task(office.run(claim, smtp_port=server.port))
        await asyncio.wait_for(server.taken.wait(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert [row.state for row in await office.deliveries(document)] == ["waiting"]
        server.to_data = "250 ok"
        await office.pass_time()
        assert await office.work(smtp_port=server.port) == 1
        await office.pass_time()
        assert await office.work(smtp_port=server.port) == 0
        assert len(server.received) == 2
        names = {MESSAGE_ID.findall(message)[0] for message in server.received}
        assert len(names) == 1
    assert [row.state for row in await office.deliveries(document)] == ["sent"]
