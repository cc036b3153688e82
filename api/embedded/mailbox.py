"""Read the mails that the sink has kept."""

import base64
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import default as policy
from pathlib import Path
from typing import Any, cast

ENVELOPE_FROM = "X-Envelope-From"
ENVELOPE_TO = "X-Envelope-To"
MAIL_NAME = re.compile(r"\d{20}-[0-9a-f]{8}")
SHOWN_INLINE = re.compile(r"image/(png|jpeg|gif|webp)")


@dataclass(frozen=True)
class Summary:
    """One line of the list."""

    id: str
    received: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    attachments: int


@dataclass(frozen=True)
class Attachment:
    """A part of a mail that is a file."""

    name: str
    content_type: str
    content: bytes


class Mailbox:
    """The mails of a folder, newest first; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._summaries: dict[str, Summary] = {}
        self._lock = threading.Lock()

    def summaries(self, recipient: str | None = None) -> list[Summary]:
        """List the mails, or those whose envelope names `recipient`, newest first."""
        wanted = recipient.lower() if recipient else None
        with self._lock:
            ids = sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)
            self._summaries = {
                id_: self._summaries.get(id_) or self._summarise(id_)
                for id_ in ids
                if MAIL_NAME.fullmatch(id_)
            }
            found = list(self._summaries.values())
        if wanted is None:
            return found
        return [mail for mail in found if wanted in map(str.lower, mail.recipients)]

    def raw(self, id_: str) -> bytes | None:
        """Return the bytes of a mail; None when there is none of that name."""
        if not MAIL_NAME.fullmatch(id_):
            return None
        try:
            return (self._folder / f"{id_}.eml").read_bytes()
        except OSError:
            return None

    def _summarise(self, id_: str) -> Summary:
        message = parse(self.raw(id_) or b"")
        return Summary(
            id=id_,
            received=datetime.fromtimestamp(int(id_[:20]) / 1e9, UTC),
            sender=header(message, "From") or header(message, ENVELOPE_FROM),
            recipients=recipients(message),
            subject=header(message, "Subject"),
            attachments=len(attachments(message)),
        )


def parse(raw: bytes) -> EmailMessage:
    """Parse a mail; whatever is wrong with it is taken as it comes."""
    return message_from_bytes(raw, policy=policy)


def header(message: EmailMessage, name: str) -> str:
    """Return a header as text; empty when it is missing or cannot be read."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, LookupError):
        return "(unreadable header)"


def recipients(message: EmailMessage) -> tuple[str, ...]:
    """Return who the mail was really sent to, blind copies too."""
    return tuple(part for part in header(message, ENVELOPE_TO).split(", ") if part)


def body(message: EmailMessage, kind: str) -> str | None:
    """Return the body of that kind, "plain" or "html"; None when there is none."""
    part = message.get_body((kind,))
    return None if part is None else _text(part)


def _text(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, AttributeError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def attachments(message: EmailMessage) -> list[Attachment]:
    """Return the files of a mail, in their order."""
    found: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart() or not (part.get_filename() or part.is_attachment()):
            continue
        payload = part.get_payload(decode=True)
        found.append(
            Attachment(
                name=part.get_filename() or f"part-{len(found) + 1}",
                content_type=part.get_content_type(),
                content=payload if isinstance(payload, bytes) else b"",
            )
        )
    return found


def html_with_images(message: EmailMessage) -> str | None:
    """Return the HTML body with the images that the mail carries put into it."""
    html = body(message, "html")
    if html is None:
        return None
    for part in message.walk():
        content_id = str(part.get("Content-ID", "")).strip().strip("<>")
        payload = part.get_payload(decode=True)
        kind = part.get_content_type()
        if content_id and isinstance(payload, bytes) and SHOWN_INLINE.fullmatch(kind):
            encoded = base64.b64encode(payload).decode()
            html = html.replace(f"cid:{content_id}", f"data:{kind};base64,{encoded}")
    return html


def as_json(summary: Summary, message: EmailMessage) -> dict[str, Any]:
    """Return what scripts and tests want to know of a mail."""
    return {
        "id": summary.id,
        "received": summary.received.isoformat(),
        "envelope_from": header(message, ENVELOPE_FROM),
        "to": list(summary.recipients),
        "from": summary.sender,
        "subject": summary.subject,
        "headers": [[name, header(message, name)] for name in message],
        "text": body(message, "plain"),
        "html": body(message, "html"),
        "attachments": [
            {"name": file.name, "content_type": file.content_type, "size": len(file.content)}
            for file in attachments(message)
        ],
    }


def plain_address(text: str) -> str:
    """Return the name of a sender if it has one, else its address."""
    try:
        message = EmailMessage(policy=policy)
        message["From"] = text
        address = cast("Address", message["From"].addresses[0])
    except (ValueError, IndexError, AttributeError):
        return text
    return address.display_name or address.addr_spec
