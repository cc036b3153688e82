"""Several documents at once: named one by one, or all that match a filter."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.errors import Problem
from api.core.schema import Input, Output
from api.documents.matching import filter_values, matching
from api.documents.schemas import DocumentFilter
from api.models import Customer, Document

MOST_IDS = 10_000

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


STATEMENT = select(Document.id, Document.customer_id, Customer.account_id, Document.number).join(
    Customer, Customer.id == Document.customer_id
)
NAMED = STATEMENT.where(Document.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
IN_ORDER = (Customer.number, Document.issue_date, Document.id)


async def select_documents(
    session: AsyncSession, principal: Principal, selection: Selection
) -> list[Selected]:
    """The selected documents, by customer, date and id; `NOT_FOUND` if one id is invisible."""
    if selection.filter is not None:
        values = filter_values(selection.filter, sees_all=principal.sees_all)
        statement = STATEMENT.where(*matching(frozenset(values))).order_by(*IN_ORDER)
        return [Selected(*row) for row in await session.execute(statement, values)]
    wanted = set(selection.document_ids or ())
    rows = await session.execute(NAMED.order_by(*IN_ORDER), {"ids": list(wanted)})
    found = [Selected(*row) for row in rows]
    if len(found) != len(wanted):
        raise Problem(errors.NOT_FOUND)
    return found


def undoable(changed: Collection[UUID]) -> list[UUID] | None:
    """The ids that a second call can take; None when they are too many for one."""
    return sorted(changed) if len(changed) <= MOST_IDS else None
