"""What the tests of webhooks share: staff who make them, and a worker that does one step."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from api.outbound import Outbound
from api.outbox import Claim
from api.webhooks.calling import call_webhook
from api.webhooks.sweeping import forget_jobs
from api.webhooks.working import claim_calls
from tests.support.receiver import Receiver, receiving
from tests.support.world import World

DUE = text("UPDATE outbox SET due_at = now() - interval '10 minutes' WHERE job = 'send_webhook'")
PASSED = text(
    "UPDATE webhook_deliveries SET next_try_at = now() - interval '10 minutes'"
    " WHERE next_try_at IS NOT NULL"
)
RESTED = text("UPDATE webhooks SET rest_until = NULL")


@dataclass(slots=True)
class Office:
    """Staff with a browser, and a worker's steps."""

    world: World
    staff: httpx.AsyncClient
    outbound: Outbound

    async def webhook(self, url: str, *events: str) -> dict[str, Any]:
        """A new webhook, of documents that are published unless others are named."""
        body = {"url": url, "events": list(events) or ["document.published"]}
        answer = await self.staff.post("/issuer/webhooks", json=body)
        assert answer.status_code == 201, answer.text
        webhook: dict[str, Any] = answer.json()
        return webhook

    async def read(self, webhook: dict[str, Any]) -> dict[str, Any]:
        """The webhook as it is now."""
        found: dict[str, Any] = (await self.staff.get(f"/issuer/webhooks/{webhook['id']}")).json()
        return found

    async def deliveries(self, webhook: dict[str, Any]) -> list[dict[str, Any]]:
        """What became of its messages, newest first."""
        answer = await self.staff.get(f"/issuer/webhooks/{webhook['id']}/deliveries")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def claim(self, room: int = 100) -> list[Claim]:
        """Lease what is due."""
        return await claim_calls(self.world.app.state.database, room)

    async def call(self, claim: Claim) -> None:
        """Send one message."""
        state = self.world.app.state
        await call_webhook(state.settings, state.database, self.outbound, claim)

    async def work(self) -> int:
        """Send what is due; returns how many messages that were."""
        claims = await self.claim()
        for claim in claims:
            await self.call(claim)
        return len(claims)

    async def pass_time(self) -> None:
        """Let all waits, leases and rests be over."""
        async with self.world.owner.begin() as connection:
            for statement in (DUE, PASSED, RESTED):
                await connection.execute(statement)

    async def jobs(self) -> int:
        """How many jobs there are, once those are swept that have nothing to do."""
        await self.pass_time()
        await forget_jobs(self.world.app.state.database)
        return len(await self.world.rows("SELECT 1 FROM outbox WHERE job = 'send_webhook'"))

    async def set(self, webhook: dict[str, Any], assignment: str) -> None:
        """Change a webhook's row directly."""
        async with self.world.owner.begin() as connection:
            await connection.execute(
                text(f"UPDATE webhooks SET {assignment} WHERE id = :id"),
                {"id": UUID(webhook["id"])},
            )


@pytest.fixture(autouse=True)
def inner_network(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator lets this machine be called."""
    allowed = [ip_network("127.0.0.1/32")]
    monkeypatch.setattr(world.app.state.settings, "outbound_allow", allowed)


@pytest.fixture
async def office(world: World, inner_network: None) -> AsyncIterator[Office]:
    """Without webhooks of other tests."""
    staff = await world.signed_in(await world.person(role="staff"))
    outbound = Outbound(world.app.state.settings)
    await _clear(world)
    yield Office(world, staff, outbound)
    await outbound.close()
    await _clear(world)


async def _clear(world: World) -> None:
    async with world.owner.begin() as connection:
        await connection.execute(text("DELETE FROM webhooks"))
        await connection.execute(text("DELETE FROM outbox WHERE job = 'send_webhook'"))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A program that is called."""
    async with receiving() as found:
        yield found
