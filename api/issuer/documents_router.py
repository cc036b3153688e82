"""`/issuer/documents`: publishing, one by one or many at once, checking and withdrawing."""

import dataclasses
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Query, Request, Response, UploadFile
from pydantic import BeforeValidator, ValidationError

from api.access import Permission
from api.bodies import refuse_unknown_parts, text_of_part
from api.core import errors
from api.core.errors import Problem
from api.core.problems import field_errors, problems
from api.core.processes import Processes
from api.core.schema import storable
from api.core.settings import Settings
from api.core.web import KnownId
from api.deps import (
    Caller,
    CurrentCaller,
    CurrentPrincipal,
    CurrentProcesses,
    CurrentSession,
    CurrentSettings,
    CurrentStorage,
    GuardedRoute,
)
from api.issuer import reports
from api.issuer.archives import Limits, open_archive
from api.issuer.bulk import publish_all
from api.issuer.checking import checks_of
from api.issuer.intake import Intake, Room
from api.issuer.publishing import Options
from api.issuer.reading import Upload, refuse_files
from api.issuer.schemas import (
    ArchiveReport,
    DocumentMetadata,
    IssuedDocument,
    Number,
    ValidationReport,
    Withdrawal,
)
from api.issuer.withdrawing import withdraw
from api.marks import in_steps, limit_body, require
from api.storage import Storage

router = APIRouter(route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.SCOPE, errors.CSRF)
IdempotencyKey = Annotated[str, BeforeValidator(storable)]
MetadataPart = Annotated[str, BeforeValidator(text_of_part)]
PARTS = {"pdf", "ubl", "metadata", "replace"}


def _multipart_limit(settings: Settings) -> int:
    return 2 * settings.max_upload_bytes + settings.max_json_bytes


def _intake(request: Request, processes: Processes, storage: Storage, caller: Caller) -> Intake:
    state = request.app.state
    return Intake(processes, storage, state.file_maker, checks_of(state.settings), caller)


def _one_file(settings: Settings) -> int:
    return settings.max_upload_bytes + settings.max_json_bytes


@router.post(
    "/documents",
    status_code=201,
    operation_id="publish_document",
    responses={
        200: {"model": IssuedDocument, "description": "Published before; nothing changed"},
        **problems(
            *CALLER,
            errors.DOCUMENT_EXISTS,
            errors.IDEMPOTENCY_KEY_REUSED,
            errors.TOO_LARGE,
            errors.INVALID,
            errors.INVALID_UBL,
            errors.INVALID_PDF,
            errors.UNKNOWN_CUSTOMER,
            errors.UNAVAILABLE,
        ),
    },
)
@require(Permission.PUBLISH)
@limit_body(_multipart_limit)
@in_steps
async def publish_document(
    request: Request,
    response: Response,
    caller: CurrentCaller,
    processes: CurrentProcesses,
    storage: CurrentStorage,
    settings: CurrentSettings,
    pdf: Annotated[UploadFile | None, File()] = None,
    ubl: Annotated[UploadFile | None, File()] = None,
    metadata: Annotated[MetadataPart | None, Form(description="DocumentMetadata as JSON")] = None,
    replace: Annotated[bool, Query(description="Replace a document of the same number")] = False,
    replace_part: Annotated[bool, Form(alias="replace")] = False,
    idempotency_key: Annotated[IdempotencyKey | None, Header(max_length=200)] = None,
) -> IssuedDocument:
    """Publish a document for a customer number: a PDF, a UBL file, or both."""
    await refuse_unknown_parts(request, PARTS)
    size = sum(_size(part, settings) for part in (pdf, ubl))
    async with _room(request).hold(size):
        upload = Upload(
            pdf=await pdf.read() if pdf else None,
            ubl=await ubl.read() if ubl else None,
            metadata=DocumentMetadata(),
            replace=replace or replace_part,
        )
        intake = _intake(request, processes, storage, caller)
        try:
            upload = dataclasses.replace(upload, metadata=_metadata(metadata))
        except Problem:
            await refuse_files(processes, upload, intake.checks)
            raise
        publication = await intake.take(upload, Options(key=idempotency_key))
    if not publication.created:
        response.status_code = 200
    return publication.document


@router.post(
    "/archives",
    operation_id="publish_archive",
    responses=problems(*CALLER, errors.TOO_LARGE, errors.INVALID, errors.UNAVAILABLE),
)
@require(Permission.PUBLISH)
@limit_body(_one_file)
@in_steps
async def publish_archive(
    request: Request,
    caller: CurrentCaller,
    processes: CurrentProcesses,
    storage: CurrentStorage,
    settings: CurrentSettings,
    archive: Annotated[UploadFile, File(description="A ZIP: x.xml, x.pdf, x.json")],
    replace: Annotated[bool, Query(description="Replace documents of the same numbers")] = False,
    customer_number: Annotated[Number | None, Query()] = None,
) -> ArchiveReport:
    """Publish every document of a ZIP archive; what is refused does not stop the rest.

    Each document is published by itself, so a call that was cut off can be repeated: what was
    published is found unchanged.
    """
    await refuse_unknown_parts(request, {"archive"})
    intake = _intake(request, processes, storage, caller)
    async with _room(request).hold(2 * _size(archive, settings)):
        limits = Limits(settings.max_archive_documents, 2 * settings.max_upload_bytes)
        documents = await open_archive(processes, await archive.read(), limits)
        return await publish_all(
            intake, documents, settings, customer_number=customer_number, replace=replace
        )


@router.post(
    "/validations",
    operation_id="validate_document",
    responses=problems(*CALLER, errors.TOO_LARGE, errors.INVALID, errors.UNAVAILABLE),
)
@require(Permission.PUBLISH)
@limit_body(_one_file)
@in_steps
async def validate_document(
    request: Request,
    caller: CurrentCaller,
    processes: CurrentProcesses,
    settings: CurrentSettings,
    ubl: Annotated[UploadFile, File(description="A UBL invoice or credit note")],
) -> ValidationReport:
    """Check a UBL file as publishing does, without publishing or keeping it."""
    await refuse_unknown_parts(request, {"ubl"})
    async with _room(request).hold(_size(ubl, settings)):
        return await reports.report_on(processes, await ubl.read(), checks_of(settings))


@router.post(
    "/documents/{document_id}/withdraw",
    status_code=204,
    operation_id="withdraw_document",
    responses=problems(*CALLER, errors.NOT_FOUND, errors.CONFLICT, errors.INVALID),
)
@require(Permission.PUBLISH)
async def withdraw_document(
    document_id: KnownId, body: Withdrawal, principal: CurrentPrincipal, session: CurrentSession
) -> None:
    """Withdraw a document: it leaves the lists and keeps its history; its readers see why."""
    await withdraw(session, principal, document_id, body.reason)


def _room(request: Request) -> Room:
    room: Room = request.app.state.room
    return room


def _size(part: UploadFile | None, settings: Settings) -> int:
    size = 0 if part is None else part.size or 0
    if size > settings.max_upload_bytes:
        raise Problem(errors.TOO_LARGE)
    return size


def _metadata(text: str | None) -> DocumentMetadata:
    try:
        return DocumentMetadata.model_validate_json(text) if text else DocumentMetadata()
    except ValidationError as error:
        failures = [
            {**failure, "loc": ("body", "metadata", *failure["loc"])} for failure in error.errors()
        ]
        raise Problem(errors.INVALID, errors=field_errors(failures)) from error
