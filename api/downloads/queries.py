"""Reads of downloads: one's own, and only while all that is in them may be seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.http import safe_filename
from api.core.paging import CursorCodec
from api.downloads.schemas import Download, DownloadListQuery, DownloadPage, Progress
from api.models import Download as DownloadRow
from api.storage import StoredObject

PAST = (DownloadRow.state == "finished") & (DownloadRow.expires_at < func.now())
STATE = case((PAST, "expired"), else_=DownloadRow.state)


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished ZIP: where it is, the name to save it under, and the documents in it."""

    id: UUID
    stored: StoredObject
    name: str
    document_ids: list[UUID]
    built_at: datetime | None


def _statement() -> Select[Any]:
    return select(
        DownloadRow.id,
        STATE.label("state"),
        DownloadRow.done,
        DownloadRow.total,
        DownloadRow.formats,
        DownloadRow.size_bytes,
        DownloadRow.created_at,
        DownloadRow.finished_at,
        DownloadRow.expires_at,
        DownloadRow.error,
    )


def _download(row: Any) -> Download:
    return Download(
        id=row.id,
        state=row.state,
        progress=Progress(done=row.done, total=row.total),
        formats=row.formats,
        size_bytes=row.size_bytes,
        created_at=row.created_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        error=row.error,
    )


async def load_download(session: AsyncSession, download_id: UUID) -> Download:
    """One download; `NOT_FOUND` when absent or invisible."""
    row = (await session.execute(_statement().where(DownloadRow.id == download_id))).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return _download(row)


async def list_downloads(
    session: AsyncSession, principal: Principal, query: DownloadListQuery, codec: CursorCodec
) -> DownloadPage:
    """One's own downloads, newest first."""
    context = f"downloads {principal.user_id}"
    statement = _statement().order_by(DownloadRow.id.desc())
    if query.cursor is not None:
        last = UUID(codec.decode(context, query.cursor)[0])
        statement = statement.where(DownloadRow.id < last)
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    items = [_download(row) for row in rows[: query.limit]]
    total = None
    if query.count:
        total = await session.scalar(select(func.count()).select_from(DownloadRow))
    following = None
    if len(rows) > query.limit:
        following = codec.encode(context, [str(items[-1].id)])
    return DownloadPage(items=items, next_cursor=following, total=total)


async def find_archive(session: AsyncSession, download_id: UUID) -> Archive:
    """The finished ZIP; raises `NOT_FINISHED` before it is, and `GONE` after its time."""
    state = (await load_download(session, download_id)).state
    if state == "expired":
        raise Problem(errors.GONE)
    row = await session.get_one(DownloadRow, download_id)
    if state != "finished" or not row.object_key or row.size_bytes is None or row.sha256 is None:
        raise Problem(errors.NOT_FINISHED)
    name = safe_filename(f"documents-{row.created_at:%Y-%m-%d-%H%M}", "zip")
    stored = StoredObject(row.object_key, row.size_bytes, row.sha256)
    return Archive(row.id, stored, name, row.document_ids, row.finished_at)
