"""How the most asked routes read: who asks and what they get in one round trip to the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Request
from sqlalchemy import Select

from api.access import Permission, Principal, authenticate_and_read
from api.admission import admit, check, credential_of
from api.core.database import Connection, Database


class Reader:
    """The caller of a route marked `@reading`, who becomes known with its first statement."""

    def __init__(self, request: Request, permission: Permission) -> None:
        self._request, self._permission = request, permission
        self._database: Database = request.app.state.database
        self.checked = False
        """Whether the caller has been admitted or refused."""

    async def read(
        self, statement: Select[Any], values: dict[str, Any]
    ) -> tuple[Principal, Any | None]:
        """The caller, and the statement's first row; no row for staff, who need a transaction.

        Raises 401 or 403 like any route.
        """
        self.checked = True
        credential = credential_of(self._request, self._permission.value)
        async with self._database.connection() as connection:
            found = await authenticate_and_read(connection, credential, statement, values)
        principal, row = found or (None, None)
        known = check(self._request, principal, self._permission.value)
        return known, None if known.sees_all else row

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[Principal, Connection]]:
        """The caller, and a transaction as them for what takes more than one statement."""
        self.checked = True
        async with self._database.direct() as connection:
            yield await admit(self._request, connection, self._permission), connection

    async def check(self) -> None:
        """Admit or refuse the caller of a request that is wrong in itself: 401 and 403 go first."""
        if not self.checked:
            async with self.transaction():
                pass
