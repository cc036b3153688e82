"""Mail: composed from templates in the reader's language, sent by SMTP."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

import aiosmtplib
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, select_autoescape

from api.core.i18n import translate
from api.core.settings import Language, Settings

# Of one command, and of the whole: together they end before the worker's patience with a job does,
# so that a slow server counts as one that asks to try later.
COMMAND_SECONDS = 15
MAIL_SECONDS = 20
PERMANENT = range(500, 600)
ENCODED_WORD = "=?"


class MailRefused(Exception):
    """The mail server refuses this mail for good (5xx); trying again is useless."""


class MailDelayed(Exception):
    """The mail server is away or asks to try later (4xx)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail before it is dressed for the wire.

    `key` names its sentences in the catalogue, `parameters` fill them; `action` is the link of the
    button. The id makes the Message-ID, so a mail that is sent again is recognised as the same.
    """

    id: UUID
    template: str
    language: Language
    recipient: str
    parameters: dict[str, Any]
    sent_at: datetime


class _PackageLoader(BaseLoader):
    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        file = resources.files("api").joinpath("mail_templates", template)
        if not file.is_file():
            raise TemplateNotFound(template)
        return file.read_text("utf-8"), None, None


@cache
def _environment() -> Environment:
    return Environment(
        loader=_PackageLoader(),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def compose(mail: Mail, settings: Settings) -> EmailMessage:
    """Render a mail as text and HTML.

    The address is one value from the database and headers are set through `EmailMessage`, which
    refuses line breaks (X4). An address that mail servers would not take raises `MailRefused`.
    """
    context = {
        **mail.parameters,
        "issuer": settings.issuer,
        "public_url": settings.public_url,
        "language": mail.language,
    }

    def sentence(key: str, **parameters: Any) -> str:
        return translate(mail.language, f"mail.{key}", **{**context, **parameters})

    message = EmailMessage(policy=SMTP)
    domain = settings.issuer.sender.rpartition("@")[2]
    message["From"] = formataddr((settings.issuer.name, settings.issuer.sender))
    message["To"] = _on_the_wire(mail.recipient)
    message["Subject"] = _one_line(sentence(f"{mail.template}.subject"))
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    text = _environment().get_template(f"{mail.template}.txt.j2")
    html = _environment().get_template(f"{mail.template}.html.j2")
    message.set_content(text.render(context, t=sentence))
    message.add_alternative(html.render(context, t=sentence), subtype="html")
    # Setting content has dropped every header that begins with Content-.
    message["Content-Language"] = mail.language
    return message


def _one_line(text: str) -> str:
    # EmailMessage decodes encoded words in what it is given, line breaks inside them included, so
    # that "=?utf-8?q?=0D=0ABcc:…?=" in a number would become a header of its own.
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.replace(ENCODED_WORD, "= ?").split())


def _on_the_wire(address: str) -> str:
    if ENCODED_WORD in address:
        raise MailRefused("553 not an address")
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise MailRefused("553 not an address") from error


async def send(message: EmailMessage, settings: Settings) -> None:
    """Hand a mail to the mail server; raises `MailRefused` or `MailDelayed`."""
    try:
        async with asyncio.timeout(MAIL_SECONDS):
            await _hand_over(message, settings)
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        raise _failure(first.code, first.message) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _failure(error.code, error.message) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailDelayed(type(error).__name__) from error


async def _hand_over(message: EmailMessage, settings: Settings) -> None:
    password = settings.smtp_password
    await aiosmtplib.send(
        message,
        sender=settings.issuer.sender,
        recipients=[str(message["To"])],
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=password.get_secret_value() if password else None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        tls_context=ssl.create_default_context() if settings.smtp_security != "none" else None,
        timeout=COMMAND_SECONDS,
    )


def _failure(code: int, message: str) -> MailRefused | MailDelayed:
    reason = f"{code} {message}"[:300]
    return MailRefused(reason) if code in PERMANENT else MailDelayed(reason)
