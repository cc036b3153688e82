"""`/documents/views`: saved views of the documents list."""

from fastapi import APIRouter

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.marks import require
from api.views import service
from api.views.schemas import NewView, SavedView, SavedViews, ViewChange

router = APIRouter(prefix="/documents/views", tags=["documents"], route_class=GuardedRoute)

REFUSALS = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)


@router.get("", operation_id="list_views", responses=problems(*REFUSALS))
@require(Permission.OWN_ACCOUNT)
async def list_views(session: CurrentSession) -> SavedViews:
    """One's saved views, by name."""
    return await service.list_views(session)


@router.post(
    "",
    status_code=201,
    operation_id="save_view",
    responses=problems(
        *REFUSALS, errors.CSRF, errors.INVALID, errors.VIEW_EXISTS, errors.TOO_MANY_VIEWS
    ),
)
@require(Permission.OWN_ACCOUNT)
async def save_view(
    body: NewView, principal: CurrentPrincipal, session: CurrentSession
) -> SavedView:
    """Save a filter under a name."""
    return await service.save_view(session, principal, body)


@router.patch(
    "/{view_id}",
    operation_id="change_view",
    responses=problems(
        *REFUSALS, errors.CSRF, errors.NOT_FOUND, errors.INVALID, errors.VIEW_EXISTS
    ),
)
@require(Permission.OWN_ACCOUNT)
async def change_view(view_id: KnownId, body: ViewChange, session: CurrentSession) -> SavedView:
    """Give a saved view another name or filter."""
    return await service.change_view(session, view_id, body)


@router.delete(
    "/{view_id}",
    status_code=204,
    operation_id="delete_view",
    responses=problems(*REFUSALS, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.OWN_ACCOUNT)
async def delete_view(view_id: KnownId, session: CurrentSession) -> None:
    """Forget a saved view."""
    await service.delete_view(session, view_id)
