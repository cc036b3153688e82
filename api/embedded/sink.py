"""The mail sink's process: `python -m api.embedded.sink`.

It accepts every mail for everybody, keeps it as a file before saying so, and delivers nothing.
"""

import asyncio
import json
import os
import secrets
import signal
import sys
import time
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from api.embedded.mailbox import ENVELOPE_FROM, ENVELOPE_TO, Mailbox
from api.embedded.mailbox_page import serve_page

LARGEST_MAIL = 64 * 1024 * 1024


class Keep:
    """Writes what arrives to the folder; a mail is acknowledged only when it is safe."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        for unfinished in folder.glob(".*.part"):
            unfinished.unlink()

    async def keep(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep one mail, with its envelope in headers before its own."""
        head = (
            f"{ENVELOPE_FROM}: {envelope.mail_from}\r\n"
            f"{ENVELOPE_TO}: {', '.join(envelope.rcpt_tos)}\r\n"
            f"Received: by the mail sink; {formatdate(localtime=False)}\r\n"
        )
        content = envelope.content
        body = content if isinstance(content, bytes) else (content or "").encode()
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        await asyncio.to_thread(self._write, name, head.encode() + body)
        return f"250 2.0.0 kept as {name}"

    def _write(self, name: str, content: bytes) -> None:
        work = self._folder / f".{name}.part"
        descriptor = os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if self._durable:
                os.fsync(file.fileno())
        work.rename(self._folder / f"{name}.eml")


async def _serve(order: dict[str, Any]) -> None:
    folder = Path(order["folder"])
    handler = SimpleNamespace(handle_DATA=Keep(folder, durable=order["durable"]).keep)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)

    def smtp() -> SMTP:
        return SMTP(
            handler,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="I-Portal mail sink",
            loop=loop,
        )

    server = await loop.create_server(smtp, "127.0.0.1", order["smtp_port"])
    page = serve_page(Mailbox(folder), order["page_port"])
    await stopped.wait()
    page.shutdown()
    page.server_close()
    server.close()


def main() -> int:
    """Read what to do from standard input, then serve until told to stop."""
    asyncio.run(_serve(json.load(sys.stdin)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
