"""`/tags` and `/documents/tags`: an account's labels and the documents that carry them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.access import Permission
from api.core import errors
from api.core.problems import problems
from api.core.web import KnownId, link_next
from api.deps import CurrentPrincipal, CurrentSession, GuardedRoute
from api.marks import require
from api.tags import queries, service
from api.tags.schemas import (
    DocumentTags,
    NewTag,
    Tag,
    TagChange,
    TagListQuery,
    TagPage,
    TagsChanged,
)

router = APIRouter(prefix="/tags", tags=["tags"], route_class=GuardedRoute)
documents_router = APIRouter(prefix="/documents", tags=["documents"], route_class=GuardedRoute)

READING = (errors.UNAUTHENTICATED, errors.SCOPE, errors.MFA_ENROLMENT_REQUIRED)
WRITING = (*READING, errors.CSRF, errors.NOT_FOUND, errors.INVALID)


@router.get(
    "",
    operation_id="list_tags",
    responses=problems(*READING, errors.INVALID, errors.INVALID_CURSOR),
)
@require(Permission.DOCUMENTS_READ)
async def list_tags(
    query: Annotated[TagListQuery, Query()],
    request: Request,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> TagPage:
    """The tags of the accounts that the caller may see, by name."""
    page = await queries.list_tags(session, principal, query, request.app.state.cursors)
    link_next(request, response, page.next_cursor)
    return page


@router.post(
    "",
    status_code=201,
    operation_id="create_tag",
    responses=problems(*WRITING, errors.TAG_EXISTS),
)
@require(Permission.DOCUMENTS_WRITE)
async def create_tag(body: NewTag, session: CurrentSession) -> Tag:
    """Make a tag for an account."""
    return await queries.load_tag(session, await service.create_tag(session, body))


@router.patch(
    "/{tag_id}",
    operation_id="change_tag",
    responses=problems(*WRITING, errors.TAG_EXISTS),
)
@require(Permission.DOCUMENTS_WRITE)
async def change_tag(tag_id: KnownId, body: TagChange, session: CurrentSession) -> Tag:
    """Give a tag another name or colour."""
    await service.change_tag(session, tag_id, body)
    return await queries.load_tag(session, tag_id)


@router.delete(
    "/{tag_id}",
    status_code=204,
    operation_id="delete_tag",
    responses=problems(*READING, errors.CSRF, errors.NOT_FOUND),
)
@require(Permission.DOCUMENTS_WRITE)
async def delete_tag(tag_id: KnownId, session: CurrentSession) -> None:
    """Delete a tag and take it off all its documents."""
    await service.delete_tag(session, tag_id)


@router.post(
    "/{deleted_tag_id}/restore",
    operation_id="restore_tag",
    responses=problems(*READING, errors.CSRF, errors.NOT_FOUND, errors.TAG_EXISTS),
)
@require(Permission.DOCUMENTS_WRITE)
async def restore_tag(deleted_tag_id: KnownId, session: CurrentSession) -> Tag:
    """Undo a deletion of the last day: the tag, on the documents that still have room for it."""
    await service.restore_tag(session, deleted_tag_id)
    return await queries.load_tag(session, deleted_tag_id)


@documents_router.post(
    "/tags",
    operation_id="tag_documents",
    response_model_exclude_unset=True,
    responses=problems(*WRITING, errors.TOO_MANY_TAGS, errors.FOREIGN_TAG),
)
@require(Permission.DOCUMENTS_WRITE)
async def tag_documents(
    body: DocumentTags, principal: CurrentPrincipal, session: CurrentSession
) -> TagsChanged:
    """Add tags to documents and remove others, all or nothing; at most four stay on a document."""
    changed = await service.tag_documents(session, principal, body)
    if not body.return_ids:
        return TagsChanged(updated=changed.count)
    return TagsChanged(updated=changed.count, document_ids=changed.undoable)
