"""Publishing a document: once, whole, and announced.

Reading, checking and storing happen outside of any transaction, so no connection waits for S3. The
files are stored before the rows that name them are committed, so a row never lacks its object; an
object left by a failed publication is swept later. The register makes a number unique: of fifty
parallel copies one is published and the others learn its id.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import Principal, act_as_publisher
from api.audit import record
from api.core import errors
from api.core.database import Database, id_at, new_id
from api.core.errors import Problem
from api.core.settings import Language
from api.documents.files import MEDIA_TYPES
from api.issuer.files import DocumentFiles, FileMaker
from api.issuer.reading import Draft, Upload
from api.issuer.register import (
    claim_key,
    issued,
    reassign,
    register,
    register_entry,
    registered,
    to_issued,
)
from api.issuer.rows import StoredFiles, insert_rows
from api.issuer.schemas import IssuedDocument
from api.models import Customer, Document, DocumentRegister
from api.storage import Storage, document_key


@dataclass(frozen=True, slots=True)
class Publication:
    """The outcome: what is published now, and whether this call did it."""

    document: IssuedDocument
    created: bool


class Publisher(Protocol):
    """Who publishes; every step of a publication is a transaction of theirs."""

    def transaction(self) -> AbstractAsyncContextManager[tuple[AsyncSession, Principal | None]]:
        """A transaction as this publisher, with the user or program behind it if there is one."""


class Command:
    """The operator, who publishes from the command line and is nobody's user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[AsyncSession, Principal | None]]:
        """A transaction that adds documents without reading them back."""
        async with self._database.transaction() as session:
            await act_as_publisher(session)
            yield session, None


@dataclass(frozen=True, slots=True)
class Options:
    """How a document is published, beside what it is.

    A document taken over from another system keeps the moment at which it was `published_at` there,
    and need not be announced again.
    """

    key: str | None = None
    published_at: datetime | None = None
    announce: bool = True


ORDINARY = Options()


async def publish(
    publisher: Publisher,
    storage: Storage,
    maker: FileMaker,
    upload: Upload,
    draft: Draft,
    options: Options = ORDINARY,
) -> Publication:
    """Publish a draft, or find that it was published before.

    The same bytes again change nothing. The same kind and number with other bytes raise
    `DOCUMENT_EXISTS`, unless the upload asks to replace; an unknown customer number raises
    `UNKNOWN_CUSTOMER`, and a key that stood for another request `IDEMPOTENCY_KEY_REUSED`.
    """
    while True:
        plan = await _look(publisher, upload, draft, options)
        if isinstance(plan, IssuedDocument):
            return Publication(plan, created=False)
        document_id = new_id() if options.published_at is None else id_at(options.published_at)
        made = await maker.make(upload, draft, plan.language)
        stored = await _store(storage, document_id, made)
        published = await _commit(publisher, plan, upload, draft, options, document_id, stored)
        if published is not None:
            return Publication(published, created=True)
        # Someone published this number between our look and now; their row decides.
        for file in stored.files.values():
            await storage.delete(file.key)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a look has shown: whose document it is, and whether it replaces another."""

    customer_id: UUID
    customer_number: str
    language: Language
    replaces: bool


async def _look(
    publisher: Publisher, upload: Upload, draft: Draft, options: Options
) -> IssuedDocument | _Plan:
    """What was published before, or else what there is to do."""
    async with publisher.transaction() as (session, actor):
        customer = await find_customer(session, draft.customer_numbers)
        if options.key is not None and actor is not None:
            await claim_key(session, actor, options.key, upload)
        earlier = await registered(session, draft)
        if earlier is not None and earlier.upload_digest == upload.digest:
            return await issued(session, earlier)
        if earlier is not None and not upload.replace:
            raise Problem(errors.DOCUMENT_EXISTS, parameters={"number": draft.number})
        return _Plan(
            customer.id,
            customer.number,
            cast("Language", customer.language),
            replaces=earlier is not None,
        )


async def find_customer(session: AsyncSession, numbers: tuple[str, ...]) -> Customer:
    """The first known customer number of several; raises `UNKNOWN_CUSTOMER`."""
    rows = await session.scalars(select(Customer).where(Customer.number.in_(numbers)))
    known = {customer.number: customer for customer in rows}
    for number in numbers:
        if number in known:
            return known[number]
    raise Problem(errors.UNKNOWN_CUSTOMER)


async def _commit(
    publisher: Publisher,
    plan: _Plan,
    upload: Upload,
    draft: Draft,
    options: Options,
    document_id: UUID,
    stored: StoredFiles,
) -> IssuedDocument | None:
    """Write the rows of stored files; None when somebody else was faster and their row decides."""
    async with publisher.transaction() as (session, actor):
        earlier = await registered(session, draft, lock=True) if plan.replaces else None
        if earlier is not None and (earlier.upload_digest == upload.digest or not upload.replace):
            return None
        entry = register_entry(document_id, plan.customer_id, upload, draft, options.published_at)
        if earlier is None and not await register(session, entry):
            return None
        await insert_rows(session, entry, draft, stored)
        await record(
            session,
            "published",
            actor=actor,
            customer_id=plan.customer_id,
            document_id=document_id,
            at=options.published_at,
        )
        if earlier is not None:
            await _replace(session, actor, earlier, entry)
        if options.announce:
            job = outbox.Job.ANNOUNCE_DOCUMENT
            await outbox.put(session, job, document_id, customer_id=plan.customer_id)
        return to_issued(entry, plan.customer_number)


async def _store(storage: Storage, document_id: UUID, made: DocumentFiles) -> StoredFiles:
    stored = await asyncio.gather(
        *(
            storage.put(document_key(document_id, kind), data, MEDIA_TYPES[kind])
            for kind, data in made.contents.items()
        )
    )
    return StoredFiles(dict(zip(made.contents, stored, strict=True)), made.seal)


async def _replace(
    session: AsyncSession,
    actor: Principal | None,
    earlier: DocumentRegister,
    entry: DocumentRegister,
) -> None:
    # What was withdrawn stays so, although its number is carried by another document now.
    state = "replaced" if earlier.state == "published" else earlier.state
    await session.execute(
        update(Document)
        .where(Document.id == earlier.document_id)
        .values(state=state, replaced_by_id=entry.document_id)
    )
    await record(
        session,
        "replaced",
        actor=actor,
        customer_id=earlier.customer_id,
        document_id=earlier.document_id,
        detail={"by": str(entry.document_id)},
    )
    await reassign(session, entry)
