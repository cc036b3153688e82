"""Reads of customer numbers."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.customers.schemas import Customer, CustomerDetail, CustomerPage, HandOver, MainContact
from api.models import Customer as CustomerRow
from api.models import Document, DocumentRead, Invitation, Membership, User

CONTEXT = "customers"


def _document_count(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .select_from(Document)
        .where(Document.customer_id == CustomerRow.id, Document.state == "published", *conditions)
        .correlate(CustomerRow)
        .scalar_subquery()
    )


def _statement(principal: Principal) -> Select[Any]:
    read = (
        select(DocumentRead.document_id)
        .where(DocumentRead.document_id == Document.id, DocumentRead.user_id == principal.user_id)
        .exists()
    )
    return (
        select(
            CustomerRow,
            User.id.label("contact_id"),
            User.email,
            func.concat_ws(" ", User.first_name, User.last_name).label("contact_name"),
            _document_count().label("document_count"),
            _document_count(~read).label("unread_count"),
        )
        .join(
            Membership,
            (Membership.customer_id == CustomerRow.id) & (Membership.role == "main_contact"),
        )
        .join(User, User.id == Membership.user_id)
        .order_by(CustomerRow.number, CustomerRow.id)
    )


async def list_customers(
    session: AsyncSession,
    principal: Principal,
    codec: CursorCodec,
    *,
    limit: int,
    cursor: str | None,
    count: bool,
) -> CustomerPage:
    """The customer numbers that may be seen, in order of number."""
    context = f"{CONTEXT} {principal.user_id}"
    statement = _statement(principal)
    if cursor is not None:
        statement = statement.where(CustomerRow.number > codec.decode(context, cursor)[0])
    rows = (await session.execute(statement.limit(limit + 1))).all()
    items = [_customer(principal, row) for row in rows[:limit]]
    total = await session.scalar(select(func.count()).select_from(CustomerRow)) if count else None
    following = codec.encode(context, [items[-1].number]) if len(rows) > limit else None
    return CustomerPage(items=items, next_cursor=following, total=total)


async def load_customer(
    session: AsyncSession, principal: Principal, customer_id: UUID
) -> CustomerDetail:
    """One customer number; raises `NOT_FOUND` when it may not be seen."""
    statement = _statement(principal).where(CustomerRow.id == customer_id)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    customer = _customer(principal, row)
    offer = await _open_offer(session, customer_id) if customer.is_main_contact else None
    return CustomerDetail(**customer.model_dump(), hand_over=offer)


async def _open_offer(session: AsyncSession, customer_id: UUID) -> HandOver | None:
    row = (
        await session.execute(
            select(
                User.email,
                Invitation.keep_access,
                Invitation.created_at.label("offered_at"),
                Invitation.expires_at,
            )
            .join(User, User.id == Invitation.user_id)
            .where(
                Invitation.customer_id == customer_id,
                Invitation.role == "main_contact",
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > func.now(),
            )
            .order_by(Invitation.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return HandOver.model_validate(row) if row else None


def _customer(principal: Principal, row: Any) -> Customer:
    customer: CustomerRow = row.Customer
    return Customer(
        id=customer.id,
        account_id=customer.account_id,
        number=customer.number,
        name=customer.name,
        vat_number=customer.vat_number,
        language=customer.language,
        notification_mode=customer.notification_mode,
        is_main_contact=row.contact_id == principal.user_id,
        main_contact=MainContact(name=row.contact_name.strip(), email=row.email),
        document_count=row.document_count,
        unread_count=row.unread_count,
    )
