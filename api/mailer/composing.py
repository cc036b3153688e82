"""A mail's headers and its text, from templates in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, formataddr
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, select_autoescape

from api.core.domains import ascii_domain
from api.core.i18n import translate
from api.core.settings import Language, Settings
from api.mailer.sending import MailRefused

ENCODED_WORD = "=?"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go along: where it is kept, and what it is called in the mail."""

    filename: str
    media_type: str
    key: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail before it is dressed for the wire.

    `template` names its sentences in the catalogue, `parameters` fill them. The id makes the
    Message-ID, so a mail that is sent again is recognised as the same. `settings_page` is where the
    reader chooses how often they are told; it is announced as `List-Unsubscribe` (RFC 2369).
    `reply_to` is the person who wrote it, for a mail that is not the portal's own.
    """

    id: UUID
    template: str
    language: Language
    recipient: str
    parameters: dict[str, Any]
    sent_at: datetime
    attachments: tuple[Attachment, ...] = ()
    settings_page: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail in words: its headers, and what it says as text and as HTML."""

    headers: EmailMessage
    text: str
    html: str


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


def compose(mail: Mail, settings: Settings) -> Draft:
    """Write a mail's headers, its text and its HTML.

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

    recipient = on_the_wire(mail.recipient)
    message = EmailMessage(policy=SMTP if recipient.isascii() else SMTPUTF8)
    sender = on_the_wire(settings.issuer.sender)
    domain = sender.rpartition("@")[2]
    message["From"] = formataddr((settings.issuer.name, sender))
    message["To"] = recipient
    message["Subject"] = _one_line(sentence(f"{mail.template}.subject"))
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    if mail.reply_to is None:
        message["Auto-Submitted"] = "auto-generated"
    else:
        message["Reply-To"] = on_the_wire(mail.reply_to)
    if mail.settings_page is not None:
        message["List-Unsubscribe"] = f"<{mail.settings_page}>"
    text = _environment().get_template(f"{mail.template}.txt.j2")
    html = _environment().get_template(f"{mail.template}.html.j2")
    message["Content-Language"] = mail.language
    return Draft(message, text.render(context, t=sentence), html.render(context, t=sentence))


def _one_line(text: str) -> str:
    # EmailMessage decodes encoded words in what it is given, line breaks inside them included, so
    # that "=?utf-8?q?=0D=0ABcc:…?=" in a number would become a header of its own.
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.replace(ENCODED_WORD, "= ?").split())


def on_the_wire(address: str) -> str:
    """The address as mail servers take it, its domain in ASCII; raises `MailRefused`."""
    if ENCODED_WORD in address:
        raise MailRefused("553 not an address")
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{ascii_domain(domain)}"
    except ValueError as error:
        raise MailRefused("553 not an address") from error
