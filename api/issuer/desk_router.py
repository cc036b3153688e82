"""What the administration looks up: customer numbers, their people, the audit trail."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import (
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
)
from api.issuer import audit_queries, customer_queries, inviting
from api.issuer.audit_schemas import AuditPage, AuditQuery
from api.issuer.customer_schemas import CustomerListQuery, CustomerRecord, ListedCustomerPage
from api.issuer.schemas import Number
from api.marks import require

router = APIRouter(prefix="/issuer", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)
CustomerNumber = Annotated[Number, Path()]


@router.get(
    "/customers",
    operation_id="find_customers",
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def find_customers(
    query: Annotated[CustomerListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> ListedCustomerPage:
    """Find customer numbers by number, name, VAT number or the e-mail address of their people."""
    codec = request.app.state.cursors
    page = await customer_queries.list_customers(session, principal, codec, query)
    link_next(request, response, page.next_cursor)
    return page


@router.get(
    "/customers/{number:slashed}",
    operation_id="read_issued_customer",
    responses=problems(*CALLER, errors.INVALID, errors.NOT_FOUND),
)
@require(Permission.STAFF)
async def read_issued_customer(number: CustomerNumber, session: CurrentSession) -> CustomerRecord:
    """One customer number: its people and their state, its last documents and mails."""
    return await customer_queries.load_customer(session, number)


@router.post(
    "/customers/{number:slashed}/contacts/{contact_id}/invitation",
    status_code=202,
    operation_id="invite_contact_again",
    responses=problems(*CALLER, errors.CSRF, errors.INVALID, errors.NOT_FOUND, errors.CONFLICT),
)
@require(Permission.STAFF)
async def invite_contact_again(
    number: CustomerNumber,
    contact_id: KnownId,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> None:
    """Mail a new invitation to a main contact or shared user who has no account yet."""
    await inviting.invite_again(session, settings, principal, number, contact_id)


@router.get(
    "/audit",
    operation_id="list_audit_events",
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def list_audit_events(
    query: Annotated[AuditQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> AuditPage:
    """What happened in the portal, who did it and when."""
    page = await audit_queries.list_events(session, principal, request.app.state.cursors, query)
    link_next(request, response, page.next_cursor)
    return page
