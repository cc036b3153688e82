"""The mail about one document: resolved when it is sent, settled when it has left."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.invitations import invitation_token
from api.accounts.people import note_unreachable
from api.audit import record
from api.core.http import safe_filename
from api.core.i18n import translate
from api.core.settings import Settings
from api.documents.files import EXTENSIONS, MEDIA_TYPES
from api.mailer import Attachment, Mail
from api.models import Customer, Delivery, Document, DocumentFile, Membership, User
from api.notifications.wording import figure_of, link_of, written_day

CONCERN_RECIPIENT = text(
    "SELECT iportal.concern_person(user_id) FROM deliveries WHERE id = :delivery_id"
)
STATEMENT = (
    select(
        Delivery.id,
        Delivery.created_at,
        Delivery.invitation_id,
        User.email,
        User.language,
        User.state.label("user_state"),
        User.notification_frequency,
        Document.id.label("document_id"),
        Document.kind,
        Document.number,
        Document.issue_date,
        Document.currency,
        Document.amount_incl_vat,
        Document.state.label("document_state"),
        Customer.name.label("customer_name"),
        Customer.number.label("customer_number"),
        Customer.notification_mode,
        (
            Membership.user_id.is_not(None)
            & (Membership.expires_on.is_(None) | (Membership.expires_on >= func.current_date()))
        ).label("may_see"),
    )
    .join(User, User.id == Delivery.user_id)
    .join(Document, Document.id == Delivery.document_id)
    .join(Customer, Customer.id == Document.customer_id)
    .outerjoin(
        Membership,
        (Membership.user_id == User.id) & (Membership.customer_id == Document.customer_id),
    )
)


async def prepare_mail(session: AsyncSession, settings: Settings, delivery_id: UUID) -> Mail | None:
    """The mail of a delivery, with the recipient and their rights as they are now (X5).

    None, and the delivery is dropped, when the person may no longer see the document, wants no
    mails any more, or the document has been withdrawn; None as well when the mail has been sent.
    """
    # A person who may see nothing any more is to be known all the same, or it would stay waiting.
    await session.execute(CONCERN_RECIPIENT, {"delivery_id": delivery_id})
    row = (
        await session.execute(
            STATEMENT.where(Delivery.id == delivery_id, Delivery.state == "waiting")
        )
    ).one_or_none()
    if row is None:
        return None
    if not _is_wanted(row):
        await session.execute(
            update(Delivery).where(Delivery.id == delivery_id).values(state="dropped")
        )
        return None
    files, too_large = await _attachments(session, settings, row)
    await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(
            recipient=row.email,
            attempts=Delivery.attempts + 1,
            form="attachment" if files else "link",
        )
    )
    return Mail(
        id=row.id,
        template="notification",
        language=row.language,
        recipient=row.email,
        parameters=_parameters(settings, row, files, too_large=too_large),
        sent_at=row.created_at,
        attachments=files,
        settings_page=f"{settings.public_url}/profile" if row.user_state == "active" else None,
    )


def _is_wanted(row: Any) -> bool:
    return bool(
        row.may_see
        and row.user_state != "disabled"
        and row.document_state == "published"
        and row.notification_frequency != "none"
    )


async def _attachments(
    session: AsyncSession, settings: Settings, row: Any
) -> tuple[tuple[Attachment, ...], bool]:
    """The files to attach; none, and True, when together they are too large for a mail."""
    if row.notification_mode != "attachment":
        return (), False
    stored = (
        await session.execute(
            select(
                DocumentFile.kind,
                DocumentFile.object_key,
                DocumentFile.size,
                DocumentFile.sha256,
            )
            .where(DocumentFile.document_id == row.document_id)
            .order_by(DocumentFile.kind)
        )
    ).all()
    if sum(file.size for file in stored) > settings.attachment_max_bytes:
        return (), True
    return tuple(
        Attachment(
            filename=safe_filename(row.number, EXTENSIONS[file.kind]),
            media_type=MEDIA_TYPES[file.kind],
            key=file.object_key,
            size=file.size,
            sha256=file.sha256,
        )
        for file in stored
    ), False


def _parameters(
    settings: Settings, row: Any, files: tuple[Attachment, ...], *, too_large: bool
) -> dict[str, Any]:
    language = row.language
    activation = None
    if row.user_state == "invited" and row.invitation_id is not None:
        token = invitation_token(settings, row.invitation_id)
        activation = f"{settings.public_url}/invitations/{token}"
    figures = [
        (translate(language, "mail.notification.number"), row.number),
        (
            translate(language, "mail.notification.issue_date"),
            written_day(language, row.issue_date),
        ),
    ]
    amount = figure_of(language, row)
    if amount is not None:
        figures.append((translate(language, "mail.notification.amount"), amount))
    return {
        "kind": row.kind,
        "kind_name": translate(language, f"kind.{row.kind}"),
        "number": row.number,
        "customer_name": row.customer_name,
        "customer_number": row.customer_number,
        "figure_rows": figures,
        "document_link": link_of(settings, row.id, row.document_id),
        "activation_link": activation,
        "attached": [file.filename for file in files],
        "too_large": too_large,
        "link_days": settings.link_days if settings.link_access != "off" else None,
        "retention_years": settings.retention_years,
        "invitation_days": settings.invitation_days,
    }


async def settle(
    session: AsyncSession, delivery_id: UUID, state: str, error: str | None = None
) -> None:
    """Write down how the sending ended, and add it to the document's history when it went out."""
    sent = {"sent_at": func.now()} if state == "sent" else {}
    delivery = (
        await session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id)
            .values(state=state, last_error=error, **sent)
            .returning(
                Delivery.customer_id,
                Delivery.document_id,
                Delivery.user_id,
                Delivery.recipient,
                Delivery.form,
            )
        )
    ).one()
    if state != "sent":
        await note_unreachable(session, delivery.user_id, delivery.recipient, error)
        return
    detail = {"to": delivery.recipient or ""}
    if delivery.form == "attachment":
        detail["form"] = "attachment"
    await record(
        session,
        "notified",
        actor=None,
        customer_id=delivery.customer_id,
        document_id=delivery.document_id,
        detail=detail,
    )
