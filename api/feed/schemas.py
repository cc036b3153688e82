"""What the change feed takes and gives."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.core.schema import Input, Output
from api.documents.schemas import Document

Change = Literal["published", "replaced", "withdrawn", "access_granted", "access_revoked"]


class ChangeQuery(Input):
    """Where to go on from; without a cursor from the oldest document that may be seen."""

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class DocumentChange(Output):
    """Something that happened; `document` is as it is now, null when it may not be seen."""

    seq: int
    change: Change
    document_id: UUID
    document: Document | None
    at: datetime


class ChangePage(Output):
    """Changes in the order in which they happened; `next_cursor` goes on after the last."""

    items: list[DocumentChange]
    next_cursor: str
