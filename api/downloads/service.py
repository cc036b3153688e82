"""Writes: asking for an archive, asking again, cancelling and removing."""

from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import outbox
from api.access import Principal
from api.audit import Event, is_recorded, record_on_documents
from api.core import errors
from api.core.database import new_id
from api.core.errors import FieldError, Problem
from api.core.settings import Settings
from api.documents.selection import first_ids
from api.downloads.queries import Archive
from api.downloads.schemas import NewDownload
from api.models import ApiToken, Download

# One person's requests one after the other, so that the quota is counted right.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:user, 1))")
KEPT = ("queued", "running", "finished")
AGAIN = ("failed", "cancelled", "expired")


async def create_download(
    session: AsyncSession, settings: Settings, principal: Principal, wanted: NewDownload
) -> UUID:
    """Ask for an archive of what is selected now; one invisible id and nothing happens."""
    most = settings.download_documents_per_user
    documents = await first_ids(session, principal, wanted, most)
    if not documents:
        nothing = FieldError("/filter", "no_documents", "no document matches")
        raise Problem(errors.INVALID, errors=[nothing])
    await _keep_to_quota(session, settings, principal, len(documents))
    download_id = new_id()
    chosen = wanted.filter.model_dump(mode="json", exclude_defaults=True) if wanted.filter else None
    await session.execute(
        insert(Download).values(
            id=download_id,
            user_id=principal.user_id,
            selection={"filter": chosen},
            scope_ids=await _narrowing(session, principal),
            document_ids=documents,
            formats=list(dict.fromkeys(wanted.formats)),
            total=len(documents),
        )
    )
    job = outbox.Job.BUILD_ARCHIVE
    await outbox.put(session, job, download_id, user_id=principal.user_id)
    return download_id


async def _narrowing(session: AsyncSession, principal: Principal) -> list[UUID] | None:
    """The customer numbers of the token in use; None without a token, or when it has all."""
    if not principal.is_program:
        return None
    return await session.scalar(
        select(ApiToken.customer_ids).where(ApiToken.id == principal.credential_id)
    )


async def _keep_to_quota(
    session: AsyncSession, settings: Settings, principal: Principal, documents: int
) -> None:
    await session.execute(LOCK, {"user": str(principal.user_id)})
    kept = (
        await session.execute(
            select(func.count(), func.coalesce(func.sum(Download.total), 0)).where(
                Download.user_id == principal.user_id, Download.state.in_(KEPT)
            )
        )
    ).one()
    most, most_documents = settings.downloads_per_user, settings.download_documents_per_user
    if kept[0] >= most or kept[1] + documents > most_documents:
        raise Problem(
            errors.DOWNLOAD_QUOTA, parameters={"count": most, "documents": most_documents}
        )


async def retry_download(
    session: AsyncSession, settings: Settings, principal: Principal, download_id: UUID
) -> None:
    """Build an archive again that failed, was cancelled or has expired."""
    row = await session.scalar(select(Download).where(Download.id == download_id).with_for_update())
    if row is None:
        raise Problem(errors.NOT_FOUND)
    if row.state not in AGAIN:
        raise Problem(errors.CONFLICT)
    await _keep_to_quota(session, settings, principal, len(row.document_ids))
    await session.execute(
        update(Download)
        .where(Download.id == download_id)
        .values(
            state="queued",
            done=0,
            total=len(row.document_ids),
            error=None,
            object_key=None,
            size_bytes=None,
            sha256=None,
            customer_ids=[],
            finished_at=None,
            expires_at=None,
        )
    )
    job = outbox.Job.BUILD_ARCHIVE
    await outbox.put(session, job, download_id, user_id=principal.user_id)


async def remove_download(session: AsyncSession, download_id: UUID) -> None:
    """Cancel an archive that is on its way; remove one that is not, and its file."""
    cancelled = await session.scalar(
        update(Download)
        .where(Download.id == download_id, Download.state.in_(("queued", "running")))
        .values(state="cancelled")
        .returning(Download.id)
    )
    if cancelled is not None:
        return
    removed = await session.scalar(
        delete(Download).where(Download.id == download_id).returning(Download.id)
    )
    if removed is None:
        raise Problem(errors.NOT_FOUND)
    await outbox.put(session, outbox.Job.DISCARD_ARCHIVE, download_id)


async def record_fetch(
    session: AsyncSession, principal: Principal, archive: Archive, *, is_later_part: bool
) -> None:
    """Add the fetching of an archive to the history of every document in it.

    A later part is recorded only if no fetch of this very archive is: another one with the same
    document, or this one before it was built again, is another file.
    """
    event: Event = "fetched" if principal.is_program else "downloaded"
    detail = {"file": "zip", "download": str(archive.id)}
    if is_later_part and await is_recorded(
        session,
        event,
        actor=principal,
        document_id=next(iter(archive.document_ids), None),
        detail=detail,
        since=archive.built_at,
    ):
        return
    await record_on_documents(
        session, event, actor=principal, document_ids=archive.document_ids, detail=detail
    )
