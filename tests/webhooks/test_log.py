"""What became of messages: shown to staff by pages, and forgotten in time (G1)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from api.core.database import id_at
from api.retention.purging import purge_documents
from api.webhooks.sweeping import forget_deliveries
from tests.support.receiver import Receiver
from tests.support.world import World
from tests.webhooks.conftest import Office


async def test_the_log_is_narrowed_by_state_and_paged(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    company = await world.company()
    for _ in range(3):
        await world.publish(company)
    (claim,) = await office.claim(1)
    await office.call(claim)
    path = f"/issuer/webhooks/{webhook['id']}/deliveries"
    query: dict[str, Any] = {"state": ["waiting", "failed"], "limit": 1, "count": "true"}
    first = (await office.staff.get(path, params=query)).json()
    second = (await office.staff.get(path, params={**query, "cursor": first["next_cursor"]})).json()
    found = [*first["items"], *second["items"]]
    assert (first["total"], len({it["id"] for it in found})) == (2, 2)
    assert (second["next_cursor"], {it["state"] for it in found}) == (None, {"waiting"})


async def test_sec_G1_the_log_is_forgotten_in_time_and_what_waits_stays(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    now = datetime.now(UTC)
    async with world.owner.begin() as connection:
        for days, state in ((31, "delivered"), (31, "failed"), (31, "waiting"), (29, "delivered")):
            await connection.execute(
                text(
                    "INSERT INTO webhook_deliveries (id, webhook_id, event, state)"
                    " VALUES (:id, :webhook, 'document.published', :state)"
                ),
                {
                    "id": id_at(now - timedelta(days=days)),
                    "webhook": UUID(webhook["id"]),
                    "state": state,
                },
            )
    assert await forget_deliveries(world.app.state.database, 30) == 2
    states = [it["state"] for it in await office.deliveries(webhook)]
    assert states == ["delivered", "waiting"]


async def test_sec_G1_a_document_that_is_purged_takes_its_messages_along(
    world: World, office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver.url)
    kept, purged = [await world.publish(await world.company()) for _ in range(2)]
    state = world.app.state
    async with world.owner.begin() as connection:
        await connection.execute(
            text(
                "UPDATE documents SET issue_date = issue_date - interval '9 years',"
                " published_at = published_at - interval '9 years' WHERE id = :id"
            ),
            {"id": UUID(purged["id"])},
        )
    assert await purge_documents(state.database, state.storage, 7) >= 1
    assert [it["document"]["id"] for it in await office.deliveries(webhook)] == [kept["id"]]
    assert await office.work() == 1
    assert await office.jobs() == 0
