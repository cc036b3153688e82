"""The mail sink as an engine; what it does is in `sink.py`."""

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path

from api.embedded.addresses import Engine
from api.embedded.process import Launch, Place


class Mail:
    """An SMTP server that keeps every mail as a file, and a page to read them."""

    engine = Engine.MAIL
    label = "Mail sink"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._smtp_port = 0
        self._page_port = 0
        self._folder = place.files.data_dir / "mail"

    async def prepare(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def choose_ports(self) -> None:
        self._smtp_port = self._place.ports.take("mail.smtp")
        self._page_port = self._place.ports.take("mail.page")

    def launch(self) -> Launch:
        order = {
            "folder": str(self._folder),
            "smtp_port": self._smtp_port,
            "page_port": self._page_port,
            "durable": self._place.durable,
        }
        return Launch(
            Path(sys.executable),
            ["-m", "api.embedded.sink"],
            self._folder,
            stdin=json.dumps(order).encode(),
            environment={"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            grace=3.0,
            drop=False,  # the user that engines run as may have no way to this Python
        )

    async def answers(self) -> bool:
        greetings = []
        with suppress(OSError, TimeoutError):
            for port, question in (
                (self._smtp_port, b""),
                (self._page_port, b"GET /healthz\r\n\r\n"),
            ):
                async with asyncio.timeout(3):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    try:
                        writer.write(question)
                        greetings.append(await reader.readline())
                    finally:
                        writer.close()
        return len(greetings) == 2 and all(greetings)

    def addresses(self) -> dict[str, str | int]:
        return {
            "smtp_host": "127.0.0.1",
            "smtp_port": self._smtp_port,
            "mailbox_url": f"http://127.0.0.1:{self._page_port}/",
        }

    def tidy(self) -> None:
        """Nothing is left."""
