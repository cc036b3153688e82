"""`/documents/statistics`: what was invoiced, for charts and their tables."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.marks import require
from api.statistics import queries
from api.statistics.schemas import Statistics, StatisticsQuery

router = APIRouter(prefix="/documents", tags=["documents"], route_class=GuardedRoute)


@router.get(
    "/statistics",
    operation_id="read_statistics",
    responses=problems(
        errors.UNAUTHENTICATED, errors.SCOPE, errors.MFA_ENROLMENT_REQUIRED, errors.INVALID
    ),
)
@require(Permission.DOCUMENTS_READ)
async def read_statistics(
    query: Annotated[StatisticsQuery, Query()],
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> Statistics:
    """What was invoiced per month, contract or reference, of the documents that match."""
    return await queries.load_statistics(session, principal, query)
