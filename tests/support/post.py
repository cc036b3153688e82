"""The post: hands the portal's mails to the sink and reads them there."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from api.jobs import Engines, run_job
from api.outbox import Job
from tests.support.world import World

SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
CLAIM = text(
    "UPDATE outbox SET fence = fence + 1, due_at = now() + interval '45 seconds'"
    " WHERE job = ANY (:jobs) AND state = 'waiting' AND due_at <= now() RETURNING id, fence"
)


@dataclass(slots=True)
class Post:
    """Works off the account mails as the worker does, and shows what arrived."""

    world: World
    mailbox: httpx.AsyncClient

    async def deliver(self) -> None:
        """Do the jobs that send account mails, until none is due."""
        state = self.world.app.state
        engines = Engines(state.settings, state.database, state.storage)
        jobs = [Job.ANSWER_MAIL_REQUEST.value, Job.SEND_ACCOUNT_MAIL.value]
        while True:
            async with self.world.owner.begin() as connection:
                claims = (await connection.execute(CLAIM, {"jobs": jobs})).all()
            for entry_id, fence in claims:
                await run_job({"engines": engines}, str(UUID(str(entry_id))), fence)
            if not claims:
                await engines.connections.close()
                return

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails to an address, newest first."""
        await self.deliver()
        answer = await self.mailbox.get("/messages.json", params={"to": address})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def code(self, address: str) -> str:
        """The code of the newest mail: the only six-digit number in its text (API.md, Mails)."""
        newest = (await self.mails(address))[0]
        found = SIX_DIGITS.findall(newest["text"])
        assert len(found) == 1, newest["text"]
        assert found[0] in newest["html"]
        return str(found[0])

    async def link(self, address: str, path: str) -> str:
        """The token behind a link, which stands alone on its line in the text."""
        newest = (await self.mails(address))[0]
        start = f"{self.world.settings.public_url}/{path}/"
        lines = [line for line in newest["text"].splitlines() if line.startswith(start)]
        assert len(lines) == 1, newest["text"]
        assert f'href="{lines[0]}"' in newest["html"]
        token = str(lines[0]).removeprefix(start)
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
        return token
