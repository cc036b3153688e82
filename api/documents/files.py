"""Answers with a document's file: conditional, in ranges, never cached by others."""

import hashlib
from contextlib import aclosing

import structlog
from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.core import errors
from api.core.errors import Problem
from api.core.http import ByteRange, content_disposition, etag_matches, wanted_range
from api.core.problems import problem_response
from api.storage import DamagedObject, Storage, StorageUnavailable, StoredObject

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "ubl": "application/xml",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}
log = structlog.get_logger(__name__)
EXTENSIONS = {"pdf": "pdf", "ubl": "xml", "csv": "csv"}


def _headers(kind: str, sha256: bytes, filename: str, *, inline: bool) -> dict[str, str]:
    return {
        "ETag": _etag(sha256),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Type": MEDIA_TYPES[kind],
        "Content-Disposition": content_disposition(filename, inline=inline),
        # A file opened in the browser may not run anything, whatever it contains (D3).
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }


def _etag(sha256: bytes) -> str:
    return f'"{sha256.hex()}"'


def is_unchanged(request: Request, sha256: bytes) -> bool:
    """Whether the client has this very file already."""
    return etag_matches(request.headers.get("if-none-match"), _etag(sha256))


def sends_content(request: Request, answer: Response) -> bool:
    """Return whether an answer carries bytes of the file: not to HEAD, nor when it is unchanged."""
    return not _is_head(request) and answer.status_code in (200, 206)


def is_later_part(answer: Response) -> bool:
    """Return whether an answer begins behind the file's first byte.

    It is what is sent that counts, not the `Range` header: unknown units, invalid ranges and
    several ranges get the whole file (RFC 9110, 14.2), and so does a suffix longer than the file.
    A later part goes unrecorded only if `api.audit.is_recorded` finds that the same reader fetched
    the same file within the last day; else even `bytes=9-` is recorded (X13).
    """
    sent = answer.headers.get("content-range", "")
    return answer.status_code == 206 and not sent.startswith("bytes 0-")


def _is_head(request: Request) -> bool:
    return request.method == "HEAD"


def _wanted(request: Request, sha256: bytes, size: int) -> ByteRange | None:
    """The range asked for; it means something with GET only (RFC 9110 14.2)."""
    return None if _is_head(request) else wanted_range(request.headers, _etag(sha256), size)


class StoredFile(Response):
    """A file on its way from S3: 200, 206 for a range, 304 when unchanged.

    S3 is asked when the answer is sent, after the request's transaction: a slow S3 must not hold a
    database connection. The first chunk comes before the headers, so that an S3 that is away is a
    503 and not a cut answer.
    """

    def __init__(
        self,
        request: Request,
        storage: Storage,
        stored: StoredObject,
        kind: str,
        filename: str,
        *,
        inline: bool,
    ) -> None:
        self.wanted = _wanted(request, stored.sha256, stored.size)
        self.request, self.storage, self.stored = request, storage, stored
        headers = _headers(kind, stored.sha256, filename, inline=inline)
        if is_unchanged(request, stored.sha256):
            super().__init__(status_code=304, headers=headers)
            return
        length = stored.size
        status = 200
        if self.wanted is not None:
            length, status = self.wanted.length, 206
            first, last = self.wanted.start, self.wanted.end
            headers["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
        super().__init__(status_code=status, headers={**headers, "Content-Length": str(length)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.status_code == 304 or _is_head(self.request):
            await super().__call__(scope, receive, send)
            return
        chunks = self.storage.stream(self.stored, self.wanted)
        try:
            first = await anext(chunks, b"")
        except (StorageUnavailable, DamagedObject) as error:
            log.error("file_unavailable", key=self.stored.key, error=type(error).__name__)
            refusal = problem_response(self.request, Problem(errors.UNAVAILABLE))
            await refusal(scope, receive, send)
            return
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async with aclosing(chunks):
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def made_file(request: Request, data: bytes, kind: str, filename: str, *, inline: bool) -> Response:
    """Answer with a small file that was made for the occasion."""
    digest = hashlib.sha256(data).digest()
    headers = _headers(kind, digest, filename, inline=inline)
    if is_unchanged(request, digest):
        return Response(status_code=304, headers=headers)
    if _is_head(request):
        return Response(headers={**headers, "Content-Length": str(len(data))})
    wanted = _wanted(request, digest, len(data))
    if wanted is None:
        return Response(data, headers=headers)
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.end}/{len(data)}"
    return Response(data[wanted.start : wanted.end + 1], status_code=206, headers=headers)
