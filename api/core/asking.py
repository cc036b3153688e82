"""One question to the database, for commands that only look whether there is something to do.

Without SQLAlchemy, which takes longer to load than most of them take.
"""

from typing import Any

import asyncpg

CONNECT_SECONDS = 5


async def ask(url: str, question: str, *values: Any) -> Any:
    """The first value of the answer; None without one. Raises what asyncpg raises."""
    dsn = url.replace("postgresql+asyncpg://", "postgresql://", 1)
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS)
    try:
        return await connection.fetchval(question, *values)
    finally:
        await connection.close()
