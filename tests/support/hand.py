"""What a browser test cannot do itself, as commands: `python -m tests.support.hand …`.

`scan FILE` reads the QR code in a picture; `stale ADDRESS` makes the proofs of a user's sessions
six minutes old; `iportal …` runs a command. Both work on the portal of `IPORTAL_DATA_DIR`.
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import zxingcpp

from api.cli.portal import portal


def scan(path: str) -> str:
    """Return the text of the one QR code in a grey picture (binary PGM of 8 bits)."""
    data = Path(path).read_bytes()
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", data)
    assert header, data[:20]
    shape = (int(header[2]), int(header[1]))
    (found,) = zxingcpp.read_barcodes(memoryview(data)[header.end() :].cast("B", shape=shape))
    text: str = found.text
    return text


async def _stale(dsn: str, email: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        done = await connection.execute(
            "UPDATE sessions SET proved_at = now() - interval '6 minutes' FROM users"
            " WHERE users.id = sessions.user_id AND users.email_key = $1",
            email.lower(),
        )
    finally:
        await connection.close()
    assert done != "UPDATE 0", "no session"


def stale(email: str) -> str:
    """Let the user's sessions be too old for sensitive changes, as after five minutes."""
    with portal(lambda _line: None) as settings:
        asyncio.run(_stale(settings.migration_url.replace("+asyncpg", ""), email))
    return ""


def iportal(*words: str) -> str:
    """What an `iportal` command prints."""
    command = [sys.executable, "-m", "api.cli", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


COMMANDS: dict[str, Callable[..., str]] = {"scan": scan, "stale": stale, "iportal": iportal}

if __name__ == "__main__":
    sys.stdout.write(COMMANDS[sys.argv[1]](*sys.argv[2:]) + "\n")
