"""`/issuer`: what the issuer's ERP and administration do."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Path, Query, Request, Response, UploadFile
from pydantic import BeforeValidator, ValidationError

from api.access import Permission
from api.core import errors
from api.core.errors import Problem
from api.core.problems import field_errors, problems
from api.core.schema import storable
from api.core.settings import Settings
from api.deps import (
    CurrentCaller,
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    CurrentStorage,
    GuardedRoute,
    in_steps,
    limit_body,
    refuse_unknown_parts,
    require,
)
from api.issuer import customers
from api.issuer.publishing import Options, publish
from api.issuer.reading import Upload, read_upload
from api.issuer.schemas import (
    CustomerUpsert,
    DocumentMetadata,
    IssuedCustomer,
    IssuedDocument,
    Number,
)

router = APIRouter(prefix="/issuer", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.SCOPE, errors.CSRF)
IdempotencyKey = Annotated[str, BeforeValidator(storable)]
PARTS = {"pdf", "ubl", "metadata", "replace"}


def _multipart_limit(settings: Settings) -> int:
    return 2 * settings.max_upload_bytes + settings.max_json_bytes


@router.put(
    "/customers/{number}",
    operation_id="put_customer",
    responses={
        201: {"model": IssuedCustomer, "description": "Created"},
        **problems(*CALLER, errors.INVALID),
    },
)
@require(Permission.ISSUER_CUSTOMERS)
async def put_customer(
    number: Annotated[Number, Path()],
    body: CustomerUpsert,
    response: Response,
    principal: CurrentPrincipal,
    session: CurrentSession,
) -> IssuedCustomer:
    """Create or change a customer number and its contact."""
    customer, created = await customers.put_customer(session, principal, number, body)
    if created:
        response.status_code = 201
    return customer


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
    storage: CurrentStorage,
    settings: CurrentSettings,
    pdf: Annotated[UploadFile | None, File()] = None,
    ubl: Annotated[UploadFile | None, File()] = None,
    metadata: Annotated[str | None, Form(description="DocumentMetadata as JSON")] = None,
    replace: Annotated[bool, Query(description="Replace a document of the same number")] = False,
    replace_part: Annotated[bool, Form(alias="replace")] = False,
    idempotency_key: Annotated[IdempotencyKey | None, Header(max_length=200)] = None,
) -> IssuedDocument:
    """Publish a document for a customer number: a PDF, a UBL file, or both."""
    await refuse_unknown_parts(request, PARTS)
    upload = Upload(
        pdf=await _bytes_of(pdf, settings),
        ubl=await _bytes_of(ubl, settings),
        metadata=_metadata(metadata),
        replace=replace or replace_part,
    )
    draft = await read_upload(upload)
    publication = await publish(caller, storage, upload, draft, Options(key=idempotency_key))
    if not publication.created:
        response.status_code = 200
    return publication.document


async def _bytes_of(part: UploadFile | None, settings: Settings) -> bytes | None:
    if part is None:
        return None
    if part.size is not None and part.size > settings.max_upload_bytes:
        raise Problem(errors.TOO_LARGE)
    return await part.read()


def _metadata(text: str | None) -> DocumentMetadata:
    try:
        return DocumentMetadata.model_validate_json(text) if text else DocumentMetadata()
    except ValidationError as error:
        failures = [
            {**failure, "loc": ("body", "metadata", *failure["loc"])} for failure in error.errors()
        ]
        raise Problem(errors.INVALID, errors=field_errors(failures)) from error
