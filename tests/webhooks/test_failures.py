"""Receivers that fail, and workers that die: tried again, then given up and shown (E5)."""

from datetime import datetime
from typing import Any

import pytest

from api.webhooks.calling import MOST_ATTEMPTS
from tests.support.receiver import OK, Receiver, answer
from tests.support.world import World
from tests.webhooks.conftest import Office


async def waiting(world: World, office: Office, receiver: Receiver) -> dict[str, Any]:
    """A webhook with one message that waits."""
    webhook = await office.webhook(receiver.url)
    await world.publish(await world.company())
    return webhook


async def test_it_is_sent_again_under_the_same_id(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    receiver.answers = [answer(503), answer(302, "Location: http://127.0.0.1/"), OK]
    await office.work()
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["state"], delivery["attempts"]) == ("waiting", 1)
    assert (delivery["last_error"], delivery["response_status"]) == ("status", 503)
    next_try = datetime.fromisoformat(delivery["next_try_at"])
    pause = (next_try - datetime.fromisoformat(delivery["created_at"])).total_seconds()
    assert 19 < pause < 30
    assert (await office.read(webhook))["failing_since"] is not None
    assert await office.work() == 0, "it waits for its next try"
    await office.pass_time()
    await office.work()
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["last_error"], delivery["attempts"]) == ("redirect", 2)
    await office.pass_time()
    await office.work()
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["state"], delivery["last_error"], delivery["attempts"]) == (
        "delivered",
        None,
        3,
    )
    assert {it.headers["webhook-id"] for it in receiver.received} == {delivery["id"]}
    assert len({it.body for it in receiver.received}) == 1
    assert (await office.read(webhook))["failing_since"] is None


async def test_the_pauses_grow_for_two_days_and_then_it_is_given_up(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    receiver.answers = [answer(400)]
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        await office.work()
        (row,) = await world.rows(
            "SELECT extract(epoch FROM due_at - now()) AS pause FROM outbox"
            " WHERE job = 'send_webhook'"
        )
        pauses.append(round(row.pause, -1))
        await office.pass_time()
    assert pauses == sorted(pauses)
    assert 45 < sum(pauses) / 3600 < 55
    await office.work()
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["state"], delivery["attempts"]) == ("failed", MOST_ATTEMPTS)
    assert delivery["next_try_at"] is None
    assert await world.rows("SELECT 1 FROM outbox WHERE job = 'send_webhook'") == []
    assert (await office.read(webhook))["active"], "it has not failed for two days here"


