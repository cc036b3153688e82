"""`/documents/{id}/questions`: ask the administration about a document."""

from fastapi import APIRouter

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.marks import require
from api.questions import service
from api.questions.schemas import Question

router = APIRouter(prefix="/documents", tags=["documents"], route_class=GuardedRoute)


@router.post(
    "/{document_id}/questions",
    status_code=202,
    operation_id="ask_about_document",
    responses=problems(
        errors.UNAUTHENTICATED,
        errors.SCOPE,
        errors.MFA_ENROLMENT_REQUIRED,
        errors.CSRF,
        errors.NOT_FOUND,
        errors.INVALID,
        errors.TOO_MANY_REQUESTS,
    ),
)
@require(Permission.DOCUMENTS_WRITE)
async def ask_about_document(
    document_id: KnownId,
    body: Question,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> None:
    """Mail a question about a document to the administration, who answer by mail."""
    await service.ask(session, principal, document_id, body.message)
