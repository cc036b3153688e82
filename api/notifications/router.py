"""`/links`: the one document behind a mail's link; and the links of a document."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.access import Permission
from api.core import errors
from api.core.http import safe_filename
from api.core.problems import problems
from api.core.web import KnownId
from api.deps import (
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    CurrentStorage,
    GuardedRoute,
)
from api.documents.files import (
    EXTENSIONS,
    MEDIA_TYPES,
    StoredFile,
    sends_content,
)
from api.marks import public, require
from api.notifications import links
from api.notifications.schemas import LinkedDocument, MailedLinks

router = APIRouter(prefix="/links", tags=["links"], route_class=GuardedRoute)
documents_router = APIRouter(prefix="/documents", tags=["links"], route_class=GuardedRoute)

Disposition = Literal["attachment", "inline"]
READING = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.MFA_ENROLMENT_REQUIRED)


def _file(kind: str) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPES[kind]: {"schema": {"type": "string", "format": "binary"}}}
    return {
        200: {"description": "The file", "content": content},
        206: {"description": "The range asked for", "content": content},
        304: {"description": "Unchanged"},
        **problems(
            errors.NOT_FOUND,
            errors.GONE,
            errors.RANGE_NOT_SATISFIABLE,
            errors.INVALID,
            errors.UNAVAILABLE,
        ),
    }


@router.get("/{token}", operation_id="read_link", responses=problems(errors.NOT_FOUND, errors.GONE))
@public
async def read_link(
    token: str, session: CurrentSession, settings: CurrentSettings
) -> LinkedDocument:
    """The document that a mail's link points to. Never uses the link up."""
    return await links.describe_link(session, settings, token)


@router.get(
    "/{token}/pdf",
    operation_id="read_linked_pdf",
    response_class=Response,
    responses=_file("pdf"),
)
@public
async def read_linked_pdf(
    token: str,
    request: Request,
    session: CurrentSession,
    settings: CurrentSettings,
    storage: CurrentStorage,
    disposition: Disposition = "attachment",
) -> Response:
    """Its PDF; recorded in the document's history."""
    return await _stored(request, session, settings, storage, token, "pdf", disposition)


@router.get(
    "/{token}/ubl",
    operation_id="read_linked_ubl",
    response_class=Response,
    responses=_file("ubl"),
)
@public
async def read_linked_ubl(
    token: str,
    request: Request,
    session: CurrentSession,
    settings: CurrentSettings,
    storage: CurrentStorage,
    disposition: Disposition = "attachment",
) -> Response:
    """Its UBL file, where the issuer lets links show it."""
    return await _stored(request, session, settings, storage, token, "ubl", disposition)


async def _stored(
    request: Request,
    session: CurrentSession,
    settings: CurrentSettings,
    storage: CurrentStorage,
    token: str,
    kind: str,
    disposition: Disposition,
) -> Response:
    link, number, stored = await links.linked_file(session, settings, token, kind)
    name = safe_filename(number, EXTENSIONS[kind])
    answer = StoredFile(request, storage, stored, kind, name, inline=disposition == "inline")
    # The reader of a link is not known, so every part is recorded, later ones too.
    if sends_content(request, answer):
        await links.record_opening(session, link, kind)
    return answer


@documents_router.get(
    "/{document_id}/links",
    operation_id="list_document_links",
    responses=problems(*READING, errors.NOT_FOUND),
)
@require(Permission.OWN_ACCOUNT)
async def list_document_links(document_id: KnownId, session: CurrentSession) -> MailedLinks:
    """To whom a link to this document was mailed, and until when it opens."""
    return await links.list_links(session, document_id)


@documents_router.delete(
    "/{document_id}/links",
    status_code=204,
    operation_id="revoke_document_links",
    responses=problems(*READING, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.OWN_ACCOUNT)
async def revoke_document_links(
    document_id: KnownId, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """Let no mailed link to this document open any more, for instance after a wrong forward."""
    await links.revoke_links(session, principal, document_id)
