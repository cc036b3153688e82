"""From a message and its files to the bytes that leave, signed when a key is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import dkim

from api.core.domains import ascii_domain
from api.core.settings import Settings
from api.mailer.composing import Attachment, Mail, compose, on_the_wire
from api.mailer.mime import alternatives, header_lines, mixed

# RFC 6376, sections 5.4 and 5.4.2, and RFC 8058: each is signed once more than it is there, so that
# none can be added that changes who a mail is from, where an answer goes, or how it is read.
SIGNED_HEADERS = 2 * [
    b"From",
    b"Sender",
    b"Reply-To",
    b"To",
    b"Cc",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"In-Reply-To",
    b"References",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Transfer-Encoding",
    b"Content-Disposition",
    b"Content-ID",
    b"Content-Description",
    b"Content-Language",
    b"Resent-From",
    b"Resent-Sender",
    b"Resent-To",
    b"Resent-Cc",
    b"Resent-Date",
    b"Resent-Message-ID",
    b"List-ID",
    b"List-Help",
    b"List-Post",
    b"List-Owner",
    b"List-Archive",
    b"List-Subscribe",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
    b"Auto-Submitted",
]


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
    draft = compose(mail, settings)
    body = alternatives(draft.text, draft.html)
    if files:
        body = mixed(body, files)
    data = b"".join([header_lines(draft.headers), b"MIME-Version: 1.0\r\n", body])
    return Letter(
        sender=_return_path(settings, mail.id),
        recipient=str(draft.headers["To"]),
        data=_signed(data, settings),
    )


def _return_path(settings: Settings, mail_id: UUID) -> str:
    """Where refusals that come later go: an address that names the mail, if a mailbox is set."""
    if settings.return_path is None:
        return on_the_wire(settings.issuer.sender)
    name, _, domain = on_the_wire(settings.return_path).rpartition("@")
    return f"{name}+{mail_id.hex}@{domain}"


def _signed(data: bytes, settings: Settings) -> bytes:
    if settings.dkim_key is None:
        return data
    domain = settings.dkim_domain or settings.issuer.sender.rpartition("@")[2]
    signature: bytes = dkim.sign(
        data,
        settings.dkim_selector.encode(),
        ascii_domain(domain).encode(),
        settings.dkim_key.get_secret_value().encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=SIGNED_HEADERS,
    )
    return signature + data
