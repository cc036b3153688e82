"""The floor: the same SQL, without session or row-level security, through asyncpg and FastAPI.

Run by uvicorn in a process of its own; what to run is in the environment.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.core.database import SERVER_SETTINGS

POOL = 3


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["FLOOR_DSN"],
        min_size=POOL,
        max_size=POOL,
        server_settings={name: SERVER_SETTINGS[name] for name in ("jit", "random_page_cost")},
    ) as pool:
        app.state.pool = pool
        app.state.statements = json.loads(os.environ["FLOOR_STATEMENTS"])
        yield


app = FastAPI(lifespan=_pool, openapi_url=None)


def _value(text: object) -> object:
    if isinstance(text, list):
        return [_value(item) for item in text]
    if isinstance(text, str) and len(text) == 36:
        return UUID(text)
    return text


@app.get("/{name}")
async def run(name: str, request: Request) -> Response:
    """The rows of a named statement, as PostgreSQL wrote them."""
    statement, values = request.app.state.statements[name]
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow(statement, *(_value(value) for value in values))
    return Response(row[0].encode(), media_type="application/json")
