"""`/issuer/deliveries` and `/issuer/bounces`: what became of mails."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.errors import FieldError, Problem
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.issuer import bounces, deliveries
from api.issuer.bounces import Bounce
from api.issuer.delivery_schemas import (
    BounceAnswer,
    BounceReport,
    DeliveryListQuery,
    DeliveryPage,
)
from api.marks import require

router = APIRouter(prefix="/issuer", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)


@router.get(
    "/deliveries",
    operation_id="list_deliveries",
    responses=problems(*CALLER, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.STAFF)
async def list_deliveries(
    query: Annotated[DeliveryListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> DeliveryPage:
    """Who was told of which document, by which mail, and what became of it."""
    page = await deliveries.list_deliveries(session, principal, request.app.state.cursors, query)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "/deliveries/{delivery_id}/retry",
    status_code=202,
    operation_id="retry_delivery",
    responses=problems(*CALLER, errors.CSRF, errors.NOT_FOUND, errors.CONFLICT),
)
@require(Permission.STAFF)
async def retry_delivery(
    delivery_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """Send again what was refused, dropped or came back."""
    await deliveries.retry_delivery(session, principal, delivery_id)


@router.post(
    "/bounces",
    operation_id="report_bounce",
    responses=problems(*CALLER, errors.SCOPE, errors.CSRF, errors.INVALID),
)
@require(Permission.BOUNCES)
async def report_bounce(
    body: BounceReport, principal: CurrentPrincipal, session: CurrentSession
) -> BounceAnswer:
    """Tell of a mail that came back, for the mail server's return path or a provider's webhook."""
    bounce = _bounce(body)
    recorded = bounce is not None and await bounces.record_bounce(session, principal, bounce)
    return BounceAnswer(recorded=recorded)


def _bounce(body: BounceReport) -> Bounce | None:
    if body.report is not None:
        return bounces.read_report(body.report.encode())
    if body.message_id is None or body.status is None:
        absent = [name for name in ("message_id", "status") if getattr(body, name) is None]
        raise Problem(
            errors.INVALID,
            errors=[
                FieldError(f"/{name}", "missing", "needed without a report") for name in absent
            ],
        )
    mail_id = bounces.mail_id_of(body.message_id)
    if mail_id is None:
        return None
    reason = f"{body.status} {body.reason}"[:300].strip()
    return Bounce(mail_id, body.status, reason, permanent=body.status.startswith("5"))
