"""`/issuer`: what the issuer's ERP and administration do."""

import asyncio
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile

from api.access import Permission
from api.bodies import refuse_unknown_parts
from api.core import errors
from api.core.errors import Problem
from api.core.http import safe_filename
from api.core.problems import problems
from api.core.settings import Settings
from api.deps import (
    CurrentCaller,
    CurrentPrincipal,
    CurrentSession,
    CurrentSettings,
    GuardedRoute,
)
from api.issuer import customers
from api.issuer.customer_csv import CustomerFile
from api.issuer.customer_schemas import CustomerImport
from api.issuer.documents_router import router as documents_router
from api.issuer.importing import ImportOptions, import_customers
from api.issuer.schemas import CustomerUpsert, IssuedCustomer, Number
from api.marks import in_steps, limit_body, require

router = APIRouter(prefix="/issuer", tags=["issuer"], route_class=GuardedRoute)

CALLER = (errors.UNAUTHENTICATED, errors.FORBIDDEN, errors.SCOPE, errors.CSRF)


@router.put(
    "/customers/{number:slashed}",
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


def _import_limit(settings: Settings) -> int:
    return settings.max_import_bytes + settings.max_json_bytes


@router.post(
    "/customers/import",
    operation_id="import_customers",
    responses=problems(
        *CALLER, errors.TOO_LARGE, errors.INVALID, errors.INVALID_CSV, errors.REJECTED_ROWS
    ),
)
@require(Permission.ISSUER_CUSTOMERS)
@limit_body(_import_limit)
@in_steps
async def import_customer_file(
    request: Request,
    caller: CurrentCaller,
    settings: CurrentSettings,
    file: Annotated[UploadFile, File(description="A CSV file with the fields of PUT as columns")],
    dry_run: Annotated[bool, Query(description="Only tell what would happen")] = False,
    strict: Annotated[bool, Query(description="One bad row, and nothing happens")] = False,
) -> CustomerImport:
    """Create or change the customer numbers of a CSV file; a bad row does not stop the others.

    An import that was cut off can be repeated: what was written is found unchanged.
    """
    await refuse_unknown_parts(request, {"file"})
    if (file.size or 0) > settings.max_import_bytes:
        raise Problem(errors.TOO_LARGE)
    rows = await asyncio.to_thread(CustomerFile, file.file, settings.max_import_rows)
    name = safe_filename(PurePath(file.filename or "").stem, "csv")
    return await import_customers(caller, rows, name, ImportOptions(dry_run, strict))


router.include_router(documents_router)
