"""The application: routers, middleware, errors and the SPA."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

import api.auth.router
import api.customers.router
import api.documents.router
import api.downloads.router
import api.exports.router
import api.feed.router
import api.issuer.delivery_router
import api.issuer.desk_router
import api.issuer.router
import api.me.router
import api.notifications.router
import api.paper_requests.router
import api.portal.router
import api.portal.verifying
import api.printing.router
import api.questions.router
import api.retention.router
import api.shared_users.router
import api.statistics.router
import api.tags.router
import api.views.router
import api.webhooks.router
from api import health
from api.core.database import Database
from api.core.errors import ALL_ERRORS, UNSUPPORTED_MEDIA_TYPE
from api.core.log import configure_logging
from api.core.paging import CursorCodec
from api.core.problems import ProblemDocument, install_problem_handlers, problems
from api.core.settings import Settings
from api.issuer.checking import checks_of
from api.issuer.files import SealingFileMaker
from api.issuer.intake import Room
from api.issuer.reading import checking_processes
from api.middleware import Surroundings
from api.portal.verifier import Verifier
from api.seals.certificates import InvalidCertificateError
from api.seals.loading import load_sealer
from api.seals.sealing import Sealer
from api.spa import mount_spa
from api.storage import Storage

log = structlog.get_logger(__name__)

PREFIX = "/api/v1"
VERSION = "1.0.0"
# The processes that read uploads start when the server has answered its first requests.
WARM_AFTER_SECONDS = 2.0
# The most asked for come first, since routes are tried in this order.
ROUTERS: tuple[APIRouter, ...] = (
    api.exports.router.router,
    api.feed.router.router,
    api.statistics.router.router,
    api.views.router.router,
    api.tags.router.documents_router,
    api.documents.router.router,
    api.portal.router.router,
    api.portal.verifying.router,
    api.auth.router.router,
    api.me.router.router,
    api.customers.router.router,
    api.shared_users.router.router,
    api.notifications.router.documents_router,
    api.questions.router.router,
    api.paper_requests.router.router,
    api.notifications.router.router,
    api.tags.router.router,
    api.downloads.router.router,
    api.issuer.router.router,
    api.retention.router.router,
    api.printing.router.router,
    api.issuer.delivery_router.router,
    api.issuer.desk_router.router,
    api.webhooks.router.router,
)


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application of one deployment."""
    configure_logging(settings)
    app = FastAPI(
        title="I-Portal",
        version=VERSION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.cursors = CursorCodec(settings.secret_key.get_secret_value())
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.include_router(health.router)
    install_problem_handlers(app)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    mount_spa(app, settings.frontend_dir)
    app.add_middleware(Surroundings, settings=settings)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    app.state.database = Database(settings)
    await app.state.database.open_direct()
    checks_of(settings)  # an unknown release of the rules stops the start, not the first document
    app.state.processes = checking_processes(settings)
    app.state.room = Room()
    app.state.sealer = sealer = _sealer(settings)
    try:
        async with (
            Storage(settings) as app.state.storage,
            Verifier(sealer) as app.state.verifier,
        ):
            maker = SealingFileMaker(settings, sealer, app.state.processes)
            app.state.file_maker = maker
            warming = asyncio.get_running_loop().call_later(WARM_AFTER_SECONDS, _warm, app)
            try:
                yield
            finally:
                warming.cancel()
    finally:
        await app.state.processes.close()
        await app.state.database.close()


def _warm(app: FastAPI) -> None:
    app.state.verifier.start()
    app.state.processes.start()


def _sealer(settings: Settings) -> Sealer:
    try:
        return load_sealer(settings)
    except InvalidCertificateError as error:
        # Told here, since the server only says that it could not start.
        log.critical("cannot_seal", reason=str(error))
        raise


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The contract as OpenAPI 3.1, with the error codes and the two ways to authenticate."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        summary="Find, read and fetch invoices; publish them as the issuer.",
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    # FastAPI's own validation error is never sent; ours is.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    problem["properties"]["code"]["enum"] = sorted({error.code for error in ALL_ERRORS})
    schemas["ProblemDocument"] = problem
    components["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": app.state.settings.session_cookie},
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "ipt_…"},
    }
    for path in document["paths"].values():
        for operation in path.values():
            _replace_default_422(operation)
            if "requestBody" in operation:
                operation["responses"] |= problems(UNSUPPORTED_MEDIA_TYPE)
    app.openapi_schema = document
    return document


def _replace_default_422(operation: dict[str, Any]) -> None:
    responses = operation.get("responses", {})
    content = responses.get("422", {}).get("content", {})
    if "application/json" in content:
        responses["422"] = {
            "description": "invalid",
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/ProblemDocument"}
                }
            },
        }
