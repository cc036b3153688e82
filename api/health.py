"""Liveness, readiness and metrics, outside `/api/v1`."""

import asyncio
from collections.abc import Awaitable

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis
from sqlalchemy import text
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api.core.database import Database
from api.core.settings import Settings

router = APIRouter(include_in_schema=False)

CHECK_SECONDS = 3


@router.get("/healthz")
async def live() -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Every engine behind answers; 503 names those that do not."""
    state = request.app.state
    checks = {
        "postgresql": _database(state.database),
        "redis": check_redis(state.settings),
        "s3": state.storage.ready(),
        "smtp": check_smtp(state.settings),
    }
    results = await asyncio.gather(*(_passes(check) for check in checks.values()))
    engines = {name: "ok" if fine else "away" for name, fine in zip(checks, results, strict=True)}
    # Mail waits in the outbox, so a mail server that is away makes nobody unready.
    away = [name for name, result in engines.items() if result == "away" and name != "smtp"]
    status = 503 if away else 200
    headers = {"Retry-After": "5"} if away else {}
    return JSONResponse({"engines": engines}, status_code=status, headers=headers)


@router.get("/metrics")
async def metrics() -> Response:
    """Measurements in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _passes(check: Awaitable[None]) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check
    except Exception:
        return False
    return True


async def _database(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("SELECT version_num FROM alembic_version"))


async def check_redis(settings: Settings) -> None:
    """Raise unless Redis answers."""
    client = Redis.from_url(settings.redis_url)
    try:
        await client.ping()
    finally:
        await client.aclose()


async def check_smtp(settings: Settings) -> None:
    """Raise unless somebody listens where mails are handed over."""
    _, writer = await asyncio.open_connection(settings.smtp_host, settings.smtp_port)
    writer.close()
    await writer.wait_closed()
