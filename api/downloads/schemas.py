"""What the download routes take and give."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.core.schema import Input, Output, Total
from api.documents.schemas import FileKind
from api.documents.selection import Selection

State = Literal["queued", "running", "finished", "failed", "cancelled", "expired"]
Failure = Literal["storage_unavailable", "damaged_file", "no_documents", "access_ended", "internal"]


class NewDownload(Selection):
    """Documents to put into a ZIP, and which of their files."""

    formats: Annotated[list[FileKind], Field(min_length=1, max_length=3)] = ["pdf", "ubl", "csv"]


class Progress(Output):
    """How many of the documents are in."""

    done: int
    total: int


class Download(Output):
    """A ZIP that was asked for; `error` tells why it failed."""

    id: UUID
    state: State
    progress: Progress
    formats: list[FileKind]
    size_bytes: int | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    error: Failure | None


class DownloadPage(Output):
    """A page of downloads; `total` only when `count=true`."""

    items: list[Download]
    next_cursor: str | None
    total: Total = None


class DownloadListQuery(Input):
    """A page of the list."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str | None = None
    count: bool = False
