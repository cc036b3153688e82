"""Reads of customer numbers for the back office; row-level security shows staff all of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.issuer.customer_schemas import (
    CustomerContact,
    CustomerListQuery,
    CustomerRecord,
    ListedCustomer,
    ListedCustomerPage,
    RecentDocument,
    SentInvitation,
    SharedContact,
)
from api.issuer.deliveries import recent_deliveries
from api.issuer.schemas import IssuedContact
from api.models import Customer, Document, Invitation, Membership, User

CONTEXT = "issuer customers"
RECENT = 5
CONTACT_COLUMNS = (
    User.id,
    User.email,
    User.first_name,
    User.last_name,
    User.state,
    User.activated_at,
    User.mail_failed_at,
    User.mail_failure,
)


def _statement() -> Select[Any]:
    documents = (
        select(func.count())
        .select_from(Document)
        .where(Document.customer_id == Customer.id, Document.state == "published")
        .correlate(Customer)
        .scalar_subquery()
    )
    return (
        select(Customer, User, documents.label("document_count"))
        .outerjoin(
            Membership,
            (Membership.customer_id == Customer.id) & (Membership.role == "main_contact"),
        )
        .outerjoin(User, User.id == Membership.user_id)
    )


def _narrowed(statement: Select[Any], query: CustomerListQuery) -> Select[Any]:
    if query.state:
        statement = statement.where(User.state.in_(query.state))
    wanted = (query.q or "").strip()
    if not wanted:
        return statement
    anybody = (
        select(Membership.customer_id)
        .join(User, User.id == Membership.user_id)
        .where(User.email_key.contains(wanted.lower(), autoescape=True))
    )
    found = [
        Customer.number.icontains(wanted, autoescape=True),
        Customer.name.icontains(wanted, autoescape=True),
        Customer.id.in_(anybody),
    ]
    bare = "".join(character for character in wanted if character.isalnum())
    if bare:
        # People write BE 0123.456.789 as often as BE0123456789.
        written = func.regexp_replace(Customer.vat_number, "[^[:alnum:]]", "", "g")
        found.append(written.icontains(bare, autoescape=True))
    return statement.where(or_(*found))


async def list_customers(
    session: AsyncSession, principal: Principal, codec: CursorCodec, query: CustomerListQuery
) -> ListedCustomerPage:
    """Customer numbers that match, in order of number."""
    chosen = query.model_dump_json(exclude={"limit", "cursor", "count"})
    context = f"{CONTEXT} {principal.user_id} {chosen}"
    statement = _narrowed(_statement(), query)
    paged = statement
    if query.cursor is not None:
        paged = statement.where(Customer.number > codec.decode(context, query.cursor)[0])
    rows = (
        await session.execute(paged.order_by(Customer.number, Customer.id).limit(query.limit + 1))
    ).all()
    total = None
    if query.count:
        total = await session.scalar(
            statement.with_only_columns(func.count(), maintain_column_froms=True)
        )
    items = [ListedCustomer(**_listed(row)) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    return ListedCustomerPage(
        items=items,
        next_cursor=codec.encode(context, [items[-1].number]) if more else None,
        total=total,
    )


def _listed(row: Any) -> dict[str, Any]:
    customer: Customer = row.Customer
    fields = ("id", "number", "name", "vat_number", "language", "channel")
    return {
        **{name: getattr(customer, name) for name in fields},
        "document_count": row.document_count,
        "contact": CustomerContact.model_validate(row.User) if row.User else None,
    }


async def load_customer(session: AsyncSession, number: str) -> CustomerRecord:
    """One customer number with its people, last documents and mails; raises `NOT_FOUND`."""
    row = (await session.execute(_statement().where(Customer.number == number))).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    customer: Customer = row.Customer
    return CustomerRecord(
        **_listed(row),
        notification_mode=customer.notification_mode,
        created_at=customer.created_at,
        issued_contact=_issued_contact(customer),
        invitation=await _newest_invitation(session, row.User.id) if row.User else None,
        shared_users=await _shared_users(session, customer.id),
        documents=await _recent_documents(session, customer.id),
        deliveries=await recent_deliveries(session, customer.id, RECENT),
    )


def _issued_contact(customer: Customer) -> IssuedContact | None:
    if "erased" in customer.issued_contact:
        return None
    return IssuedContact.model_validate(customer.issued_contact)


async def _newest_invitation(session: AsyncSession, user_id: UUID) -> SentInvitation | None:
    found = await session.scalar(
        select(Invitation)
        .where(Invitation.user_id == user_id)
        .order_by(Invitation.id.desc())
        .limit(1)
    )
    return SentInvitation.model_validate(found) if found else None


async def _shared_users(session: AsyncSession, customer_id: UUID) -> list[SharedContact]:
    rows = await session.execute(
        select(*CONTACT_COLUMNS, Membership.expires_on)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.customer_id == customer_id, Membership.role == "shared_user")
        .order_by(User.email_key)
    )
    return [SharedContact.model_validate(row) for row in rows]


async def _recent_documents(session: AsyncSession, customer_id: UUID) -> list[RecentDocument]:
    rows = await session.scalars(
        select(Document)
        .where(Document.customer_id == customer_id)
        .order_by(Document.issue_date.desc(), Document.id.desc())
        .limit(RECENT)
    )
    return [RecentDocument.model_validate(document) for document in rows]
