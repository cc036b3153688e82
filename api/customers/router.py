"""`/customers`: the customer numbers of the signed-in user, and who looks after them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.schema import Input
from api.core.web import KnownId, link_next
from api.customers import queries, service
from api.customers.schemas import CustomerChange, CustomerDetail, CustomerPage, NewMainContact
from api.deps import (
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
)
from api.marks import require

router = APIRouter(prefix="/customers", tags=["customers"], route_class=GuardedRoute)


READING = (errors.UNAUTHENTICATED, errors.SCOPE, errors.NOT_FOUND)
CHANGING = (
    errors.UNAUTHENTICATED,
    errors.FORBIDDEN,
    errors.MFA_ENROLMENT_REQUIRED,
    errors.CSRF,
    errors.NOT_FOUND,
)


class CustomerListQuery(Input):
    """A page of the list."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False


@router.get(
    "",
    operation_id="list_customers",
    responses=problems(errors.UNAUTHENTICATED, errors.SCOPE, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.CUSTOMERS_READ)
async def list_customers(
    query: Annotated[CustomerListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> CustomerPage:
    """The customer numbers that the caller may see, in order of number."""
    page = await queries.list_customers(
        session,
        principal,
        request.app.state.cursors,
        limit=query.limit,
        cursor=query.cursor,
        count=query.count,
    )
    link_next(request, response, page.next_cursor)
    return page


@router.get("/{customer_id}", operation_id="read_customer", responses=problems(*READING))
@require(Permission.CUSTOMERS_READ)
async def read_customer(
    customer_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> CustomerDetail:
    """One customer number."""
    return await queries.load_customer(session, principal, customer_id)


@router.patch(
    "/{customer_id}",
    operation_id="change_customer",
    responses=problems(*CHANGING, errors.INVALID),
)
@require(Permission.MAIN_CONTACT)
async def change_customer(
    customer_id: KnownId,
    body: CustomerChange,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> CustomerDetail:
    """Change how documents are announced, or the language; for the main contact."""
    await service.change_customer(session, principal, customer_id, body)
    return await queries.load_customer(session, principal, customer_id)


@router.post(
    "/{customer_id}/main-contact",
    status_code=202,
    operation_id="offer_main_contact",
    responses=problems(*CHANGING, errors.STEP_UP_REQUIRED, errors.INVALID),
)
@require(Permission.MAIN_CONTACT_PROVED)
async def offer_main_contact(
    customer_id: KnownId,
    body: NewMainContact,
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
) -> None:
    """Hand the role of main contact over; it moves when the other person accepts."""
    await service.offer_main_contact(session, settings, principal, customer_id, body)


@router.delete(
    "/{customer_id}/main-contact",
    status_code=204,
    operation_id="withdraw_main_contact_offer",
    responses=problems(*CHANGING, errors.STEP_UP_REQUIRED),
)
@require(Permission.MAIN_CONTACT_PROVED)
async def withdraw_offer(
    customer_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """End a hand-over that nobody has accepted yet."""
    await service.withdraw_offer(session, principal, customer_id)
