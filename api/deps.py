"""What every route stands on: one request is one transaction, opened as its caller.

A route says who may call it with `@require(Permission.X)` or `@public`; `GuardedRoute` refuses to
exist otherwise. The caller is checked before the body is looked at, so that 401 and 403 come before
422, and the transaction is committed before the answer leaves.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, Request, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from api.access import Permission, Principal, Transaction
from api.accounts.rates import seconds_to_wait
from api.accounts.throttle import network_of
from api.admission import SAFE_METHODS, admit, refuse_forged
from api.bodies import capped, is_other_format, parse_form
from api.core import errors
from api.core.database import Connection, Database, bare
from api.core.errors import Problem
from api.core.parameters import known_parameters, refuse_wrong_parameters
from api.core.processes import Processes
from api.core.settings import Settings
from api.core.web import known_id
from api.marks import PUBLIC
from api.reader import Reader
from api.storage import Storage
from api.subjects import refuse_unseen, subjects_of

SMALL_BODY = 65_536

Handler = Callable[[Request], Awaitable[Response]]


class Caller:
    """Who calls a route that runs in steps."""

    def __init__(self, request: Request, permission: Permission) -> None:
        self._request = request
        self._permission = permission

    @asynccontextmanager
    async def session(self) -> AsyncIterator[tuple[AsyncSession, Principal]]:
        """A transaction as this caller, who is checked again: access may have ended meanwhile."""
        database: Database = self._request.app.state.database
        async with database.transaction() as session:
            yield session, await admit(self._request, session, self._permission)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[Connection, Principal]]:
        """The same on its bare connection, for statements that run very often."""
        async with self.session() as (session, principal):
            yield await bare(session), principal


class GuardedRoute(APIRoute):
    """A route that checks its caller, caps its body and runs in one transaction."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.guard: Permission | str = endpoint.__dict__["guard"]
        self.body_limit = endpoint.__dict__.get("body_limit", lambda s: s.max_json_bytes)
        self.direct: bool = endpoint.__dict__.get("direct", False)
        self.in_steps: bool = endpoint.__dict__.get("in_steps", False)
        self.rate: Callable[[Settings], int] | None = endpoint.__dict__.get("rate")
        self.reading: bool = endpoint.__dict__.get("reading", False)
        self.answers_head: bool = endpoint.__dict__.get("answers_head", False)
        if self.guard != PUBLIC:
            options["openapi_extra"] = {
                "security": [{"session": []}, {"token": []}],
                **(options.get("openapi_extra") or {}),
            }
        super().__init__(path, endpoint, **options)
        self.subjects = subjects_of(path)
        self.parameters = known_parameters(self.dependant, endpoint.__dict__.get("parameters", {}))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        if match is Match.PARTIAL and self._is_head(scope):
            return Match.FULL, found
        return match, found

    def _is_head(self, scope: Scope) -> bool:
        return self.answers_head and scope["method"] == "HEAD"

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_head(scope):
            await self.app(scope, receive, send)
        elif self.reading and scope["method"] in (self.methods or ()):
            request = Request(scope, receive, send)
            response = await self._read(request)
            await response(scope, receive, send)
        else:
            await super().handle(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            settings: Settings = request.app.state.settings
            try:
                if self.in_steps:
                    async with request.app.state.database.transaction() as session:
                        await self._admit(request, session)
                        wait = await self._wait(request, session)
                    if wait:
                        headers = {"Retry-After": str(wait)}
                        raise Problem(errors.TOO_MANY_REQUESTS, headers=headers)
                    if self._is_other_format(request):
                        raise Problem(errors.UNSUPPORTED_MEDIA_TYPE)
                if self._takes_body:
                    receive = capped(request, self.body_limit(settings))
                    request = Request(request.scope, receive)
                    await self._take_body(request, settings)
                if self.in_steps:
                    refuse_wrong_parameters(request, self.parameters)
                    return await answer(request)
                return await self._in_transaction(request, answer)
            finally:
                # Uploads are spooled to files, also those of callers who are then refused.
                await request.close()

        return handle

    def _is_other_format(self, request: Request) -> bool:
        if self.body_field is None:
            return False
        return is_other_format(request, form=isinstance(self.body_field.field_info, params.Form))

    @property
    def _takes_body(self) -> bool:
        return bool((self.methods or set()) & {"POST", "PUT", "PATCH"})

    async def _in_transaction(self, request: Request, answer: Handler) -> Response:
        database: Database = request.app.state.database
        hot = database.direct(request.is_disconnected) if self.direct else None
        async with hot or database.transaction() as transaction:
            request.state.transaction = transaction
            await self._admit(request, transaction)
            try:
                return await self._answer(request, transaction, answer)
            except Problem as problem:
                if not problem.keep:
                    raise
                refusal = problem
        # What was written down about a failed sign-in has been committed (P5).
        raise refusal

    async def _answer(
        self, request: Request, transaction: Transaction, answer: Handler
    ) -> Response:
        if self._is_other_format(request):
            await self._refuse_unseen(request, transaction)
            raise Problem(errors.UNSUPPORTED_MEDIA_TYPE)
        try:
            if self._takes_body:
                await parse_form(request)
            refuse_wrong_parameters(request, self.parameters)
            return await answer(request)
        except RequestValidationError:
            await self._refuse_unseen(request, transaction)
            raise

    async def _refuse_unseen(self, request: Request, transaction: Transaction) -> None:
        rule = self.guard.value if isinstance(self.guard, Permission) else None
        named = {name: request.path_params[name] for name in self.subjects}
        await refuse_unseen(transaction, rule, named)

    async def _read(self, request: Request) -> Response:
        reader = Reader(request)
        try:
            refuse_wrong_parameters(request, self.parameters)
            ids = {name: known_id(value) for name, value in request.path_params.items()}
            response: Response = await self.endpoint(request=request, reader=reader, **ids)
        except RequestValidationError:
            async with reader.transaction() as (_, connection):
                await self._refuse_unseen(request, connection)
            raise
        except Problem:
            await reader.check()
            raise
        if not reader.checked:
            raise RuntimeError(f"{self.path} answered without knowing its caller")
        return response

    async def _admit(self, request: Request, transaction: Transaction) -> None:
        if isinstance(self.guard, Permission):
            request.state.principal = await admit(request, transaction, self.guard)
        elif request.method not in SAFE_METHODS:
            refuse_forged(request)

    async def _wait(self, request: Request, session: AsyncSession) -> int:
        if self.rate is None:
            return 0
        network = network_of(request.client.host if request.client else None)
        most = self.rate(request.app.state.settings)
        return await seconds_to_wait(session, self.operation_id or self.path, network, most)

    async def _take_body(self, request: Request, settings: Settings) -> None:
        """Read the body before a transaction is open: a slow client must not hold a connection.

        Small bodies are read at once, and parsed when the caller is known, so that 401 and 403
        come before 422. Before a large or chunked one the caller is checked, and checked again
        afterwards, since access may have ended while it came in.
        """
        size = request.headers.get("content-length", "")
        small = size.isdigit() and int(size) <= SMALL_BODY
        if not small and not self.in_steps:
            async with request.app.state.database.transaction() as session:
                await self._admit(request, session)
        if size.isdigit() and int(size) > self.body_limit(settings):
            raise Problem(errors.TOO_LARGE)
        try:
            async with asyncio.timeout(settings.body_timeout_seconds):
                if (small and not self.in_steps) or not await parse_form(request):
                    await request.body()
        except TimeoutError as error:
            raise Problem(errors.ErrorCode(408, errors.INVALID.code)) from error


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.transaction
    return session


async def _connection(request: Request) -> Connection:
    return request.state.transaction


async def _principal(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


async def _caller(request: Request) -> Caller:
    guard = request.scope["route"].guard
    return Caller(request, guard)


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


async def _processes(request: Request) -> Processes:
    processes: Processes = request.app.state.processes
    return processes


CurrentSettings = Annotated[Settings, Depends(_settings)]
CurrentSession = Annotated[AsyncSession, Depends(_session)]
CurrentConnection = Annotated[Connection, Depends(_connection)]
CurrentCaller = Annotated[Caller, Depends(_caller)]
CurrentReader = Annotated[Reader, Depends(Reader)]
CurrentPrincipal = Annotated[Principal, Depends(_principal)]
CurrentDatabase = Annotated[Database, Depends(_database)]
CurrentProcesses = Annotated[Processes, Depends(_processes)]
CurrentStorage = Annotated[Storage, Depends(_storage)]
