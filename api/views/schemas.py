"""What the routes of saved views take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, StringConstraints

from api.core.schema import Input, Output, storable

ViewName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    BeforeValidator(storable),
]
ViewQuery = Annotated[str, StringConstraints(max_length=4000), BeforeValidator(storable)]


class SavedView(Output):
    """A saved view; `query` is what its maker's client wrote, such as a query string."""

    id: UUID
    name: str
    query: str
    created_at: datetime


class SavedViews(Output):
    """All of one's saved views, by name."""

    items: list[SavedView]


class ViewChange(Input):
    """The fields to change; those left out stay."""

    name: ViewName | None = None
    query: ViewQuery | None = None


class NewView(Input):
    """A view to save."""

    name: ViewName
    query: ViewQuery
