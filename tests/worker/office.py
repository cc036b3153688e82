"""Does the worker's jobs in the test's own process, step by step, and reads the mails."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from api import outbox
from api.core.settings import Settings
from api.jobs import Engines, run_job
from api.outbox import Claim, Job
from tests.support.world import World

DUE = text("UPDATE outbox SET due_at = now() - interval '1 second' WHERE state = 'waiting'")


@dataclass(slots=True)
class Office:
    """`changes` are settings that differ from the portal's, such as another mail server."""

    world: World
    mailbox: httpx.AsyncClient

    def engines(self, **changes: Any) -> Engines:
        """What jobs work with."""
        state = self.world.app.state
        settings: Settings = state.settings.model_copy(update=changes)
        return Engines(settings, state.database, state.storage)

    async def clear(self) -> None:
        """Forget all jobs."""
        async with self.world.owner.begin() as connection:
            await connection.execute(text("DELETE FROM outbox"))

    async def claim(self, job: Job | None = None) -> list[Claim]:
        """Lease what is due, as the relay does."""
        async with self.world.app.state.database.transaction() as session:
            claims = await outbox.claim_due(session, 1000)
        return [claim for claim in claims if job is None or claim.job is job]

    async def run(self, claim: Claim, **changes: Any) -> None:
        """Do one job."""
        engines = self.engines(**changes)
        try:
            await self.run_with(engines, claim)
        finally:
            await engines.connections.close()

    async def run_with(self, engines: Engines, claim: Claim) -> None:
        """Do one job with engines that are kept, connections included."""
        await run_job({"engines": engines}, str(claim.id), claim.fence)

    async def work(self, **changes: Any) -> int:
        """Do what is due until nothing is; returns how many jobs that were."""
        done = 0
        while claims := await self.claim():
            for claim in claims:
                await self.run(claim, **changes)
            done += len(claims)
        return done

    async def announced(self) -> list[Claim]:
        """Announce what was published; the claims of the mails to be sent."""
        for claim in await self.claim(Job.ANNOUNCE_DOCUMENT):
            await self.run(claim)
        return await self.claim(Job.SEND_DELIVERY)

    async def pass_time(self) -> None:
        """Let every lease and every wait be over, in the database rather than by waiting."""
        async with self.world.owner.begin() as connection:
            await connection.execute(DUE)

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails to an address, newest first."""
        answer = await self.mailbox.get("/messages.json", params={"to": address})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def entry(self, claim: Claim) -> Any:
        """A job's row; None when it is done."""
        rows = await self.world.rows("SELECT * FROM outbox WHERE id = :id", id=claim.id)
        return rows[0] if rows else None

    async def deliveries(self, document_id: str) -> list[Any]:
        """The deliveries of a document."""
        return await self.world.rows(
            "SELECT d.*, u.email FROM deliveries d JOIN users u ON u.id = d.user_id"
            " WHERE d.document_id = :id ORDER BY u.email",
            id=UUID(document_id),
        )
