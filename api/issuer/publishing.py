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
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Protocol, Self
from uuid import UUID

from sqlalchemy import text

from api import audit, outbox
from api.access import PUBLISHER_ROLE, Principal
from api.core import errors
from api.core.database import (
    CONNECT_SECONDS,
    Connection,
    bare_pool,
    fetch_row,
    id_at,
    new_id,
)
from api.core.errors import Problem
from api.core.settings import Settings
from api.documents.files import MEDIA_TYPES
from api.issuer.files import DocumentFiles, FileMaker
from api.issuer.reading import Draft, Upload
from api.issuer.register import Entry, Known, check_key, claim_key, locked, look
from api.issuer.rows import Consequences, StoredFiles, insert_rows
from api.issuer.schemas import IssuedDocument
from api.storage import Storage, document_key

RETIRE = text(
    "UPDATE documents SET state = :state, replaced_by_id = :replaced_by_id WHERE id = :document_id"
)


@dataclass(frozen=True, slots=True)
class Publication:
    """The outcome: what is published now, and whether this call did it."""

    document: IssuedDocument
    created: bool


class Publisher(Protocol):
    """Who publishes; each step of a publication is done as they are."""

    def transaction(self) -> AbstractAsyncContextManager[tuple[Connection, Principal | None]]:
        """A connection as this publisher, with the user or program behind it if there is one.

        What takes several statements opens a transaction in it.
        """


class Command:
    """The operator, who publishes from the command line and is nobody's user. A context manager.

    Its connections are publishers from their start and serve nothing else, so a single statement
    needs neither BEGIN nor COMMIT of its own; they add documents without reading them back.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: Any = None

    async def __aenter__(self) -> Self:
        size = self._settings.database_pool_size
        self._pool = await bare_pool(self._settings, size, PUBLISHER_ROLE)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[Connection, Principal | None]]:
        """A connection that is a publisher, and nobody behind it."""
        async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
            yield connection, None


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
        known = await _look(publisher, upload, draft, options)
        if isinstance(known, IssuedDocument):
            return Publication(known, created=False)
        entry = _new_entry(known, upload, draft, options)
        made = await maker.make(upload, draft, known.language)
        stored = await _store(storage, entry.document_id, made)
        if await _commit(publisher, known, upload, draft, options, entry, stored):
            return Publication(entry.issued(draft, known.customer_number), created=True)
        # Someone published this number between our look and now; their row decides.
        for file in stored.files.values():
            await storage.delete(file.key)


def _new_entry(known: Known, upload: Upload, draft: Draft, options: Options) -> Entry:
    at = options.published_at
    return Entry(
        document_id=new_id() if at is None else id_at(at),
        customer_id=known.customer_id,
        upload_digest=upload.digest,
        state="published",
        findings=list(draft.findings),
        published_at=at or datetime.now(UTC),
    )


async def _look(
    publisher: Publisher, upload: Upload, draft: Draft, options: Options
) -> IssuedDocument | Known:
    """What was published before, or else for whom there is something to do."""
    async with publisher.transaction() as (connection, actor):
        known = await look(connection, draft)
        earlier = known.entry
        unchanged = earlier is not None and earlier.upload_digest == upload.digest
        if options.key is not None and actor is not None:
            bind = claim_key if unchanged else check_key
            await bind(connection, actor, options.key, upload)
    if earlier is not None and unchanged:
        return earlier.issued(draft, known.owner_number)
    if earlier is not None and not upload.replace:
        raise Problem(errors.DOCUMENT_EXISTS, parameters={"number": draft.number})
    return known


async def _commit(
    publisher: Publisher,
    known: Known,
    upload: Upload,
    draft: Draft,
    options: Options,
    entry: Entry,
    stored: StoredFiles,
) -> bool:
    """Write the rows of stored files; False when somebody else was faster and their row decides."""
    async with publisher.transaction() as (connection, actor):
        consequences = _consequences(entry, actor, options)
        if known.entry is None:
            done = await insert_rows(connection, entry, draft, stored, consequences, replaces=False)
        else:
            async with connection.transaction():
                earlier = await locked(connection, draft)
                if earlier is None or earlier.upload_digest == upload.digest:
                    return False
                done = await insert_rows(
                    connection, entry, draft, stored, consequences, replaces=True
                )
                await _retire(connection, actor, earlier, entry)
        if done and options.key is not None and actor is not None:
            await claim_key(connection, actor, options.key, upload)
        return done


def _consequences(entry: Entry, actor: Principal | None, options: Options) -> Consequences:
    history = audit.row(
        "published",
        actor=actor,
        customer_id=entry.customer_id,
        document_id=entry.document_id,
        at=options.published_at,
    )
    if not options.announce:
        return Consequences(history, None)
    job = outbox.Job.ANNOUNCE_DOCUMENT
    return Consequences(history, outbox.row(job, entry.document_id, customer_id=entry.customer_id))


async def _store(storage: Storage, document_id: UUID, made: DocumentFiles) -> StoredFiles:
    stored = await asyncio.gather(
        *(
            storage.put(document_key(document_id, kind), data, MEDIA_TYPES[kind])
            for kind, data in made.contents.items()
        )
    )
    return StoredFiles(dict(zip(made.contents, stored, strict=True)), made.seal)


async def _retire(
    connection: Connection, actor: Principal | None, earlier: Entry, entry: Entry
) -> None:
    # What was withdrawn stays so, although its number is carried by another document now.
    state = "replaced" if earlier.state == "published" else earlier.state
    values = {
        "state": state,
        "replaced_by_id": entry.document_id,
        "document_id": earlier.document_id,
    }
    await fetch_row(connection, RETIRE, values)
    await audit.record_bare(
        connection,
        "replaced",
        actor=actor,
        customer_id=earlier.customer_id,
        document_id=earlier.document_id,
        detail={"by": str(entry.document_id)},
    )
