"""What the worker does with a job.

It locks the job's row by id and fence, does its work, and removes the row in the same transaction.
"""

import asyncio
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
from api.core.database import Database
from api.core.settings import Settings
from api.downloads.clearing import clear
from api.mailer import Attachment, Connections, Mail, MailDelayed, MailRefused, letter, send
from api.me.erasure import erase_person, mails_are_on_their_way
from api.notifications.announcing import announce_document
from api.notifications.digests import cut_digest, prepare_digest, settle_digest
from api.notifications.mails import prepare_mail, settle
from api.outbox import Claim, Job
from api.storage import Storage, StorageUnavailable, StoredObject

MAX_ATTEMPTS = 5
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "connections", Connections(self.settings))


async def run_job(context: dict[str, Any], entry_id: str, fence: int) -> None:
    """Do what an outbox row asks for; the queue only carried its id and fence."""
    engines: Engines = context["engines"]
    async with engines.database.transaction() as session:
        begun = await outbox.begin(session, UUID(entry_id), fence)
    if begun is None:
        return
    claim, silent = begun
    with structlog.contextvars.bound_contextvars(
        job=claim.job.value, subject=str(claim.subject_id)
    ):
        try:
            if silent and claim.attempts >= MAX_ATTEMPTS:
                raise WorkerLost
            await HANDLERS[claim.job](engines, claim)
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
        if dead and claim.job in MAILS:
            await _act_for(session, claim)
            await MAILS[claim.job][1](session, claim.subject_id, "refused", reason)
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


async def _announce_document(engines: Engines, claim: Claim) -> None:
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            await announce_document(session, engines.settings, claim.subject_id)
            await outbox.finish(session, claim)


async def _cut_digest(engines: Engines, claim: Claim) -> None:
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            # Finished first: whoever adds to the next digest then makes a new appointment.
            await outbox.finish(session, claim)
            await cut_digest(session, claim.subject_id)


async def _answer_mail_request(engines: Engines, claim: Claim) -> None:
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            # Finished first: the answer goes on as the user who is meant.
            await outbox.finish(session, claim)
            await answer_mail_request(session, engines.settings, claim.subject_id)


async def _erase_person(engines: Engines, claim: Claim) -> None:
    async with engines.database.transaction() as session:
        if not await _claimed(session, claim):
            return
        if await mails_are_on_their_way(session, claim.subject_id):
            raise MailDelayed("the mails about it are on their way")
        archives = await erase_person(session, claim.subject_id)
        await outbox.finish(session, claim)
    for archive in archives:
        await clear(engines.database, engines.storage, archive)


async def _send(engines: Engines, claim: Claim) -> None:
    """Send between two transactions: none is open while the mail server takes its time."""
    prepare, settle_it = MAILS[claim.job]
    async with engines.database.transaction() as session:
        if not await _claimed(session, claim):
            return
        mail = await prepare(session, engines.settings, claim.subject_id)
        if mail is None:
            await outbox.finish(session, claim)
            return
    state, reason = "sent", None
    try:
        files = [(file, await _fetch(engines.storage, file)) for file in mail.attachments]
        ready = await asyncio.to_thread(letter, mail, engines.settings, files)
        await send(ready, engines.connections)
    except MailRefused as error:
        state, reason = "refused", str(error)
    async with engines.database.transaction() as session:
        if await _claimed(session, claim):
            await settle_it(session, claim.subject_id, state, reason)
            await outbox.finish(session, claim)


async def _fetch(storage: Storage, file: Attachment) -> bytes:
    try:
        return await storage.read(StoredObject(file.key, file.size, file.sha256))
    except StorageUnavailable as error:
        raise MailDelayed("the file to attach is away") from error


MAILS: dict[Job, tuple[Prepare, Settle]] = {
    Job.SEND_DELIVERY: (prepare_mail, settle),
    Job.SEND_DIGEST: (prepare_digest, settle_digest),
    Job.SEND_ACCOUNT_MAIL: (prepare_account_mail, settle_mail),
}
HANDLERS: dict[Job, Callable[[Engines, Claim], Awaitable[None]]] = {
    Job.ANNOUNCE_DOCUMENT: _announce_document,
    Job.ANSWER_MAIL_REQUEST: _answer_mail_request,
    Job.CUT_DIGEST: _cut_digest,
    Job.ERASE_PERSON: _erase_person,
    **dict.fromkeys(MAILS, _send),
}
