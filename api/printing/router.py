"""`/issuer/print-batches`: what goes to customers by post."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import Response as AnyResponse

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import CurrentPrincipal, CurrentSession, CurrentStorage, GuardedRoute
from api.documents.files import StoredFile, is_later_part, sends_content
from api.marks import answers_head, require
from api.printing import queries, service
from api.printing.schemas import NewPrintBatch, PrintBatch, PrintBatchListQuery, PrintBatchPage

router = APIRouter(prefix="/issuer/print-batches", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "",
    status_code=202,
    operation_id="create_print_batch",
    responses=problems(*CALLER, errors.CSRF, errors.INVALID, errors.NOTHING_TO_PRINT),
)
@require(Permission.STAFF)
async def create_print_batch(
    body: NewPrintBatch, principal: CurrentPrincipal, session: CurrentSession
) -> PrintBatch:
    """Collect the documents that go by post and are in no batch yet; their ZIP is then built."""
    batch_id = await service.create_batch(session, principal, body)
    return await queries.load_batch(session, batch_id)


@router.get(
    "",
    operation_id="list_print_batches",
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def list_print_batches(
    query: Annotated[PrintBatchListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> PrintBatchPage:
    """All print batches and how far they are, newest first."""
    page = await queries.list_batches(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.get(
    "/{print_batch_id}",
    operation_id="read_print_batch",
    responses=problems(*CALLER, errors.NOT_FOUND),
)
@require(Permission.STAFF)
async def read_print_batch(print_batch_id: KnownId, session: CurrentSession) -> PrintBatch:
    """How far a print batch is."""
    return await queries.load_batch(session, print_batch_id)


@router.get(
    "/{print_batch_id}/file",
    operation_id="read_print_batch_file",
    response_class=AnyResponse,
    responses={
        200: {"description": "The ZIP", "content": ZIP},
        206: {"description": "The range asked for", "content": ZIP},
        304: {"description": "Unchanged"},
        **problems(
            *CALLER,
            errors.NOT_FOUND,
            errors.NOT_FINISHED,
            errors.PRINT_BATCH_OUTDATED,
            errors.GONE,
            errors.RANGE_NOT_SATISFIABLE,
            errors.UNAVAILABLE,
        ),
    },
)
@require(Permission.STAFF)
@answers_head
async def read_print_batch_file(
    print_batch_id: KnownId,
    request: Request,
    principal: CurrentPrincipal,
    session: CurrentSession,
    storage: CurrentStorage,
) -> Response:
    """The ZIP: PDFs named in printing order, and `manifest.csv`."""
    stored, name, built_at = await queries.find_file(session, print_batch_id)
    answer = StoredFile(request, storage, stored, "zip", name, inline=False)
    if sends_content(request, answer):
        is_part = is_later_part(answer)
        await service.record_fetch(
            session, principal, print_batch_id, built_at, is_later_part=is_part
        )
    return answer


@router.post(
    "/{print_batch_id}/retry",
    status_code=202,
    operation_id="retry_print_batch",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.CONFLICT),
)
@require(Permission.STAFF)
async def retry_print_batch(print_batch_id: KnownId, session: CurrentSession) -> PrintBatch:
    """Build a ZIP again that failed, has gone, or holds what was withdrawn since."""
    await service.build_again(session, print_batch_id)
    return await queries.load_batch(session, print_batch_id)


@router.post(
    "/{print_batch_id}/printed",
    operation_id="mark_print_batch_printed",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.NOT_FINISHED),
)
@require(Permission.STAFF)
async def mark_print_batch_printed(
    print_batch_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> PrintBatch:
    """Tell that a batch was sent to print; the history of each document in it says so."""
    await service.mark_printed(session, principal, print_batch_id)
    return await queries.load_batch(session, print_batch_id)
