"""The mail about one document: resolved when it is sent, settled when it has left."""

from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Text,
    cast,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.invitations import invitation_token
from api.accounts.people import note_unreachable
from api.audit import SYSTEM
from api.core.database import Connection, fetch_row, new_id
from api.core.http import safe_filename
from api.core.i18n import translate
from api.core.settings import Language, Settings
from api.documents.files import EXTENSIONS, MEDIA_TYPES
from api.mailer import Attachment, Mail
from api.models import Customer, Delivery, Document, DocumentFile, Membership, User
from api.notifications.wording import figure_of, link_of, written_day
from api.outbox import Claim

SETTLE_SENT = text(
    "SELECT iportal.settle_sent(:id, :fence, :recipient, :form, :event, :actor,"
    " CAST(:detail AS jsonb))"
)
MAY_SEE = Membership.user_id.is_not(None) & (
    Membership.expires_on.is_(None) | (Membership.expires_on >= func.current_date())
)


class StoredFile(BaseModel):
    """A file of the document, as it is kept."""

    kind: str
    key: str
    size: int
    sha256: str


class Notice(BaseModel):
    """A delivery with its document, and its recipient with their rights, as they are now (X5)."""

    id: UUID
    created_at: datetime
    invitation_id: UUID | None
    email: str
    language: Language
    user_state: str
    notification_frequency: str
    document_id: UUID
    kind: str
    number: str
    issue_date: date
    currency: str | None
    amount_incl_vat: Decimal | None
    document_state: str
    customer_name: str
    customer_number: str
    may_see: bool
    files: list[StoredFile] | None

    @property
    def is_wanted(self) -> bool:
        """Whether the mail is still to be sent."""
        return (
            self.may_see
            and self.user_state != "disabled"
            and self.document_state == "published"
            and self.notification_frequency != "none"
        )


def notice_of(delivery_id: ColumnElement[UUID]) -> ScalarSelect[str]:
    """The query for the `Notice` of a delivery, as JSON; nothing when its mail has been sent."""
    file = _object(
        kind=DocumentFile.kind,
        key=DocumentFile.object_key,
        size=DocumentFile.size,
        sha256=func.encode(DocumentFile.sha256, "hex"),
    )
    files = (
        select(func.json_agg(aggregate_order_by(file, DocumentFile.kind)))
        .where(DocumentFile.document_id == Document.id, Customer.notification_mode == "attachment")
        .scalar_subquery()
    )
    notice = _object(
        id=Delivery.id,
        created_at=Delivery.created_at,
        invitation_id=Delivery.invitation_id,
        email=User.email,
        language=User.language,
        user_state=User.state,
        notification_frequency=User.notification_frequency,
        document_id=Document.id,
        kind=Document.kind,
        number=Document.number,
        issue_date=Document.issue_date,
        currency=Document.currency,
        # As text: a number of JSON would become a float on its way.
        amount_incl_vat=cast(Document.amount_incl_vat, Text),
        document_state=Document.state,
        customer_name=Customer.name,
        customer_number=Customer.number,
        may_see=MAY_SEE,
        files=files,
    )
    return (
        select(cast(notice, Text))
        .select_from(Delivery)
        .join(User, User.id == Delivery.user_id)
        .join(Document, Document.id == Delivery.document_id)
        .join(Customer, Customer.id == Document.customer_id)
        .outerjoin(
            Membership,
            (Membership.user_id == User.id) & (Membership.customer_id == Document.customer_id),
        )
        .where(Delivery.id == delivery_id, Delivery.state == "waiting")
        .scalar_subquery()
    )


def _object(**columns: Any) -> ColumnElement[Any]:
    parts: Any = ((literal_column(f"'{name}'"), column) for name, column in columns.items())
    return func.json_build_object(*chain.from_iterable(parts))


