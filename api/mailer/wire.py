"""From a message and its files to the bytes that leave, signed when a key is set."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID, uuid4

import dkim

from api.core.settings import Settings
from api.mailer.composing import Attachment, Mail, compose

# RFC 6376, section 5.4.2: each is signed once more than it is there, so that none can be added.
SIGNED_HEADERS = 2 * [
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Language",
    b"List-Unsubscribe",
    b"Auto-Submitted",
]
LINE = 76


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it goes over the wire, with its envelope."""

    sender: str
    recipient: str
    data: bytes


def letter(
    mail: Mail, settings: Settings, files: Sequence[tuple[Attachment, bytes]] = ()
) -> Letter:
    """Compose, attach, sign. CPU work: run it in a thread."""
    message = compose(mail, settings)
    data = _with_files(message, files)
    return Letter(
        sender=_return_path(settings, mail.id),
        recipient=str(message["To"]),
        data=_signed(data, settings),
    )


def _with_files(message: EmailMessage, files: Sequence[tuple[Attachment, bytes]]) -> bytes:
    """Put files into their places after the rest is written.

    The standard library's generator takes 7 ms for 100 kB; this takes half of one.
    """
    places: dict[bytes, bytes] = {}
    if files:
        message.make_mixed()
    for file, content in files:
        place = uuid4().hex
        part = EmailMessage(policy=message.policy)
        part["Content-Type"] = file.media_type
        part["Content-Transfer-Encoding"] = "base64"
        part.add_header("Content-Disposition", "attachment", filename=file.filename)
        part.set_payload(place)
        message.attach(part)
        places[place.encode()] = _base64_lines(content)
    data = message.as_bytes()
    for place_in_mail, encoded in places.items():
        data = data.replace(place_in_mail, encoded, 1)
    return data


def _base64_lines(content: bytes) -> bytes:
    # encodebytes writes lines of 76 characters, as RFC 2045 asks, but ends them with LF alone.
    return base64.encodebytes(content).rstrip(b"\n").replace(b"\n", b"\r\n")


def _return_path(settings: Settings, mail_id: UUID) -> str:
    """Where refusals that come later go: an address that names the mail, if a mailbox is set."""
    if settings.return_path is None:
        return settings.issuer.sender
    name, _, domain = settings.return_path.partition("@")
    return f"{name}+{mail_id.hex}@{domain}"


def _signed(data: bytes, settings: Settings) -> bytes:
    if settings.dkim_key is None:
        return data
    domain = settings.dkim_domain or settings.issuer.sender.rpartition("@")[2]
    signature: bytes = dkim.sign(
        data,
        settings.dkim_selector.encode(),
        domain.encode("idna"),
        settings.dkim_key.get_secret_value().encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=SIGNED_HEADERS,
    )
    return signature + data
