"""`/issuer`: what the issuer's ERP and administration do."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.issuer import customers
from api.issuer.documents_router import router as documents_router
from api.issuer.schemas import CustomerUpsert, IssuedCustomer, Number
from api.marks import require

router = APIRouter(prefix="/issuer", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.SCOPE, errors.CSRF)


@router.put(
    "/customers/{number}",
    operation_id="put_customer",
    responses={
        201: {"model": IssuedCustomer, "description": "Created"},
        **problems(*CALLER, errors.INVALID),
    },
)
@require(Permission.ISSUER_CUSTOMERS)
async def put_customer(
    number: Annotated[Number, Path()],
    body: CustomerUpsert,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> IssuedCustomer:
    """Create or change a customer number and its contact."""
    customer, created = await customers.put_customer(session, principal, number, body)
    if created:
        response.status_code = 201
    return customer


router.include_router(documents_router)
