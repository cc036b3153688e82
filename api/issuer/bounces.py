"""Mails that came back: read from delivery status notifications, recorded per recipient (E4).

The mail is known by its Message-ID, or by the return path, which names it too.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
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


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that did not arrive. Only a permanent failure (5.x.x, RFC 3463) is recorded."""

    mail_id: UUID
    status: str
    reason: str

    @property
    def permanent(self) -> bool:
        """Whether the mail server has given up."""
        return self.status.startswith("5")


def read_report(raw: bytes) -> Bounce | None:
    """What a delivery status notification (RFC 3464) tells; None when it is not ours."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    mail_id = _mail_id(message)
    fields = _recipient_fields(message)
    if mail_id is None or fields is None:
        return None
    status = str(fields.get("Status", "")).split(" ")[0].strip()
    if str(fields.get("Action", "")).strip().lower() != "failed" or not STATUS.match(status):
        return None
    diagnostic = str(fields.get("Diagnostic-Code", "")).partition(";")[2]
    return Bounce(mail_id, status, _one_line(f"{status} {diagnostic}"))


def mail_id_of(message_id: str) -> UUID | None:
    """The mail that a Message-ID of ours names."""
    found = MESSAGE_ID.search(message_id)
    return UUID(found[1]) if found else None


def _mail_id(message: EmailMessage) -> UUID | None:
    for part in message.walk():
        if part.get_content_type() not in ("message/rfc822", "text/rfc822-headers"):
            continue
        found = mail_id_of(_text_of(part))
        if found is not None:
            return found
    found_path = RETURN_PATH.search(str(message.get("To", "")))
    return UUID(hex=found_path[1]) if found_path else None


def _text_of(part: Any) -> str:
    if part.get_content_type() == "text/rfc822-headers":
        return str(part.get_content())
    inner = part.get_payload(0)
    return f"Message-ID: {inner.get('Message-ID', '')}"


def _recipient_fields(message: EmailMessage) -> Any:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for fields in _groups(part):
                if "Status" in fields:
                    return fields
    return None


def _groups(part: Any) -> Iterator[Any]:
    payload = part.get_payload()
    yield from payload if isinstance(payload, list) else []


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
