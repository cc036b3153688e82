"""Connections to the mail server that are kept open between mails."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiosmtplib

from api.core.settings import Settings
from api.mailer.sending import connection_to

# Mail servers close what is silent for five minutes (RFC 5321, 4.5.3.2.7), many sooner.
KEPT_SECONDS = 30
# Within which a server that was there a moment ago need not be asked whether it still is.
WARM_SECONDS = 2
# Some servers end a connection after a hundred mails, and count more as abuse.
MOST_MAILS = 90


class _Kept:
    """An open connection, since when it is silent, and how many mails it has carried."""

    def __init__(self, smtp: aiosmtplib.SMTP) -> None:
        self.smtp = smtp
        self.mails = 0
        self.silent_since = time.monotonic()

    @property
    def is_fresh(self) -> bool:
        full = self.mails >= MOST_MAILS
        return self.smtp.is_connected and not full and self.silent < KEPT_SECONDS

    @property
    def silent(self) -> float:
        """Seconds since the last mail."""
        return time.monotonic() - self.silent_since


class Connections:
    """At most `smtp_connections` at a time; each carries many mails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[_Kept] = []
        self._turns = asyncio.Semaphore(settings.smtp_connections)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection to send one mail on; kept afterwards unless something went wrong."""
        async with self._turns:
            kept = await self._take()
            try:
                yield kept.smtp
            except aiosmtplib.SMTPResponseException as error:
                # The server has answered, so the connection is as good as before; 421 ends it.
                await self._give_back(kept, usable=error.code != 421)
                raise
            except aiosmtplib.SMTPRecipientsRefused as error:
                ending = any(refused.code == 421 for refused in error.recipients)
                await self._give_back(kept, usable=not ending)
                raise
            except BaseException:
                kept.smtp.close()
                raise
            await self._give_back(kept, usable=True)

    async def close(self) -> None:
        """End all that are open; the server is told where it still listens."""
        while self._idle:
            await self._quit(self._idle.pop())

    async def _take(self) -> _Kept:
        while self._idle:
            kept = self._idle.pop()
            warm = kept.silent < WARM_SECONDS
            if kept.is_fresh and (warm or await _answers(kept.smtp)):
                return kept
            await self._quit(kept)
        smtp = connection_to(self._settings)
        try:
            await smtp.connect()
        except BaseException:
            smtp.close()
            raise
        return _Kept(smtp)

    async def _give_back(self, kept: _Kept, *, usable: bool) -> None:
        kept.mails += 1
        kept.silent_since = time.monotonic()
        if usable and kept.is_fresh:
            self._idle.append(kept)
        else:
            await self._quit(kept)

    async def _quit(self, kept: _Kept) -> None:
        with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            async with asyncio.timeout(1):
                await kept.smtp.quit()
        kept.smtp.close()


async def _answers(smtp: aiosmtplib.SMTP) -> bool:
    """Whether the server still listens: one that closed a silent connection has had no mail yet.

    The connection is emptied of what a mail before may have left behind.
    """
    try:
        await smtp.rset()
    except (aiosmtplib.SMTPException, OSError):
        return False
    return True
