"""What the worker does with a job.

It locks the job's row by id and fence, does its work, and removes the row in the same transaction.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import act_as_requester, act_for_customer
from api.accounts.mails import settle_mail
from api.auth.jobs import answer_mail_request, prepare_account_mail
from api.beginning import Begun, begin, beginning
from api.core.database import Database
from api.core.settings import Settings
from api.downloads.clearing import clear
from api.mailer import (
    Attachment,
    Connections,
    Mail,
    MailDelayed,
    MailRefused,
    RecentFiles,
    letter,
    send,
)
from api.me.erasure import erase_person, mails_are_on_their_way
from api.notifications.announcing import announce_document
from api.notifications.digests import cut_digest, prepare_digest, settle_digest
from api.notifications.mails import (
    Notice,
    drop,
    mail_of,
    note_try,
    notice_of,
    refuse,
    settle_sent,
)
from api.outbox import Claim, Job
from api.storage import Storage, StorageUnavailable, StoredObject

MAX_ATTEMPTS = 5
# Jobs that came together are not begun later: the last of them must end within arq's time-out.
BATCH_SECONDS = 5
# Doubling from 20 s and capped at 4 h, this is about 72 hours (F10).
MAX_MAIL_ATTEMPTS = 28

Prepare = Callable[[AsyncSession, Settings, UUID], Awaitable[Mail | None]]
Settle = Callable[[AsyncSession, UUID, str, str | None], Awaitable[None]]

log = structlog.get_logger("api.worker")


class WorkerLost(Exception):
    """Every try ended without a word: the job takes too long, or kills its worker (F19)."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What jobs work with."""

    settings: Settings
    database: Database
    storage: Storage
    connections: Connections = field(init=False)
    files: RecentFiles = field(default_factory=RecentFiles)

    def __post_init__(self) -> None:
        object.__setattr__(self, "connections", Connections(self.settings))


async def run_jobs(context: dict[str, Any], claims: list[tuple[str, int]]) -> None:
    """Do what these outbox rows ask for, one after the other; the queue carried ids and fences.

    When the first take long, or the worker is told to stop, the others are given back.
    """
    engines: Engines = context["engines"]
    enough = time.monotonic() + BATCH_SECONDS
    for done, (entry_id, fence) in enumerate(claims):
        if done and (time.monotonic() > enough or context["stopping"].is_set()):
            async with engines.database.transaction() as session:
                await outbox.release(session, [(UUID(it), fence) for it, fence in claims[done:]])
            return
        await run_job(context, entry_id, fence)


async def run_job(context: dict[str, Any], entry_id: str, fence: int) -> None:
    """Do what an outbox row asks for."""
    engines: Engines = context["engines"]
    async with engines.database.connection() as connection:
        begun = await begin(connection, BEGIN, UUID(entry_id), fence)
    if begun is None:
        return
    claim = begun.claim
    with structlog.contextvars.bound_contextvars(
        job=claim.job.value, subject=str(claim.subject_id)
    ):
        try:
            if begun.silent and claim.attempts >= MAX_ATTEMPTS:
                raise WorkerLost
            await HANDLERS[claim.job](engines, begun)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            await _failed(engines, claim, error)


async def _failed(engines: Engines, claim: Claim, error: Exception) -> None:
    most = MAX_MAIL_ATTEMPTS if isinstance(error, MailDelayed) else MAX_ATTEMPTS
    # The text of our own errors is safe to keep; that of others may quote input.
    reason = str(error) if isinstance(error, MailDelayed) else type(error).__name__
    async with engines.database.transaction() as session:
        dead = await outbox.postpone(session, claim, reason, most)
        if dead and claim.job in SETTLING:
            await _act_for(session, claim)
            await SETTLING[claim.job](session, claim.subject_id, "refused", reason)
    log.warning("job_failed", error=reason, attempts=claim.attempts + 1, dead=dead)


async def _claimed(session: AsyncSession, claim: Claim) -> bool:
    held = await outbox.find_claim(session, claim.id, claim.fence)
    if held is not None:
        await _act_for(session, claim)
    return held is not None


async def _act_for(session: AsyncSession, claim: Claim) -> None:
    if claim.customer_id is not None:
        await act_for_customer(session, claim.customer_id)
    elif claim.user_id is not None:
        await act_as_requester(session, claim.user_id, None)


