"""A storm over the mails: workers killed, Redis flushed, a mail server that says 421."""

import asyncio
import random
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.core.settings import Settings
from tests.support.mailing import Counting, many_documents
from tests.support.portals import Served, command

WORKERS = 2
DUE = text("UPDATE outbox SET due_at = now() WHERE state = 'waiting' AND due_at > now()")
WAITING = text("SELECT count(*) FROM outbox WHERE state = 'waiting'")
# What the database says has left: address and Message-ID, as the mail server counts them.
TOLD = text(
    "SELECT d.state, u.email || ' <' || d.id || '@' || :domain || '>' AS mail"
    " FROM deliveries d JOIN documents o ON o.id = d.document_id JOIN users u ON u.id = d.user_id"
    " WHERE o.number LIKE :mark"
)


@dataclass(frozen=True, slots=True)
class Storm:
    """What it did, and how database and mail server tell of it.

    `missing` has no mail, `unexpected` no delivery, `unsettled` are deliveries not known as sent.
    """

    kills: int
    seconds: float
    mails: Counter[str]
    missing: set[str]
    unexpected: set[str]
    unsettled: int

    @property
    def arrived(self) -> int:
        """Mails that arrived, each counted once."""
        return len(self.mails)

    @property
    def twice(self) -> int:
        """Mails that came again."""
        return self.mails.total() - len(self.mails)


async def storm(
    settings: Settings,
    owner: AsyncEngine,
    server: Counting,
    folder: Path,
    *,
    customers: int,
    each: int,
    kills: int,
    seconds: float,
    within: float,
) -> Storm:
    """Tell two people of each of `customers * each` documents while things go wrong.

    They do for about `seconds`; it waits no longer than `within` seconds for the last mail.
    """
    mark, _ = await many_documents(owner, customers, each)
    dice = random.Random(7)
    redis = Redis.from_url(settings.redis_url)
    begun = time.monotonic()
    with ExitStack() as stack:
        workers = [_worker(stack, settings, server, folder, n) for n in range(WORKERS)]
        for killed in range(kills):
            await asyncio.sleep(dice.uniform(0.5, 1.5) * seconds / (kills + 1))
            victim = dice.randrange(WORKERS)
            workers[victim].process.kill()
            workers[victim] = _worker(stack, settings, server, folder, WORKERS + killed)
            if killed % 2 == 0:
                await redis.flushall()
            if killed == kills // 2:
                server.say("421 try later")
                await asyncio.sleep(1.5)
                server.say("250 ok")
        while await _left(owner) and time.monotonic() < begun + within:
            pass
    await redis.aclose()
    seconds = time.monotonic() - begun
    mails, domain = server.mails(), settings.issuer.sender.rpartition("@")[2]
    async with owner.begin() as connection:
        told = (await connection.execute(TOLD, {"mark": f"{mark}-%", "domain": domain})).all()
    known = {row.mail for row in told}
    unsettled = sum(row.state != "sent" for row in told)
    return Storm(kills, seconds, mails, known - set(mails), set(mails) - known, unsettled)


def _worker(
    stack: ExitStack, settings: Settings, server: Counting, folder: Path, number: int
) -> Served:
    variables = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port), "LOG_LEVEL": "WARNING"}
    return stack.enter_context(command(settings, "worker", folder / f"{number}.log", **variables))


async def _left(owner: AsyncEngine) -> bool:
    """Whether anything is still to do; what only waits for its time is made due when all is quiet.

    Otherwise a killed worker's leases and the back-off after a 421 would be waited for.
    """
    before = await _waiting(owner)
    await asyncio.sleep(2)
    after = await _waiting(owner)
    if after and after == before:
        async with owner.begin() as connection:
            await connection.execute(DUE)
        await asyncio.sleep(4)
    return after > 0


async def _waiting(owner: AsyncEngine) -> int:
    async with owner.begin() as connection:
        return int(await connection.scalar(WAITING) or 0)