async def test_staff_send_again_what_was_given_up(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    (delivery,) = await office.deliveries(webhook)
    path = f"/issuer/webhooks/{webhook['id']}/deliveries/{delivery['id']}/retry"
    assert (await office.staff.post(path)).status_code == 409, "it is on its way"
    await world.rows("UPDATE webhook_deliveries SET state = 'failed' RETURNING 1")
    await world.rows("DELETE FROM outbox WHERE job = 'send_webhook' RETURNING 1")
    await office.set(webhook, "rest_until = now() + interval '1 hour', failing_since = now()")
    other = await office.webhook(receiver.url)
    foreign = path.replace(webhook["id"], other["id"])
    assert (await office.staff.post(foreign)).status_code == 404
    assert (await office.staff.post(path)).status_code == 202
    assert await office.work() == 1, "at once, although the webhook rests"
    (delivery,) = await office.deliveries(webhook)
    assert delivery["state"] == "delivered"
    assert (await office.staff.post(path)).status_code == 409
    await world.rows("UPDATE webhook_deliveries SET state = 'failed' RETURNING 1")
    await office.staff.patch(f"/issuer/webhooks/{webhook['id']}", json={"active": False})
    assert (await office.staff.post(path)).status_code == 409, "the webhook is paused"


async def test_a_message_sent_again_after_a_pause_has_one_job_and_all_its_tries(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    receiver.answers = [answer(500), OK]
    await office.work()
    path = f"/issuer/webhooks/{webhook['id']}"
    for active in (False, True):
        await office.staff.patch(path, json={"active": active})
    (delivery,) = await office.deliveries(webhook)
    retried = await office.staff.post(f"{path}/deliveries/{delivery['id']}/retry")
    assert retried.status_code == 202
    (job,) = await world.rows("SELECT attempts FROM outbox WHERE job = 'send_webhook'")
    assert job.attempts == 0
    assert await office.work() == 1
    assert (await office.deliveries(webhook))[0]["state"] == "delivered"
    assert await world.rows("SELECT 1 FROM outbox WHERE job = 'send_webhook'") == []


async def test_sec_F19_what_nobody_foresaw_is_a_failure_like_others(
    world: World, office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = await waiting(world, office, receiver)

    async def broken(*_: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(office.outbound, "post", broken)
    await office.work()
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["state"], delivery["last_error"], delivery["attempts"]) == (
        "waiting",
        "no_answer",
        1,
    )
    assert delivery["next_try_at"] is not None


async def test_after_two_days_it_is_paused_and_staff_are_told(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    company = await world.company()
    for _ in range(2):
        await world.publish(company)
    receiver.answers = [answer(500)]
    await office.set(webhook, "failing_since = now() - interval '49 hours'")
    (claim,) = await office.claim(1)
    await office.call(claim)
    found = await office.read(webhook)
    assert (found["active"], found["paused_at"] is None) == (False, False)
    deliveries = await office.deliveries(webhook)
    assert {it["state"] for it in deliveries} == {"failed"}
    assert sorted(it["last_error"] for it in deliveries) == ["paused", "paused", "status"]
    await office.work()
    assert await office.jobs() == 0
    assert len(receiver.received) == 1, "what waited is not sent"
    await world.publish(company)
    assert len(await office.deliveries(webhook)) == 3, "nothing is kept while it is paused"
    events = await office.staff.get("/issuer/audit?event=webhook_paused")
    assert events.json()["items"][0]["detail"]["webhook"] == webhook["id"]


async def test_pausing_gives_up_what_waits(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    await office.staff.patch(f"/issuer/webhooks/{webhook['id']}", json={"active": False})
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["state"], delivery["last_error"]) == ("failed", "paused")
    await office.work()
    assert receiver.received == []


async def test_a_message_written_while_it_was_being_paused_is_not_sent(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    await office.set(webhook, "active = false")
    await office.work()
    assert receiver.received == []
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["state"], delivery["last_error"]) == ("failed", "paused")


async def test_sec_F12_a_worker_killed_after_the_answer_sends_again_under_the_same_id(
    world: World, office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = await waiting(world, office, receiver)
    (claim,) = await office.claim()

    async def killed(*_: Any) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr("api.webhooks.calling._settle", killed)
        await office.call(claim)
    assert (await office.deliveries(webhook))[0]["state"] == "waiting"
    assert await office.work() == 0, "its lease has not passed"
    await office.pass_time()
    assert await office.work() == 1
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert (await office.deliveries(webhook))[0]["attempts"] == 1


async def test_sec_F2_a_worker_past_its_lease_changes_nothing(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    (late,) = await office.claim()
    await office.pass_time()
    receiver.answers = [answer(500)]
    await office.work()
    await office.call(late)
    assert len(receiver.received) == 1
    assert (await office.deliveries(webhook))[0]["attempts"] == 1


async def test_a_test_is_sent_once_also_to_a_paused_webhook(
    office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    path = f"/issuer/webhooks/{webhook['id']}"
    await office.staff.patch(path, json={"active": False})
    sent = await office.staff.post(f"{path}/test")
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    receiver.answers = [answer(500), OK]
    await office.work()
    (delivery,) = await office.deliveries(webhook)
    assert (delivery["event"], delivery["state"]) == ("webhook.test", "failed")
    assert (delivery["document"], delivery["customer"]) == (None, None)
    assert (await office.read(webhook))["failing_since"] is None, "it was only a test"
    await office.staff.post(f"{path}/test")
    await office.work()
    assert [it["state"] for it in await office.deliveries(webhook)] == ["delivered", "failed"]


async def test_a_secret_sealed_under_a_lost_key_signs_nothing(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await waiting(world, office, receiver)
    await office.set(
        webhook, "sealed_secret = set_byte(sealed_secret, 0, 255 - get_byte(sealed_secret, 0))"
    )
    await office.work()
    assert receiver.received == []
    assert (await office.deliveries(webhook))[0]["last_error"] == "lost_secret"
