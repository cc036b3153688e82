"""Caps on the wire that uvicorn lacks: on the head of a request, and on slow readers (X8)."""

import asyncio
import socket
import struct
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.core.settings import Settings

MOST_HEAD_BYTES = 65_536
LEAST_BYTES_PER_SECOND = 500
NO_LINGERING = struct.pack("ii", 1, 0)
TOO_LARGE = "The head of the request is too large."


class HeadTooLargeError(Exception):
    """The request line and the header fields are more than is allowed."""


class CappedProtocol(HttpToolsProtocol):
    """Drops a connection whose request has a head that is too large or too slow in coming.

    Also one that takes in next to nothing of its answer: what makes the answer waits for it, and
    holds a connection of S3 or PostgreSQL as long.
    """

    head_seconds: float = 20
    send_seconds: float = 60

    _head_bytes = 0
    _fed_bytes = 0
    _in_head = False
    _timer: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_head()
        self._limit_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        self._forget_reading()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            # What a field without end is made of reaches no callback, so it is counted here.
            self._fed_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._timer is None:
            self._limit_time()
        too_large = self._fed_bytes > MOST_HEAD_BYTES
        if self._in_head and too_large and not self.transport.is_closing():
            self.send_400_response(TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect_head()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._forget_head()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        self._forget_reading()
        super().resume_writing()

    def _watch_reading(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self.send_seconds, self._check_reading, unsent)

    def _check_reading(self, before: int) -> None:
        """Nothing is added meanwhile, so what is gone from the buffer has been taken in."""
        taken = before - self.transport.get_write_buffer_size()
        if taken < LEAST_BYTES_PER_SECOND * self.send_seconds:
            self._reset()
        else:
            self._watch_reading()

    def _reset(self) -> None:
        """Hang up at once: otherwise the system goes on sending what it has taken over."""
        number = self.transport.get_extra_info("socket").fileno()
        with socket.fromfd(number, socket.AF_INET, socket.SOCK_STREAM) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING)
        self.transport.abort()

    def _forget_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MOST_HEAD_BYTES:
            # The parser turns this into its own error, which uvicorn answers with 400.
            raise HeadTooLargeError

    def _expect_head(self) -> None:
        self._forget_head()
        self._head_bytes = self._fed_bytes = 0
        self._in_head = True

    def _limit_time(self) -> None:
        """From here on; a head that comes in one piece, as nearly all do, needs no clock."""
        self._timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _forget_head(self) -> None:
        self._in_head = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def protocol_of(settings: Settings) -> type[CappedProtocol]:
    """The protocol with the time limits of these settings."""
    limits = {
        "head_seconds": settings.head_timeout_seconds,
        "send_seconds": settings.send_timeout_seconds,
    }
    return type("ConfiguredProtocol", (CappedProtocol,), limits)
