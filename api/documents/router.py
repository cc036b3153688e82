"""`/documents`: the list, the detail, the files."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import Response as AnyResponse

from api.access import Permission
from api.audit import is_recorded
from api.core import errors
from api.core.http import safe_filename
from api.core.parameters import describe_parameters, read_parameters
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import (
    CurrentPrincipal,
    CurrentReader,
    CurrentSession,
    CurrentStorage,
    GuardedRoute,
)
from api.documents import detail, queries, service
from api.documents.detail_schemas import DocumentDetail
from api.documents.files import (
    EXTENSIONS,
    MEDIA_TYPES,
    StoredFile,
    is_later_part,
    made_file,
    sends_content,
)
from api.documents.schemas import DocumentListQuery, DocumentPage, History
from api.documents.selection import Changed, ReadMark
from api.marks import answers_head, reading, require
from api.models import Document

router = APIRouter(prefix="/documents", tags=["documents"], route_class=GuardedRoute)

READING = (errors.UNAUTHENTICATED, errors.SCOPE)
Disposition = Literal["attachment", "inline"]
PRIVATE = {"Cache-Control": "private, no-cache"}


def _file_responses(kind: str) -> dict[int | str, dict[str, object]]:
    content = {MEDIA_TYPES[kind].split(";")[0]: {"schema": {"type": "string", "format": "binary"}}}
    return {
        200: {"description": "The file", "content": content},
        206: {"description": "The range asked for", "content": content},
        304: {"description": "Unchanged"},
        **problems(
            *READING,
            errors.NOT_FOUND,
            errors.RANGE_NOT_SATISFIABLE,
            errors.INVALID,
            errors.UNAVAILABLE,
        ),
    }


@router.get(
    "",
    operation_id="list_documents",
    response_model=DocumentPage,
    responses=problems(*READING, errors.INVALID, errors.INVALID_CURSOR),
    openapi_extra=describe_parameters(DocumentListQuery),
)
@require(Permission.DOCUMENTS_READ)
@reading(DocumentListQuery)
async def list_documents(request: Request, reader: CurrentReader) -> Response:
    """Documents that match the filter, newest first unless sorted otherwise."""
    query = read_parameters(DocumentListQuery, request)
    page = await queries.list_documents(reader, query, request.app.state.cursors)
    answer = AnyResponse(page.body, headers=PRIVATE, media_type="application/json")
    link_next(request, answer, page.next_cursor)
    return answer


@router.post(
    "/read",
    status_code=204,
    operation_id="mark_documents_read",
    responses={
        200: {"model": Changed, "description": "What changed, when `return_ids` asks for it"},
        **problems(*READING, errors.CSRF, errors.NOT_FOUND, errors.INVALID),
    },
)
@require(Permission.DOCUMENTS_WRITE)
async def mark_documents_read(
    body: ReadMark, principal: CurrentPrincipal, session: CurrentSession
) -> Response:
    """Mark documents as read or unread for oneself; one invisible id and nothing happens."""
    changed = await service.set_read(session, principal, body)
    if not body.return_ids:
        return AnyResponse(status_code=204)
    answer = Changed(document_ids=changed.undoable)
    return AnyResponse(answer.model_dump_json(), media_type="application/json")


@router.get(
    "/{document_id}",
    operation_id="read_document",
    response_model=DocumentDetail,
    responses=problems(*READING, errors.NOT_FOUND),
)
@require(Permission.DOCUMENTS_READ)
@reading()
async def read_document(request: Request, reader: CurrentReader, document_id: KnownId) -> Response:
    """A document with all its figures. Reading it in a browser session marks it as read."""
    body = await detail.read_document(reader, document_id)
    return AnyResponse(body, headers=PRIVATE, media_type="application/json")


@router.get(
    "/{document_id}/pdf",
    operation_id="read_pdf",
    response_class=AnyResponse,
    responses=_file_responses("pdf"),
)
@require(Permission.DOCUMENTS_READ)
@answers_head
async def read_pdf(
    document_id: KnownId,
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    storage: CurrentStorage,
    disposition: Disposition = "attachment",
) -> Response:
    """The PDF, byte for byte as published."""
    return await _stored(request, principal, session, storage, document_id, "pdf", disposition)


@router.get(
    "/{document_id}/ubl",
    operation_id="read_ubl",
    response_class=AnyResponse,
    responses=_file_responses("ubl"),
)
@require(Permission.DOCUMENTS_READ)
@answers_head
async def read_ubl(
    document_id: KnownId,
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    storage: CurrentStorage,
    disposition: Disposition = "attachment",
) -> Response:
    """The UBL 2.1 file, byte for byte as published."""
    return await _stored(request, principal, session, storage, document_id, "ubl", disposition)


async def _stored(
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    storage: CurrentStorage,
    document_id: UUID,
    kind: Literal["pdf", "ubl"],
    disposition: Disposition,
) -> Response:
    document = await queries.find_document(session, document_id)
    stored = await queries.find_file(session, document_id, kind)
    inline = disposition == "inline"
    name = safe_filename(document.number, EXTENSIONS[kind])
    answer = StoredFile(request, storage, stored, kind, name, inline=inline)
    if sends_content(request, answer):
        await _remember(session, principal, document, kind, answer, inline=inline)
    return answer


async def _remember(
    session: CurrentSession,
    principal: CurrentPrincipal,
    document: Document,
    kind: str,
    answer: Response,
    *,
    inline: bool,
) -> None:
    """Write a fetch into the document's history, unless it goes on with one that is there."""
    if principal.is_program:
        event: Literal["fetched", "viewed", "downloaded"] = "fetched"
    else:
        event = "viewed" if inline else "downloaded"
    if is_later_part(answer) and await is_recorded(
        session, event, actor=principal, document_id=document.id, detail={"file": kind}
    ):
        return
    await service.record_on(session, event, principal, document.id, document.customer_id, file=kind)


@router.get(
    "/{document_id}/csv",
    operation_id="read_csv",
    response_class=AnyResponse,
    responses=_file_responses("csv"),
)
@require(Permission.DOCUMENTS_READ)
@answers_head
async def read_csv(
    document_id: KnownId,
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    disposition: Disposition = "attachment",
) -> Response:
    """The main data as CSV: RFC 4180, UTF-8, safe to open in a spreadsheet program."""
    document = await queries.find_document(session, document_id)
    data = await queries.make_csv(session, document)
    inline = disposition == "inline"
    answer = made_file(request, data, "csv", safe_filename(document.number, "csv"), inline=inline)
    if sends_content(request, answer):
        await _remember(session, principal, document, "csv", answer, inline=inline)
    return answer


@router.get(
    "/{document_id}/history",
    operation_id="read_document_history",
    responses=problems(*READING, errors.NOT_FOUND),
)
@require(Permission.DOCUMENTS_READ)
async def read_history(document_id: KnownId, session: CurrentSession) -> History:
    """Who did what with the document, and when; oldest first."""
    return await queries.load_history(session, document_id)
