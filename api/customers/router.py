"""`/customers`: the customer numbers of the signed-in user."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.schema import Input
from api.customers import queries
from api.customers.schemas import CustomerPage
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute, require

router = APIRouter(prefix="/customers", tags=["customers"], route_class=GuardedRoute)


class CustomerListQuery(Input):
    """A page of the list."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: Annotated[str, Query(max_length=1000)] | None = None
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
    if page.next_cursor is not None:
        following = request.url.include_query_params(cursor=page.next_cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return page