def mail_of(settings: Settings, notice: Notice) -> Mail:
    """The mail of a delivery, in its recipient's language."""
    stored = notice.files or []
    # Together they may be too large for a mail, which then says so.
    too_large = sum(file.size for file in stored) > settings.attachment_max_bytes
    files = () if too_large else tuple(_attachment(notice, file) for file in stored)
    return Mail(
        id=notice.id,
        template="notification",
        language=notice.language,
        recipient=notice.email,
        parameters=_parameters(settings, notice, files, too_large=too_large),
        sent_at=notice.created_at,
        attachments=files,
        settings_page=f"{settings.public_url}/profile" if notice.user_state == "active" else None,
    )


def _attachment(notice: Notice, file: StoredFile) -> Attachment:
    return Attachment(
        filename=safe_filename(notice.number, EXTENSIONS[file.kind]),
        media_type=MEDIA_TYPES[file.kind],
        key=file.key,
        size=file.size,
        sha256=bytes.fromhex(file.sha256),
    )


def _parameters(
    settings: Settings, notice: Notice, files: tuple[Attachment, ...], *, too_large: bool
) -> dict[str, Any]:
    language = notice.language
    activation = None
    if notice.user_state == "invited" and notice.invitation_id is not None:
        token = invitation_token(settings, notice.invitation_id)
        activation = f"{settings.public_url}/invitations/{token}"
    figures = [
        (translate(language, "mail.notification.number"), notice.number),
        (
            translate(language, "mail.notification.issue_date"),
            written_day(language, notice.issue_date),
        ),
    ]
    amount = figure_of(language, notice)
    if amount is not None:
        figures.append((translate(language, "mail.notification.amount"), amount))
    return {
        "kind": notice.kind,
        "kind_name": translate(language, f"kind.{notice.kind}"),
        "number": notice.number,
        "customer_name": notice.customer_name,
        "customer_number": notice.customer_number,
        "figure_rows": figures,
        "document_link": link_of(settings, notice.id, notice.document_id),
        "activation_link": activation,
        "attached": [file.filename for file in files],
        "too_large": too_large,
        "link_days": settings.link_days if settings.link_access != "off" else None,
        "retention_years": settings.retention_years,
        "invitation_days": settings.invitation_days,
    }


async def settle_sent(connection: Connection, claim: Claim, mail: Mail) -> None:
    """The mail has left: say so in the delivery and the history, and remove the job, all at once.

    Nothing happens when the job was handed on meanwhile (F2).
    """
    values = {
        "id": claim.id,
        "fence": claim.fence,
        "recipient": mail.recipient,
        "form": form_of(mail),
        "event": new_id(),
        "actor": SYSTEM,
        "detail": orjson.dumps(_told(mail)).decode(),
    }
    await fetch_row(connection, SETTLE_SENT, values)


def form_of(mail: Mail) -> str:
    """How the mail shows the document."""
    return "attachment" if mail.attachments else "link"


def _told(mail: Mail) -> dict[str, str]:
    form = {"form": "attachment"} if mail.attachments else {}
    return {"to": mail.recipient, **form}


async def note_try(session: AsyncSession, delivery_id: UUID, mail: Mail) -> None:
    """Write down to whom a mail was to go that has not left."""
    await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(recipient=mail.recipient, attempts=Delivery.attempts + 1, form=form_of(mail))
    )


async def drop(session: AsyncSession, delivery_id: UUID) -> None:
    """Send nothing: the person may not see the document any more, or does not want to be told."""
    await session.execute(
        update(Delivery).where(Delivery.id == delivery_id).values(state="dropped")
    )


async def refuse(
    session: AsyncSession, delivery_id: UUID, state: str, error: str | None = None
) -> None:
    """Write down that the mail has not left and will not, and that its address does not work."""
    delivery = (
        await session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id)
            .values(state=state, last_error=error)
            .returning(Delivery.user_id, Delivery.recipient)
        )
    ).one()
    await note_unreachable(session, delivery.user_id, delivery.recipient, error)
