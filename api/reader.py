"""How the most asked routes read: who asks and what they get in one round trip to the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Request
from sqlalchemy import Select

from api.access import Credential, Permission, Principal, authenticate_and_read
from api.admission import admit, check, credential_of
from api.core.database import Connection, Database


class Reader:
    """The caller of a route marked `@reading`, who becomes known with its first statement."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._permission: Permission = request.scope["route"].guard
        self._database: Database = request.app.state.database
        self._credential: Credential | None = None
        self.checked = False
        """Whether the caller has been admitted or refused."""

    @property
    def credential(self) -> Credential:
        """What the request shows; raises 401 when it shows nothing."""
        self.checked = True
        if self._credential is None:
            self._credential = credential_of(self._request, self._permission.value)
        return self._credential

    async def read(
        self, statement: Select[Any], values: dict[str, Any]
    ) -> tuple[Principal, Any | None]:
        """The caller, and the statement's first row; no row for staff, who need a transaction.

        The row's columns are null when the statement finds none. Raises 401 or 403 like any route.
        """
        credential = self.credential
        async with self._database.connection(self._request.is_disconnected) as connection:
            found = await authenticate_and_read(connection, credential, statement, values)
        principal, row = found or (None, None)
        known = check(self._request, principal, self._permission.value)
        self._request.state.principal = known
        return known, None if known.sees_all else row

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[Principal, Connection]]:
        """The caller, and a transaction as them for what takes more than one statement."""
        self.checked = True
        async with self._database.direct(self._request.is_disconnected) as connection:
            known = await admit(self._request, connection, self._permission)
            self._request.state.principal = known
            yield known, connection

    async def check(self) -> None:
        """Admit or refuse the caller of a request that is wrong in itself: 401 and 403 go first."""
        if not self.checked:
            async with self.transaction():
                pass
