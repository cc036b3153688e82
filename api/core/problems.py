"""Turns every failure into an RFC 9457 answer in the reader's language."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, cast

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.core import errors
from api.core.errors import ErrorCode, FieldError, Problem
from api.core.i18n import negotiate, translate
from api.core.processes import Unfinished
from api.core.settings import Language

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = "5"
# A megabyte of unknown fields must not come back as ten megabytes of findings.
MOST_ERRORS = 200
# PostgreSQL is starting, stopping, out of connections or out of disk, or what the request waited
# for went to another; the same request may succeed in a moment.
UNAVAILABLE_SQLSTATES = re.compile(
    r"^(57P0[1-5]|53[0-9A-Z]{3}|08[0-9A-Z]{3}|55P03|57014|40P01|40001)$"
)
BY_STATUS = {
    400: errors.INVALID,
    401: errors.UNAUTHENTICATED,
    403: errors.FORBIDDEN,
    404: errors.NOT_FOUND,
    405: errors.METHOD_NOT_ALLOWED,
    413: errors.TOO_LARGE,
    415: errors.UNSUPPORTED_MEDIA_TYPE,
    422: errors.INVALID,
}

# The SPA answers any path of a page; another method there means that nothing is there at all.
CATCH_ALL = "/{path:page}"

log = structlog.get_logger(__name__)


class FieldErrorDocument(BaseModel):
    """What is wrong with one field."""

    pointer: str
    code: str
    message: str


class ProblemDocument(BaseModel):
    """RFC 9457 problem details; `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldErrorDocument] | None = None
    hint: str | None = None


def problems(*declared: ErrorCode) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: every refusal it may give, with its codes."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in declared:
        codes = [other.code for other in declared if other.status == error.status]
        responses[error.status] = {
            "description": " · ".join(codes),
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
    return responses


def reader_language(request: Request) -> Language:
    """The signed-in user's language, else the browser's, else the issuer's."""
    principal = getattr(request.state, "principal", None)
    if principal is not None:
        language: Language = principal.language
        return language
    settings = request.app.state.settings
    return negotiate(request.headers.get("accept-language"), settings.default_language)


def problem_response(request: Request, problem: Problem) -> Response:
    """The answer for a refusal."""
    language, error = reader_language(request), problem.error
    document: dict[str, Any] = {
        "type": f"urn:i-portal:problem:{error.code}",
        "title": translate(language, f"errors.{error.code}.title"),
        "status": error.status,
        "detail": translate(
            language, f"errors.{error.code}.{problem.sentence}", **problem.parameters
        ),
        "code": error.code,
        "request_id": getattr(request.state, "request_id", ""),
        **problem.members,
    }
    if problem.errors:
        document["errors"] = [
            {"pointer": e.pointer, "code": e.code, "message": e.message} for e in problem.errors
        ]
    headers = {"Cache-Control": "no-store", **problem.headers}
    if error.status == 503:
        headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return Response(orjson.dumps(document), error.status, headers=headers, media_type=PROBLEM_JSON)


def field_errors(failures: Iterable[Any]) -> tuple[FieldError, ...]:
    """Pydantic's findings without the input: a refused password must not come back (SECURITY P)."""
    found = []
    for failure in islice(failures, MOST_ERRORS):
        place, *path = [str(part) for part in failure["loc"]]
        pointer = "/" + "/".join(path) if place == "body" else (path[0] if path else place)
        found.append(FieldError(pointer, failure["type"], failure["msg"]))
    return tuple(found)


async def _on_problem(request: Request, error: Exception) -> Response:
    error = cast("Problem", error)
    return problem_response(request, error)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    error = cast("RequestValidationError", error)
    return problem_response(request, Problem(errors.INVALID, errors=field_errors(error.errors())))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    error = cast("HTTPException", error)
    if error.status_code == 405 and getattr(request.scope.get("route"), "path", "") == CATCH_ALL:
        return problem_response(request, Problem(errors.NOT_FOUND))
    known = BY_STATUS.get(error.status_code, ErrorCode(error.status_code, errors.INVALID.code))
    return problem_response(request, Problem(known, headers=error.headers))


async def _on_database_error(request: Request, error: Exception) -> Response:
    error = cast("DBAPIError", error)
    state = str(getattr(error.orig, "sqlstate", "") or "")
    away = isinstance(error, InterfaceError | OperationalError) or error.connection_invalidated
    if away or UNAVAILABLE_SQLSTATES.match(state):
        log.warning("database_unavailable", sqlstate=state, error=type(error.orig).__name__)
        return problem_response(request, Problem(errors.UNAVAILABLE))
    return await on_unexpected(request, error)


async def _on_direct_error(request: Request, error: Exception) -> Response:
    """The same for the bare connections of the hot routes."""
    state = str(getattr(error, "sqlstate", "") or "")
    if isinstance(error, asyncpg.InterfaceError) or UNAVAILABLE_SQLSTATES.match(state):
        return await _on_engine_away(request, error)
    return await on_unexpected(request, error)


async def _on_engine_away(request: Request, error: Exception) -> Response:
    log.warning("engine_unavailable", error=type(error).__name__)
    return problem_response(request, Problem(errors.UNAVAILABLE))


async def _on_unfinished(request: Request, _: Exception) -> Response:
    return problem_response(request, Problem(errors.UNAVAILABLE, sentence="not_checked"))


async def on_unexpected(request: Request, error: Exception) -> Response:
    """The answer when nobody expected this; it is for the outermost layer to call."""
    # The message of an exception may quote input, so only its type and place are logged.
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
    log.error("unexpected_error", error=type(error).__name__, place=place)
    return problem_response(request, Problem(errors.INTERNAL))


def install_problem_handlers(app: FastAPI) -> None:
    """Register the handlers, from the most to the least specific."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(asyncpg.PostgresError, _on_direct_error)
    app.add_exception_handler(asyncpg.InterfaceError, _on_direct_error)
    # What asyncpg makes of an answer that ends in the middle, when PostgreSQL crashes.
    app.add_exception_handler(asyncpg.InternalClientError, _on_engine_away)
    app.add_exception_handler(Unfinished, _on_unfinished)
    app.add_exception_handler(PoolTimeoutError, _on_engine_away)
    app.add_exception_handler(OSError, _on_engine_away)
    app.add_exception_handler(TimeoutError, _on_engine_away)
