"""Which messages are sent next: nobody waits behind a receiver that is away, slow or busy."""

import asyncio
from uuid import UUID

import pytest

from api.webhooks.working import SLOTS_OF_ONE, run_webhooks
from tests.support.receiver import Receiver, answer, receiving
from tests.support.waiting import eventually
from tests.support.world import World
from tests.webhooks.conftest import Office
from tests.webhooks.test_failures import waiting


async def test_one_that_is_away_rests_and_keeps_nobody_waiting(
    world: World, office: Office, receiver: Receiver
) -> None:
    async with receiving() as away:
        pass
    failing = await office.webhook(away.url)
    company = await world.company()
    for _ in range(3):
        await world.publish(company)
    (claim,) = await office.claim(1)
    await office.call(claim)
    await office.webhook(receiver.url)
    await world.publish(company)
    assert await office.claim() != []
    await office.pass_time()
    await office.set(failing, "rest_until = now() + interval '5 minutes'")
    claims = await office.claim()
    for claim in claims:
        await office.call(claim)
    assert (len(claims), len(receiver.received)) == (1, 1)
    newest, *older = await office.deliveries(failing)
    assert {it["state"] for it in (newest, *older)} == {"waiting"}
    assert newest["next_try_at"] is not None, "when the webhook has rested"


async def test_nobody_waits_behind_the_many_messages_of_another(
    world: World, office: Office, receiver: Receiver
) -> None:
    busy = await office.webhook(receiver.url)
    company = await world.company()
    for _ in range(SLOTS_OF_ONE + 2):
        await world.publish(company)
    told_later = await office.webhook(receiver.url)
    await world.publish(company)
    first = await office.claim()
    assert len(first) == SLOTS_OF_ONE + 1, "one of them for the other"
    assert await office.claim() == [], "until one is settled"
    for claim in first[:2]:
        await office.call(claim)
    assert len(await office.claim()) == 2
    await office.set(busy, "failing_since = now()")
    await office.pass_time()
    assert len(await office.claim()) == 2, "who fails is tried with one, and the other one's"
    assert len(await office.deliveries(told_later)) == 1


@pytest.mark.parametrize(
    ("failing", "rest"), [("1 minute", 6), ("1 hour", 360), ("1 day", 600), ("0 s", 5)]
)
async def test_it_rests_for_a_tenth_of_the_time_it_has_failed(
    world: World, office: Office, receiver: Receiver, failing: str, rest: int
) -> None:
    webhook = await waiting(world, office, receiver)
    receiver.answers = [answer(500)]
    await office.set(webhook, f"failing_since = now() - interval '{failing}'")
    await office.work()
    (row,) = await world.rows("SELECT extract(epoch FROM rest_until - now()) FROM webhooks")
    assert rest - 2 < float(row[0]) <= rest + 2


async def test_the_workers_loop_sends_what_is_due(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    company = await world.company()
    documents = [(await world.publish(company))["id"] for _ in range(12)]
    state = world.app.state

    async def all_told() -> bool:
        return all(it["state"] == "delivered" for it in await office.deliveries(webhook))

    loop = asyncio.create_task(run_webhooks(state.settings, state.database, office.outbound))
    try:
        await eventually(all_told, "all messages arrive", 60)
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
    found = [it["document"]["id"] for it in await office.deliveries(webhook)]
    assert sorted(found) == sorted(documents)
    assert len({it.headers["webhook-id"] for it in receiver.received}) == 12


async def test_a_test_goes_before_what_waits(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    await office.set(webhook, "failing_since = now()")
    tested = (await office.staff.post(f"/issuer/webhooks/{webhook['id']}/test")).json()
    assert tested["next_try_at"] is None, "at once"
    (claim,) = await office.claim()
    assert str(claim.subject_id) == tested["id"]


async def test_what_staff_send_again_goes_before_what_waits(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    first, second = [await world.publish(await world.company()) for _ in range(2)]
    await office.set(webhook, "failing_since = now()")
    await world.rows(
        "UPDATE webhook_deliveries SET state = 'failed' WHERE document_id = :id RETURNING 1",
        id=UUID(second["id"]),
    )
    newest, oldest = await office.deliveries(webhook)
    assert (newest["state"], oldest["document"]["id"]) == ("failed", first["id"])
    path = f"/issuer/webhooks/{webhook['id']}/deliveries/{newest['id']}/retry"
    assert (await office.staff.post(path)).status_code == 202
    (claim,) = await office.claim()
    assert str(claim.subject_id) == newest["id"]
