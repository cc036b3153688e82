"""What the routes of print batches take and give."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from api.core.schema import Day, Input, Output, Total
from api.downloads.schemas import Failure, Progress

State = Literal["queued", "running", "finished", "failed", "printed"]


class NewPrintBatch(Input):
    """Collect what was published, up to the end of a day in UTC or all of it."""

    published_until: Day | None = None


class PrintBatch(Output):
    """Documents to be printed together; `error` tells why their ZIP could not be built.

    The ZIP can be fetched until `expires_at`, null when there is none; `fetched_at` is when it last
    was, by somebody who perhaps prints it now. `withdrawn` counts documents in it that were
    withdrawn or replaced before they were printed.
    """

    id: UUID
    state: State
    progress: Progress
    published_until: date | None
    withdrawn: int
    size_bytes: int | None
    created_at: datetime
    finished_at: datetime | None
    fetched_at: datetime | None
    printed_at: datetime | None
    expires_at: datetime | None
    error: Failure | None


class PrintBatchPage(Output):
    """A page of print batches, newest first; `total` only when `count=true`."""

    items: list[PrintBatch]
    next_cursor: str | None
    total: Total = None


class PrintBatchListQuery(Input):
    """A page of the list."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False
