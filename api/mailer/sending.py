"""Handing a mail to the mail server, and what its answers mean."""

import asyncio
import ssl
from typing import TYPE_CHECKING

import aiosmtplib

from api.core.settings import Settings

if TYPE_CHECKING:
    from api.mailer.pool import Connections
    from api.mailer.wire import Letter

# Of one command, and of the whole: together they end before the worker's patience with a job does,
# so that a slow server counts as one that asks to try later.
COMMAND_SECONDS = 15
MAIL_SECONDS = 20
PERMANENT = range(500, 600)


class MailRefused(Exception):
    """The mail server refuses this mail for good (5xx); trying again is useless."""


class MailDelayed(Exception):
    """The mail server is away or asks to try later (4xx)."""


def connection_to(settings: Settings) -> aiosmtplib.SMTP:
    """A connection to the mail server, not opened yet."""
    password = settings.smtp_password
    return aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=password.get_secret_value() if password else None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        tls_context=ssl.create_default_context() if settings.smtp_security != "none" else None,
        timeout=COMMAND_SECONDS,
    )


async def send(letter: "Letter", connections: "Connections") -> None:
    """Hand a mail over on a kept connection; raises `MailRefused` or `MailDelayed`."""
    try:
        async with asyncio.timeout(MAIL_SECONDS), connections.one() as connection:
            options = [] if letter.recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
            await connection.sendmail(
                letter.sender, [letter.recipient], letter.data, mail_options=options
            )
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        raise _failure(first.code, first.message) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _failure(error.code, error.message) from error
    except (aiosmtplib.SMTPNotSupported, ValueError) as error:
        raise MailRefused("553 not an address") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailDelayed(type(error).__name__) from error


def _failure(code: int, message: str) -> MailRefused | MailDelayed:
    reason = f"{code} {message}"[:300]
    return MailRefused(reason) if code in PERMANENT else MailDelayed(reason)
