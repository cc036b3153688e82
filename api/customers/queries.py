"""Reads of customer numbers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.consulted import consulted_each
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.customers.schemas import Customer, CustomerDetail, CustomerPage, HandOver, MainContact
from api.models import Customer as CustomerRow
from api.models import Document, Invitation, Membership, User

CONTEXT = "customers"


@dataclass(frozen=True, slots=True)
class Counted:
    """A customer's published documents, and those of them that the caller has not consulted."""

    documents: int = 0
    unread: int = 0


def _statement() -> Select[Any]:
    return (
        select(
            CustomerRow,
            User.id.label("contact_id"),
            User.email,
            func.concat_ws(" ", User.first_name, User.last_name).label("contact_name"),
        )
        .join(
            Membership,
            (Membership.customer_id == CustomerRow.id) & (Membership.role == "main_contact"),
        )
        .join(User, User.id == Membership.user_id)
        .order_by(CustomerRow.number, CustomerRow.id)
    )


async def _count_documents(
    session: AsyncSession, principal: Principal, customer_ids: list[UUID]
) -> dict[UUID, Counted]:
    """What there is of each of these customers, read customer by customer along an index."""
    wanted: Any = func.unnest(bindparam("ids", customer_ids, ARRAY(Uuid))).column_valued(
        "wanted_id"
    )
    unread = ~consulted_each(principal.user_id)
    counted = (
        select(func.count().label("documents"), func.count().filter(unread).label("unread"))
        .select_from(Document)
        .where(Document.customer_id == wanted, Document.state == "published")
        .lateral("counted")
    )
    rows = await session.execute(select(wanted, counted).join(counted, true()))
    return {customer_id: Counted(documents, unread) for customer_id, documents, unread in rows}


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
    statement = _statement()
    if cursor is not None:
        statement = statement.where(CustomerRow.number > codec.decode(context, cursor)[0])
    rows = (await session.execute(statement.limit(limit + 1))).all()
    shown = rows[:limit]
    counted = await _count_documents(session, principal, [row.Customer.id for row in shown])
    items = [_customer(principal, row, counted[row.Customer.id]) for row in shown]
    total = await session.scalar(select(func.count()).select_from(CustomerRow)) if count else None
    following = codec.encode(context, [items[-1].number]) if len(rows) > limit else None
    return CustomerPage(items=items, next_cursor=following, total=total)


async def load_customer(
    session: AsyncSession, principal: Principal, customer_id: UUID
) -> CustomerDetail:
    """One customer number; raises `NOT_FOUND` when it may not be seen."""
    statement = _statement().where(CustomerRow.id == customer_id)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    counted = await _count_documents(session, principal, [customer_id])
    customer = _customer(principal, row, counted[customer_id])
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


def _customer(principal: Principal, row: Any, counted: Counted) -> Customer:
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
        document_count=counted.documents,
        unread_count=counted.unread,
    )
