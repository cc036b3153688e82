"""Legal holds: placing, listing and releasing them."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import record
from api.core import errors
from api.core.database import new_id
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.models import Customer, Document
from api.models import LegalHold as LegalHoldRow
from api.retention.schemas import (
    HeldCustomer,
    HeldDocument,
    LegalHold,
    LegalHoldListQuery,
    LegalHoldPage,
    NewLegalHold,
)


async def place_hold(session: AsyncSession, actor: Principal, wanted: NewLegalHold) -> UUID:
    """Keep a document or a customer number's documents; `NOT_FOUND` when there is none."""
    if wanted.document_id is not None:
        found = select(Document.customer_id).where(Document.id == wanted.document_id)
        customer_id = await session.scalar(found)
    else:
        customer_id = await session.scalar(
            select(Customer.id).where(Customer.id == wanted.customer_id)
        )
    if customer_id is None:
        raise Problem(errors.NOT_FOUND)
    hold_id = new_id()
    await session.execute(
        insert(LegalHoldRow).values(
            id=hold_id,
            customer_id=wanted.customer_id,
            document_id=wanted.document_id,
            reason=wanted.reason,
            placed_by=actor.display_name,
        )
    )
    await record(
        session,
        "hold_placed",
        actor=actor,
        customer_id=customer_id,
        detail=_detail(wanted.document_id, wanted.reason),
    )
    return hold_id


def _detail(document_id: UUID | None, reason: str) -> dict[str, str]:
    """Of the audit only: the document's own history is for its readers, whom a hold may concern."""
    return {"reason": reason} | ({"document": str(document_id)} if document_id else {})


async def release_hold(session: AsyncSession, actor: Principal, hold_id: UUID) -> None:
    """End a hold; one that has ended stays as it is."""
    hold = await load_hold(session, hold_id)
    if hold.released_at is not None:
        return
    await session.execute(
        update(LegalHoldRow)
        .where(LegalHoldRow.id == hold_id)
        .values(released_at=func.now(), released_by=actor.display_name)
    )
    await record(
        session,
        "hold_released",
        actor=actor,
        customer_id=hold.customer.id,
        detail=_detail(hold.document.id if hold.document else None, hold.reason),
    )


def _statement() -> Any:
    statement: Any = (
        select(
            LegalHoldRow,
            Customer.id.label("held_customer_id"),
            Customer.number.label("customer_number"),
            Customer.name,
            Document.kind,
            Document.number,
        )
        .outerjoin(Document, Document.id == LegalHoldRow.document_id)
        .join(
            Customer, Customer.id == func.coalesce(LegalHoldRow.customer_id, Document.customer_id)
        )
    )
    return statement


def _hold(row: Any) -> LegalHold:
    hold: LegalHoldRow = row.LegalHold
    document = None
    if hold.document_id is not None:
        document = HeldDocument(id=hold.document_id, kind=row.kind, number=row.number)
    return LegalHold(
        id=hold.id,
        customer=HeldCustomer(id=row.held_customer_id, number=row.customer_number, name=row.name),
        document=document,
        reason=hold.reason,
        placed_by=hold.placed_by,
        placed_at=hold.placed_at,
        released_by=hold.released_by,
        released_at=hold.released_at,
    )


async def load_hold(session: AsyncSession, hold_id: UUID) -> LegalHold:
    """One hold; `NOT_FOUND` when there is none."""
    found = await session.execute(_statement().where(LegalHoldRow.id == hold_id))
    row = found.one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return _hold(row)


async def list_holds(
    session: AsyncSession, principal: Principal, query: LegalHoldListQuery, codec: CursorCodec
) -> LegalHoldPage:
    """All holds, those that have ended too, newest first."""
    context = f"legal holds {principal.user_id}"
    statement = _statement().order_by(LegalHoldRow.id.desc())
    if query.cursor is not None:
        last = UUID(codec.decode(context, query.cursor)[0])
        statement = statement.where(LegalHoldRow.id < last)
    rows = (await session.execute(statement.limit(query.limit + 1))).all()
    items = [_hold(row) for row in rows[: query.limit]]
    total = None
    if query.count:
        total = await session.scalar(select(func.count()).select_from(LegalHoldRow))
    following = None
    if len(rows) > query.limit:
        following = codec.encode(context, [str(items[-1].id)])
    return LegalHoldPage(items=items, next_cursor=following, total=total)
