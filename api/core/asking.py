"""One question to the database, for commands that only look whether there is something to do.

Without SQLAlchemy, which takes longer to load than most of them take.
"""

from typing import Any

import asyncpg

CONNECT_SECONDS = 5
APP_ROLE = "iportal_app"


async def ask(url: str, question: str, *values: Any, role: str | None = None) -> Any:
    """The first value of the answer; None without one. Raises what asyncpg raises.

    With a role, which a schema has to be there for, the question is asked as the app asks.
    """
    dsn = url.replace("postgresql+asyncpg://", "postgresql://", 1)
    settings = {"role": role} if role else {}
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, server_settings=settings)
    try:
        return await connection.fetchval(question, *values)
    finally:
        await connection.close()
