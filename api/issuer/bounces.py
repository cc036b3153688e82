"""Mails that came back: read from delivery status notifications, recorded per recipient (E4).

The mail is known by its Message-ID, or by the return path, which names it too.
"""

import binascii
import email
import email.policy
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts.people import note_unreachable
from api.audit import record
from api.models import AccountMail, Delivery, Digest

MESSAGE_ID = re.compile(
    r"<([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})@[^<>\s]+>", re.IGNORECASE
)
RETURN_PATH = re.compile(r"\+([0-9a-f]{12}7[0-9a-f]{19})@", re.IGNORECASE)
STATUS = re.compile(r"^([245])\.\d{1,3}\.\d{1,3}$")
LONGEST_REASON = 300


REPORTS = ("message/delivery-status", "message/global-delivery-status")
RETURNED = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
# Headers stay in the lines in which they came: a line that is folded again can lose its value.
AS_RECEIVED = email.policy.default.clone(refold_source="none")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that did not arrive, with its status (RFC 3463); recorded if it is `permanent`."""

    mail_id: UUID
    status: str
    reason: str
    permanent: bool


def read_report(raw: bytes) -> Bounce | None:
    """Read a delivery status notification (RFC 3464, RFC 6533); None when it is not ours.

    `Action: failed` in the fields of any recipient is final whatever the status: a server that
    gives up after days of temporary errors reports the last of them, 4.x.x (RFC 3464, 2.3.3).
    """
    message = email.message_from_bytes(raw, policy=AS_RECEIVED)
    if message.get_content_type() != "multipart/report":
        return None
    mail_id = _mail_id(message)
    fields = next((fields for fields in _recipients(message) if _has_failed(fields)), None)
    if mail_id is None or fields is None:
        return None
    diagnostic = str(fields.get("Diagnostic-Code", "")).partition(";")[2]
    status = _status(fields)
    return Bounce(mail_id, status, _one_line(f"{status} {diagnostic}"), permanent=True)


def mail_id_of(message_id: str) -> UUID | None:
    """The mail that a Message-ID of ours names."""
    found = MESSAGE_ID.search(message_id)
    return UUID(found[1]) if found else None


def _mail_id(message: EmailMessage) -> UUID | None:
    for part in message.walk():
        if part.get_content_type() not in RETURNED:
            continue
        returned = email.message_from_bytes(_content(part), policy=AS_RECEIVED)
        found = mail_id_of(str(returned.get("Message-ID", "")))
        if found is not None:
            return found
    found_path = RETURN_PATH.search(str(message.get("To", "")))
    return UUID(hex=found_path[1]) if found_path else None


def _recipients(message: EmailMessage) -> Iterator[Message]:
    """The fields of each recipient: groups of lines, of which the first is about the message."""
    for part in message.walk():
        if part.get_content_type() in REPORTS:
            for group in re.split(rb"\r?\n[ \t]*\r?\n", _content(part)):
                yield email.message_from_bytes(group.lstrip(), policy=AS_RECEIVED)


def _content(part: Message) -> bytes:
    """The body of a part, decoded.

    The parser takes each `message/…` part for a whole message, whatever its transfer encoding is.
    """
    _, _, body = part.as_bytes(policy=AS_RECEIVED).replace(b"\r\n", b"\n").partition(b"\n\n")
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64":
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            return b""
    return quopri.decodestring(body) if encoding == "quoted-printable" else body


def _has_failed(fields: Message) -> bool:
    action = str(fields.get("Action", "")).strip().lower()
    return action == "failed" and bool(STATUS.match(_status(fields)))


def _status(fields: Message) -> str:
    """The status without the comment that may follow it."""
    return str(fields.get("Status", "")).split(" ")[0].strip()


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_REASON]


async def record_bounce(session: AsyncSession, actor: Principal | None, bounce: Bounce) -> bool:
    """Write a permanent failure down; the person sees it when they sign in next.

    The transaction must be that of staff. False when the mail is unknown or has been recorded.
    """
    if not bounce.permanent:
        return False
    for table in (Delivery, Digest, AccountMail):
        row = await _bounced(session, table, bounce)
        if row is not None:
            break
    else:
        return False
    await note_unreachable(session, row.user_id, row.recipient, bounce.reason)
    documents = await _documents(session, bounce)
    for customer_id, document_id in documents:
        await record(
            session,
            "bounced",
            actor=actor,
            customer_id=customer_id,
            document_id=document_id,
            detail={"to": row.recipient or "", "reason": bounce.reason},
        )
    return True


async def _bounced(session: AsyncSession, table: Any, bounce: Bounce) -> Any:
    values: dict[str, Any] = {"state": "bounced", "last_error": bounce.reason}
    if table is Delivery:
        values["bounced_at"] = func.now()
    return (
        await session.execute(
            update(table)
            .where(table.id == bounce.mail_id, table.state.in_(("sent", "waiting")))
            .values(**values)
            .returning(table.user_id, table.recipient)
        )
    ).one_or_none()


async def _documents(session: AsyncSession, bounce: Bounce) -> list[tuple[UUID, UUID]]:
    """The documents that the mail told of: its own, or those of a digest, which bounce too."""
    await session.execute(
        update(Delivery)
        .where(Delivery.digest_id == bounce.mail_id, Delivery.state == "sent")
        .values(state="bounced", last_error=bounce.reason, bounced_at=func.now())
    )
    rows = await session.execute(
        select(Delivery.customer_id, Delivery.document_id).where(
            (Delivery.id == bounce.mail_id) | (Delivery.digest_id == bounce.mail_id),
            Delivery.state == "bounced",
        )
    )
    return [(row.customer_id, row.document_id) for row in rows]
