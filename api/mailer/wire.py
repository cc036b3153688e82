"""From a message and its files to the bytes that leave, signed when a key is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import dkim

from api.core.settings import Settings
from api.mailer.composing import Attachment, Mail, compose
from api.mailer.mime import alternatives, header_lines, mixed

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
