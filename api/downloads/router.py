"""`/downloads`: ZIPs of many documents, prepared in the background."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import Response as AnyResponse

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import (
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    CurrentStorage,
    GuardedRoute,
)
from api.documents.files import StoredFile, is_later_part, sends_content
from api.downloads import queries, service
from api.downloads.schemas import Download, DownloadListQuery, DownloadPage, NewDownload
from api.marks import answers_head, require

router = APIRouter(prefix="/downloads", tags=["downloads"], route_class=GuardedRoute)

READING = (errors.UNAUTHENTICATED, errors.SCOPE, errors.MFA_ENROLMENT_REQUIRED)
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "",
    status_code=202,
    operation_id="create_download",
    responses=problems(
        *READING, errors.CSRF, errors.NOT_FOUND, errors.INVALID, errors.DOWNLOAD_QUOTA
    ),
)
@require(Permission.DOWNLOADS)
async def create_download(
    body: NewDownload,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> Download:
    """Ask for a ZIP of the named documents, or of all that match a filter."""
    download_id = await service.create_download(session, settings, principal, body)
    return await queries.load_download(session, download_id)


@router.get(
    "",
    operation_id="list_downloads",
    responses=problems(*READING, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.DOWNLOADS)
async def list_downloads(
    query: Annotated[DownloadListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> DownloadPage:
    """One's own ZIPs and how far they are, newest first."""
    page = await queries.list_downloads(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.get(
    "/{download_id}",
    operation_id="read_download",
    responses=problems(*READING, errors.NOT_FOUND),
)
@require(Permission.DOWNLOADS)
async def read_download(download_id: KnownId, session: CurrentSession) -> Download:
    """How far a ZIP is."""
    return await queries.load_download(session, download_id)


@router.get(
    "/{download_id}/file",
    operation_id="read_download_file",
    response_class=AnyResponse,
    responses={
        200: {"description": "The ZIP", "content": ZIP},
        206: {"description": "The range asked for", "content": ZIP},
        304: {"description": "Unchanged"},
        **problems(
            *READING,
            errors.NOT_FOUND,
            errors.NOT_FINISHED,
            errors.GONE,
            errors.RANGE_NOT_SATISFIABLE,
            errors.UNAVAILABLE,
        ),
    },
)
@require(Permission.DOWNLOADS)
@answers_head
async def read_download_file(
    download_id: KnownId,
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    storage: CurrentStorage,
) -> Response:
    """The finished ZIP; its fetching is added to the history of every document in it."""
    archive = await queries.find_archive(session, download_id)
    answer = StoredFile(request, storage, archive.stored, "zip", archive.name, inline=False)
    if sends_content(request, answer):
        await service.record_fetch(session, principal, archive, is_later_part=is_later_part(answer))
    return answer


@router.post(
    "/{download_id}/retry",
    status_code=202,
    operation_id="retry_download",
    responses=problems(
        *READING, errors.CSRF, errors.NOT_FOUND, errors.CONFLICT, errors.DOWNLOAD_QUOTA
    ),
)
@require(Permission.DOWNLOADS)
async def retry_download(
    download_id: KnownId,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> Download:
    """Build a ZIP again that failed, was cancelled or has expired."""
    await service.retry_download(session, settings, principal, download_id)
    return await queries.load_download(session, download_id)


@router.delete(
    "/{download_id}",
    status_code=204,
    operation_id="delete_download",
    responses=problems(*READING, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.DOWNLOADS)
async def delete_download(download_id: KnownId, session: CurrentSession) -> None:
    """Cancel a ZIP that is on its way, or remove one that is not."""
    await service.remove_download(session, download_id)
