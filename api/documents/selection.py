"""Several documents at once: named one by one, or all that match a filter."""

from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.schema import Input, Output
from api.documents.matching import filter_values, matching
from api.documents.schemas import DocumentFilter
from api.models import Customer, Document, Tag

MOST_IDS = 10_000
BATCH = 5_000

REPEATABLE = ("customer_id", "kind", "tag_id", "state")


def _one_or_several(schema: dict[str, Any]) -> None:
    for name in REPEATABLE:
        described = schema["properties"][name]
        several = {key: described.pop(key) for key in ("type", "items", "maxItems")}
        described["anyOf"] = [several, several["items"]]


ReturnIds = Annotated[bool, Field(description="Answer with the documents that changed.")]


class BodyFilter(DocumentFilter):
    """The filter of the list, in a body; one value may stand there without its list."""

    model_config = ConfigDict(json_schema_extra=_one_or_several)

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {
            name: [value] if name in REPEATABLE and isinstance(value, str) else value
            for name, value in given.items()
        }


class Selection(Input):
    """Either ids or a filter."""

    document_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_IDS)] | None = None
    filter: BodyFilter | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.document_ids is None) == (self.filter is None):
            raise ValueError("either document_ids or filter")
        return self


class ReadMark(Selection):
    """Documents to mark as read or unread for oneself."""

    read: bool
    return_ids: ReturnIds = False


class Changed(Output):
    """Which documents changed, so that it can be undone; null when more than 10,000 did."""

    document_ids: list[UUID] | None


@dataclass(frozen=True, slots=True)
class Selected:
    """A document that was selected and may be seen."""

    id: UUID
    customer_id: UUID
    account_id: UUID
    number: str


class ChangedIds:
    """How many documents changed, and which, while they are few enough to be undone in one call."""

    def __init__(self) -> None:
        self.count = 0
        self._ids: list[UUID] = []

    def add(self, ids: Collection[UUID], count: int | None = None) -> None:
        """Some more, each of them once; `count` where not all of the ids are given."""
        self.count += len(ids) if count is None else count
        self._ids += islice(ids, MOST_IDS + 1 - len(self._ids))

    @property
    def undoable(self) -> list[UUID] | None:
        """The ids that a second call can take; None when they are too many for one."""
        return sorted(self._ids) if self.count <= MOST_IDS else None


STATEMENT: Any = select(
    Document.id, Document.customer_id, Customer.account_id, Document.number
).join(Customer, Customer.id == Document.customer_id)
NAMED = Document.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
SEEN = select(func.count()).select_from(Document).where(NAMED)
IN_ORDER = (Customer.number, Document.issue_date, Document.id)


async def chosen(
    session: AsyncSession, principal: Principal, selection: Selection
) -> tuple[Select[Any], dict[str, Any]]:
    """The statement that gives what is selected, and its values.

    Raises `NOT_FOUND` if one of the named documents is absent or invisible, or what a filter names:
    a body's ids are all seen, or nothing happens.
    """
    if selection.filter is not None:
        await _refuse_unseen(session, Customer, selection.filter.customer_id)
        await _refuse_unseen(session, Tag, selection.filter.tag_id)
        values = filter_values(selection.filter, sees_all=principal.sees_all)
        return STATEMENT.where(*matching(frozenset(values))), values
    wanted = {"ids": list(set(selection.document_ids or ()))}
    if await session.scalar(SEEN, wanted) != len(wanted["ids"]):
        raise Problem(errors.NOT_FOUND)
    return STATEMENT.where(NAMED), wanted


async def _refuse_unseen(
    session: AsyncSession, model: type[Customer | Tag], ids: Collection[UUID]
) -> None:
    if not ids:
        return
    seen = select(func.count()).select_from(model).where(model.id.in_(ids))
    if await session.scalar(seen) != len(set(ids)):
        raise Problem(errors.NOT_FOUND)


async def in_batches(
    session: AsyncSession, principal: Principal, selection: Selection
) -> AsyncGenerator[list[Selected], None]:
    """The selected documents by customer, date and id, some thousands at a time.

    Never all at once: for staff they may be all there are.
    """
    statement, values = await chosen(session, principal, selection)
    ordered = statement.order_by(*IN_ORDER).execution_options(yield_per=BATCH)
    rows = await session.stream(ordered, values)
    try:
        async for batch in rows.partitions():
            yield [Selected(*row) for row in batch]
    finally:
        await rows.close()


async def first_ids(
    session: AsyncSession, principal: Principal, selection: Selection, most: int
) -> list[UUID]:
    """The ids of the selected documents in the same order, one more than `most` at most."""
    statement, values = await chosen(session, principal, selection)
    ids = statement.with_only_columns(Document.id).order_by(*IN_ORDER).limit(most + 1)
    return list((await session.scalars(ids, values)).all())
