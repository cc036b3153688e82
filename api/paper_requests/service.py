"""Writes: asking for a copy on paper, cancelling, and the steps that staff take.

Each step is written into the document's history. What staff do is told to whoever asked, by mail.
"""

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts import mails
from api.accounts.people import find_person
from api.accounts.questions import Subject, find_subject, put_question
from api.audit import Event, record
from api.core import errors
from api.core.database import new_id
from api.core.errors import Problem
from api.core.i18n import translate
from api.core.settings import Settings
from api.models import Customer, Document, PaperRequest
from api.models.paper import OPEN_PAPER_REQUEST
from api.paper_requests.schemas import NewPaperRequest, PaperRequestChange

Step = Literal["priced", "paid", "completed", "declined"]
BEFORE: dict[Step, tuple[str, ...]] = {
    "priced": ("requested", "priced"),
    "paid": ("priced",),
    "completed": ("paid",),
    "declined": ("requested", "priced"),
}
EVENTS: dict[Step, Event] = {
    "priced": "paper_priced",
    "paid": "paper_paid",
    "completed": "paper_completed",
    "declined": "paper_declined",
}
CANCELLABLE = ("requested", "priced")
DEFAULT_CURRENCY = "EUR"
CENT = Decimal("0.01")


async def request_paper(
    session: AsyncSession,
    settings: Settings,
    principal: Principal,
    document_id: UUID,
    wanted: NewPaperRequest,
) -> UUID:
    """Ask for a copy on paper; the administration is told by mail.

    Raises `NOT_FOUND`, `FORBIDDEN` when another is the main contact, `CONFLICT` for a document that
    is no longer published, and `PAPER_REQUEST_OPEN` when a copy is on its way already.
    """
    subject = await find_subject(session, document_id)
    await _refuse_others(session, subject)
    if subject.state != "published" or not subject.has_pdf:
        raise Problem(errors.CONFLICT)
    request_id = await session.scalar(
        upsert(PaperRequest)
        .values(
            id=new_id(),
            document_id=document_id,
            customer_id=subject.customer_id,
            user_id=principal.user_id,
            address=wanted.address,
            message=wanted.message,
        )
        .on_conflict_do_nothing(
            index_elements=["document_id"], index_where=text(OPEN_PAPER_REQUEST)
        )
        .returning(PaperRequest.id)
    )
    if request_id is None:
        raise Problem(errors.PAPER_REQUEST_OPEN, parameters={"number": subject.number})
    wish = translate(settings.default_language, "paper_request.wish")
    parts = [wish, *(said for said in (wanted.address, wanted.message) if said)]
    await put_question(session, principal, subject, "\n\n".join(parts))
    await record(
        session,
        "paper_requested",
        actor=principal,
        customer_id=subject.customer_id,
        document_id=document_id,
    )
    found: UUID = request_id
    return found


async def _refuse_others(session: AsyncSession, subject: Subject) -> None:
    looked_after = any_(func.iportal.main_customer_ids(type_=ARRAY(Uuid)))
    mine = select(Customer.id).where(
        Customer.id == subject.customer_id, Customer.id == looked_after
    )
    if await session.scalar(mine) is None:
        raise Problem(errors.FORBIDDEN)


async def cancel(session: AsyncSession, principal: Principal, request_id: UUID) -> None:
    """Withdraw a request before it is paid; one that was cancelled already stays so.

    Raises `NOT_FOUND`, or `CONFLICT` for one that was paid, completed or declined.
    """
    row = await session.scalar(
        update(PaperRequest)
        .where(PaperRequest.id == request_id, PaperRequest.state.in_(CANCELLABLE))
        .values(state="cancelled", changed_at=func.now())
        .returning(PaperRequest)
    )
    if row is not None:
        return await _write_down(session, principal, row, "paper_cancelled")
    # The database lets a main contact lock no other request, so it is looked at as it is now.
    state = await session.scalar(select(PaperRequest.state).where(PaperRequest.id == request_id))
    if state is None:
        raise Problem(errors.NOT_FOUND)
    if state != "cancelled":
        raise Problem(errors.CONFLICT)
    return None


async def change(
    session: AsyncSession, actor: Principal, request_id: UUID, wanted: PaperRequestChange
) -> None:
    """Take the next step of a request; raises `CONFLICT` for one that does not follow."""
    row = await _lock(session, request_id)
    step: Step = wanted.state or "priced"
    if row.state not in BEFORE[step]:
        raise Problem(errors.CONFLICT)
    values: dict[str, Any] = {"state": step, "changed_at": func.now()}
    detail: dict[str, Any] = {}
    if wanted.price is not None:
        currency = wanted.currency or await _currency_of(session, row.document_id)
        price = wanted.price.quantize(CENT)
        values |= {"price": price, "currency": currency, "instructions": wanted.instructions}
        detail = {"price": f"{price} {currency}"}
    if wanted.reason is not None:
        values["reason"] = detail["reason"] = wanted.reason
    await session.execute(
        update(PaperRequest).where(PaperRequest.id == request_id).values(**values)
    )
    await _write_down(session, actor, row, EVENTS[step], **detail)
    await _tell(session, row.user_id, request_id, step)


async def _currency_of(session: AsyncSession, document_id: UUID) -> str:
    currency = await session.scalar(select(Document.currency).where(Document.id == document_id))
    return currency or DEFAULT_CURRENCY


async def _tell(session: AsyncSession, user_id: UUID | None, request_id: UUID, step: Step) -> None:
    user = await find_person(session, user_id, active=True)
    if user is not None:
        told = {"step": step}
        await mails.put_mail(
            session, user, "paper_request", user.email, subject_id=request_id, parameters=told
        )


async def _write_down(
    session: AsyncSession, actor: Principal, row: PaperRequest, event: Event, **detail: Any
) -> None:
    await record(
        session,
        event,
        actor=actor,
        customer_id=row.customer_id,
        document_id=row.document_id,
        detail=detail,
    )


async def _lock(session: AsyncSession, request_id: UUID) -> PaperRequest:
    row = await session.scalar(
        select(PaperRequest).where(PaperRequest.id == request_id).with_for_update()
    )
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return row