async def _announce_document(engines: Engines, begun: Begun) -> None:
    claim = begun.claim
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            await announce_document(session, engines.settings, claim.subject_id)
            await outbox.finish(session, claim)


async def _cut_digest(engines: Engines, begun: Begun) -> None:
    claim = begun.claim
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            # Finished first: whoever adds to the next digest then makes a new appointment.
            await outbox.finish(session, claim)
            await cut_digest(session, claim.subject_id)


async def _answer_mail_request(engines: Engines, begun: Begun) -> None:
    claim = begun.claim
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            # Finished first: the answer goes on as the user who is meant.
            await outbox.finish(session, claim)
            await answer_mail_request(session, engines.settings, claim.subject_id)


async def _erase_person(engines: Engines, begun: Begun) -> None:
    claim = begun.claim
    async with engines.database.transaction() as session:
        if not await _claimed(session, claim):
            return
        if await mails_are_on_their_way(session, claim.subject_id):
            raise MailDelayed("the mails about it are on their way")
        archives = await erase_person(session, claim.subject_id)
        await outbox.finish(session, claim)
    for archive in archives:
        await clear(engines.database, engines.storage, archive)


async def _send_delivery(engines: Engines, begun: Begun) -> None:
    """Tell one person of one document, in two round trips: most of what the worker does all day."""
    claim = begun.claim
    notice = Notice.model_validate_json(begun.about) if begun.about else None
    if notice is None or not notice.is_wanted:
        async with engines.database.transaction() as session:
            if await _claimed(session, claim):
                if notice is not None:
                    await drop(session, claim.subject_id)
                await outbox.finish(session, claim)
        return
    mail = mail_of(engines.settings, notice)
    try:
        await _hand_over(engines, mail)
    except Exception as error:
        async with engines.database.transaction() as session:
            if await _claimed(session, claim):
                await note_try(session, claim.subject_id, mail)
                if isinstance(error, MailRefused):
                    await refuse(session, claim.subject_id, "refused", str(error))
                    await outbox.finish(session, claim)
        if not isinstance(error, MailRefused):
            raise
        return
    async with engines.database.connection() as connection:
        await settle_sent(connection, claim, mail)


async def _send(engines: Engines, begun: Begun) -> None:
    """Send between two transactions: none is open while the mail server takes its time."""
    claim = begun.claim
    async with engines.database.transaction() as session:
        if not await _claimed(session, claim):
            return
        mail = await PREPARING[claim.job](session, engines.settings, claim.subject_id)
        if mail is None:
            await outbox.finish(session, claim)
            return
    state, reason = "sent", None
    try:
        await _hand_over(engines, mail)
    except MailRefused as error:
        state, reason = "refused", str(error)
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            await SETTLING[claim.job](session, claim.subject_id, state, reason)
            await outbox.finish(session, claim)


async def _hand_over(engines: Engines, mail: Mail) -> None:
    async def fetch(file: Attachment) -> bytes:
        try:
            return await engines.storage.fetch(StoredObject(file.key, file.size, file.sha256))
        except StorageUnavailable as error:
            raise MailDelayed("the file to attach is away") from error

    files = [(file, await engines.files.read(file, fetch)) for file in mail.attachments]
    ready = await asyncio.to_thread(letter, mail, engines.settings, files)
    await send(ready, engines.connections)


BEGIN = beginning(Job.SEND_DELIVERY, notice_of)
PREPARING: dict[Job, Prepare] = {
    Job.SEND_DIGEST: prepare_digest,
    Job.SEND_ACCOUNT_MAIL: prepare_account_mail,
}
SETTLING: dict[Job, Settle] = {
    Job.SEND_DELIVERY: refuse,
    Job.SEND_DIGEST: settle_digest,
    Job.SEND_ACCOUNT_MAIL: settle_mail,
}
HANDLERS: dict[Job, Callable[[Engines, Begun], Awaitable[None]]] = {
    Job.ANNOUNCE_DOCUMENT: _announce_document,
    Job.ANSWER_MAIL_REQUEST: _answer_mail_request,
    Job.CUT_DIGEST: _cut_digest,
    Job.ERASE_PERSON: _erase_person,
    Job.SEND_DELIVERY: _send_delivery,
    **dict.fromkeys(PREPARING, _send),
}
