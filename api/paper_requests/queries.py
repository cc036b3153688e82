"""Reads of paper requests: a main contact's own, and all of them for staff."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.paging import CursorCodec
from api.models import Customer, Document, User
from api.models import PaperRequest as PaperRequestRow
from api.paper_requests.schemas import (
    IssuedPaperRequest,
    IssuedPaperRequestListQuery,
    IssuedPaperRequestPage,
    PaperRequest,
    PaperRequestListQuery,
    PaperRequestPage,
    RequestedDocument,
    Requester,
    RequestingCustomer,
)

COLUMNS: tuple[Any, ...] = (
    PaperRequestRow,
    Document.kind,
    Document.number,
    Customer.number.label("customer_number"),
    Customer.name.label("customer_name"),
    User,
)
OWN_FIELDS = (
    "id",
    "state",
    "address",
    "message",
    "price",
    "currency",
    "instructions",
    "reason",
    "created_at",
    "changed_at",
)


def _statement() -> Select[Any]:
    return (
        select(*COLUMNS)
        .join(Document, Document.id == PaperRequestRow.document_id)
        .join(Customer, Customer.id == PaperRequestRow.customer_id)
        .outerjoin(User, User.id == PaperRequestRow.user_id)
    )


def _narrowed(query: PaperRequestListQuery) -> Select[Any]:
    statement = _statement()
    if query.state:
        statement = statement.where(PaperRequestRow.state.in_(query.state))
    if query.document_id is not None:
        statement = statement.where(PaperRequestRow.document_id == query.document_id)
    if isinstance(query, IssuedPaperRequestListQuery) and query.customer_number is not None:
        statement = statement.where(Customer.number == query.customer_number.strip())
    return statement


def _fields(row: Row[Any]) -> dict[str, Any]:
    request: PaperRequestRow = row.PaperRequest
    return {
        **{name: getattr(request, name) for name in OWN_FIELDS},
        "document": RequestedDocument(id=request.document_id, kind=row.kind, number=row.number),
        "customer": RequestingCustomer(
            id=request.customer_id, number=row.customer_number, name=row.customer_name
        ),
    }


def _issued(row: Row[Any]) -> IssuedPaperRequest:
    user: User | None = row.User
    requester = None
    if user is not None:
        requester = Requester(name=f"{user.first_name} {user.last_name}".strip(), email=user.email)
    return IssuedPaperRequest(**_fields(row), requester=requester)


async def load_request(session: AsyncSession, request_id: UUID) -> PaperRequest:
    """One request of a customer number that one looks after."""
    row = await session.execute(_statement().where(PaperRequestRow.id == request_id))
    return PaperRequest(**_fields(row.one()))


async def load_issued(session: AsyncSession, request_id: UUID) -> IssuedPaperRequest:
    """One request as staff see it; `NOT_FOUND` when there is none."""
    found = await session.execute(_statement().where(PaperRequestRow.id == request_id))
    row = found.one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return _issued(row)


async def list_requests(
    session: AsyncSession, principal: Principal, query: PaperRequestListQuery, codec: CursorCodec
) -> PaperRequestPage:
    """The requests of the customer numbers that one looks after, newest first."""
    rows, following, total = await _page(session, principal, query, codec)
    items = [PaperRequest(**_fields(row)) for row in rows]
    return PaperRequestPage(items=items, next_cursor=following, total=total)


async def list_issued(
    session: AsyncSession,
    principal: Principal,
    query: IssuedPaperRequestListQuery,
    codec: CursorCodec,
) -> IssuedPaperRequestPage:
    """All requests, newest first."""
    rows, following, total = await _page(session, principal, query, codec)
    items = [_issued(row) for row in rows]
    return IssuedPaperRequestPage(items=items, next_cursor=following, total=total)


async def _page(
    session: AsyncSession, principal: Principal, query: PaperRequestListQuery, codec: CursorCodec
) -> tuple[list[Row[Any]], str | None, int | None]:
    chosen = query.model_dump_json(exclude={"limit", "cursor", "count"})
    context = f"paper requests {principal.user_id} {chosen}"
    statement = _narrowed(query)
    paged = statement.order_by(PaperRequestRow.id.desc())
    if query.cursor is not None:
        last = UUID(codec.decode(context, query.cursor)[0])
        paged = paged.where(PaperRequestRow.id < last)
    rows = list((await session.execute(paged.limit(query.limit + 1))).all())
    total = None
    if query.count:
        counted = statement.with_only_columns(func.count(), maintain_column_froms=True)
        total = await session.scalar(counted)
    shown, following = rows[: query.limit], None
    if len(rows) > query.limit:
        following = codec.encode(context, [str(shown[-1].PaperRequest.id)])
    return shown, following, total
