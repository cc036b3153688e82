"""`/documents/export`: the filtered list as a file."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.access import Permission, Principal
from api.admission import admit
from api.core import errors
from api.core.database import Connection, Database
from api.core.http import content_disposition
from api.core.i18n import translate
from api.core.problems import problems
from api.deps import CurrentDatabase, GuardedRoute
from api.documents.scanning import scan
from api.exports.columns import SELECTIONS
from api.exports.csv_writer import CsvWriter
from api.exports.rows import titles, values
from api.exports.schemas import ExportQuery
from api.exports.xlsx_writer import XlsxWriter
from api.marks import require

router = APIRouter(prefix="/documents", tags=["documents"], route_class=GuardedRoute)

BATCH = 2_000
BINARY = {"schema": {"type": "string", "format": "binary"}}


class Export(StreamingResponse):
    """A file that is made while it is sent; its beginning is made first.

    A failure before the first byte is then an error like any other, and a later one cuts the
    connection, so that half a file never looks like a whole one (F9).
    """

    def __init__(self, chunks: AsyncGenerator[bytes, None], media_type: str, name: str) -> None:
        headers = {
            "Content-Disposition": content_disposition(name, inline=False),
            "Content-Type": media_type,
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        super().__init__(chunks, headers=headers)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            first = await anext(self._chunks)
            self.body_iterator = self._with(first)
            await super().__call__(scope, receive, send)
        finally:
            await self._chunks.aclose()

    async def _with(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        async for chunk in self._chunks:
            yield chunk


@router.get(
    "/export",
    operation_id="export_documents",
    response_class=Response,
    responses={
        200: {
            "description": "The file",
            "content": {"text/csv": BINARY, XlsxWriter.media_type: BINARY},
        },
        **problems(
            errors.UNAUTHENTICATED,
            errors.SCOPE,
            errors.MFA_ENROLMENT_REQUIRED,
            errors.INVALID,
            errors.UNAVAILABLE,
        ),
    },
)
@require(Permission.DOCUMENTS_READ)
async def export_documents(
    query: Annotated[ExportQuery, Query()], request: Request, database: CurrentDatabase
) -> Response:
    """The documents that match the filter, or their lines, as CSV or XLSX."""
    language = query.locale or "en"
    writer: CsvWriter | XlsxWriter = CsvWriter.of(query)
    if query.format == "xlsx":
        writer = XlsxWriter(translate(language, f"export.{query.level}s"))
    today = datetime.now(UTC).date().isoformat()
    name = f"{query.level}s-{today}.{query.format}"
    return Export(_chunks(request, database, query, writer), writer.media_type, name)


async def _chunks(
    request: Request, database: Database, query: ExportQuery, writer: CsvWriter | XlsxWriter
) -> AsyncGenerator[bytes, None]:
    """The file in pieces. Each batch is read as the caller, who is admitted anew each time (S4)."""

    async def admitted(connection: Connection) -> Principal:
        return await admit(request, connection, Permission.DOCUMENTS_READ)

    batches = scan(
        database.direct,
        admitted,
        query.to_filter(),
        query.sort,
        SELECTIONS[query.level],
        BATCH,
    )
    begun = False
    async for batch in batches:
        chunk = b"" if begun else writer.begin(titles(query.level, query.locale))
        begun = True
        # Beside the event loop, so that other requests do not wait for the making of rows.
        chunk += await asyncio.to_thread(_rows, writer, query, batch)
        if chunk:
            yield chunk
    if not begun:
        yield writer.begin(titles(query.level, query.locale))
    if end := writer.end():
        yield end


def _rows(writer: CsvWriter | XlsxWriter, query: ExportQuery, batch: list[Any]) -> bytes:
    return writer.rows(values(batch, query.level, query.locale))
