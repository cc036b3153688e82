"""`/paper-requests`, those of a document, and all of them under `/issuer`: copies on paper."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import CurrentPrincipal, CurrentSession, CurrentSettings, GuardedRoute
from api.marks import require
from api.paper_requests import queries, service
from api.paper_requests.schemas import (
    IssuedPaperRequest,
    IssuedPaperRequestListQuery,
    IssuedPaperRequestPage,
    NewPaperRequest,
    PaperRequest,
    PaperRequestChange,
    PaperRequestListQuery,
    PaperRequestPage,
)

router = APIRouter(route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)


@router.post(
    "/documents/{document_id}/paper-requests",
    status_code=201,
    operation_id="request_paper",
    tags=["documents"],
    responses=problems(
        *CALLER,
        errors.CSRF,
        errors.NOT_FOUND,
        errors.INVALID,
        errors.CONFLICT,
        errors.PAPER_REQUEST_OPEN,
        errors.TOO_MANY_REQUESTS,
    ),
)
@require(Permission.MAIN_CONTACT)
async def request_paper(
    document_id: KnownId,
    body: NewPaperRequest,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> PaperRequest:
    """Ask for a copy on paper, whose price is told first; the copy on the portal is free."""
    made = await service.request_paper(session, settings, principal, document_id, body)
    return await queries.load_request(session, made)


@router.get(
    "/paper-requests",
    operation_id="list_paper_requests",
    tags=["documents"],
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.MAIN_CONTACT)
async def list_paper_requests(
    query: Annotated[PaperRequestListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> PaperRequestPage:
    """The copies on paper that were asked for of one's own customer numbers."""
    page = await queries.list_requests(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.delete(
    "/paper-requests/{paper_request_id}",
    status_code=204,
    operation_id="cancel_paper_request",
    tags=["documents"],
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.CONFLICT),
)
@require(Permission.MAIN_CONTACT)
async def cancel_paper_request(
    paper_request_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """Cancel a request that is not paid yet."""
    await service.cancel(session, principal, paper_request_id)


@router.get(
    "/issuer/paper-requests",
    operation_id="list_issued_paper_requests",
    tags=["issuer"],
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def list_issued_paper_requests(
    query: Annotated[IssuedPaperRequestListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> IssuedPaperRequestPage:
    """Who wants which document on paper, and how far that is."""
    page = await queries.list_issued(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.patch(
    "/issuer/paper-requests/{paper_request_id}",
    operation_id="change_paper_request",
    tags=["issuer"],
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.INVALID, errors.CONFLICT),
)
@require(Permission.STAFF)
async def change_paper_request(
    paper_request_id: KnownId,
    body: PaperRequestChange,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> IssuedPaperRequest:
    """Tell the price, or that it was paid, completed or declined; whoever asked is told by mail."""
    await service.change(session, principal, paper_request_id, body)
    return await queries.load_issued(session, paper_request_id)
