"""The link in a mail: one document without signing in, as far as the issuer allows it (E2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import record, record_anonymously
from api.core import errors
from api.core.crypto import derived_token, token_hash
from api.core.errors import Problem
from api.core.settings import Settings
from api.models import Customer, Delivery, Document, DocumentFile
from api.notifications.schemas import LinkedCustomer, LinkedDocument, MailedLink, MailedLinks
from api.storage import StoredObject

LINK_PURPOSE = "document link"
AUTHENTICATE_LINK = text("SELECT * FROM iportal.authenticate_link(:hash)")
COLUMNS = (
    Document.id,
    Document.kind,
    Document.number,
    Document.title,
    Document.issue_date,
    Document.due_date,
    Document.currency,
    Document.amount_incl_vat,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that opens; the transaction is its principal, who sees that document alone."""

    document_id: UUID
    customer_id: UUID
    recipient: str
    expires_at: datetime


def link_token(settings: Settings, delivery_id: UUID) -> str:
    """The token of a delivery's link, the same each time its mail is composed."""
    secret = settings.secret_key.get_secret_value()
    return derived_token(secret, LINK_PURPOSE, str(delivery_id))


async def open_link(session: AsyncSession, settings: Settings, token: str) -> Link:
    """The link behind a mailed token.

    Raises `NOT_FOUND` for one that we never made, `GONE` when it has expired, was revoked, is
    turned off, or when the one who got the mail may no longer see the document (C6).
    """
    row = (
        (await session.execute(AUTHENTICATE_LINK, {"hash": token_hash(token)}))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise Problem(errors.NOT_FOUND)
    if not row["open"] or settings.link_access == "off":
        raise Problem(errors.GONE)
    return Link(row["document_id"], row["customer_id"], row["recipient"], row["expires_at"])


async def describe_link(session: AsyncSession, settings: Settings, token: str) -> LinkedDocument:
    """What the page behind the link shows. Reading it uses nothing up and records nothing."""
    link = await open_link(session, settings, token)
    row = (
        await session.execute(
            select(*COLUMNS, Customer.number.label("customer_number"), Customer.name)
            .join(Customer, Customer.id == Document.customer_id)
            .where(Document.id == link.document_id)
        )
    ).one()
    kinds = await session.scalars(
        select(DocumentFile.kind).where(DocumentFile.document_id == link.document_id)
    )
    shown = {"pdf"} if settings.link_access == "pdf" else {"pdf", "ubl"}
    return LinkedDocument(
        **{column.key: getattr(row, column.key) for column in COLUMNS},
        customer=LinkedCustomer(number=row.customer_number, name=row.name),
        files=sorted(shown & set(kinds)),
        recipient=link.recipient,
        expires_at=link.expires_at,
    )


async def linked_file(
    session: AsyncSession, settings: Settings, token: str, kind: str
) -> tuple[Link, str, StoredObject]:
    """A file of the link's document, with the document's number; raises `NOT_FOUND` without."""
    link = await open_link(session, settings, token)
    if kind != "pdf" and settings.link_access != "files":
        raise Problem(errors.NOT_FOUND)
    row = (
        await session.execute(
            select(Document.number, DocumentFile.object_key, DocumentFile.size, DocumentFile.sha256)
            .join(DocumentFile, DocumentFile.document_id == Document.id)
            .where(Document.id == link.document_id, DocumentFile.kind == kind)
        )
    ).one_or_none()
    if row is None:
        raise Problem(errors.NOT_FOUND)
    return link, row.number, StoredObject(row.object_key, row.size, row.sha256)


async def record_opening(session: AsyncSession, link: Link, kind: str) -> None:
    """Write into the document's history that it was fetched through the link."""
    await record_anonymously(
        session,
        "opened_by_link",
        customer_id=link.customer_id,
        document_id=link.document_id,
        detail={"file": kind, "mailed_to": link.recipient},
    )


async def list_links(session: AsyncSession, document_id: UUID) -> MailedLinks:
    """The links that mails about a document carry, and whether they still open."""
    await _visible(session, document_id)
    rows = await session.execute(
        select(
            Delivery.recipient,
            Delivery.sent_at,
            Delivery.link_expires_at.label("expires_at"),
            Delivery.link_revoked_at.label("revoked_at"),
        )
        .where(
            Delivery.document_id == document_id,
            Delivery.link_hash.is_not(None),
            Delivery.recipient.is_not(None),
        )
        .order_by(Delivery.id)
    )
    return MailedLinks(items=[MailedLink.model_validate(row) for row in rows])


async def revoke_links(session: AsyncSession, principal: Principal, document_id: UUID) -> None:
    """Let no link to this document open any more; those of mails still to come included."""
    customer_id = await _visible(session, document_id)
    await session.execute(
        update(Delivery)
        .where(Delivery.document_id == document_id, Delivery.link_revoked_at.is_(None))
        .values(link_revoked_at=func.now())
    )
    await record(
        session,
        "links_revoked",
        actor=principal,
        customer_id=customer_id,
        document_id=document_id,
    )


async def _visible(session: AsyncSession, document_id: UUID) -> UUID:
    customer_id: UUID | None = await session.scalar(
        select(Document.customer_id)
        .join(Customer, Customer.id == Document.customer_id)
        .where(Document.id == document_id)
    )
    if customer_id is None:
        raise Problem(errors.NOT_FOUND)
    return customer_id
