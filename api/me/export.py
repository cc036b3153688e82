"""The personal data of a user, as the GDPR lets them ask for it: no secrets, nobody else's."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.audit import record
from api.me.schemas import PersonalData
from api.models import (
    AccountMail,
    ApiToken,
    AuditEvent,
    BrowserSession,
    Customer,
    Delivery,
    Document,
    DocumentRead,
    Invitation,
    KnownDevice,
    Membership,
    PaperRequest,
    Passkey,
    User,
)

PROFILE = (
    "id",
    "email",
    "first_name",
    "last_name",
    "language",
    "role",
    "recovery_email",
    "recovery_email_verified_at",
    "totp_confirmed_at",
    "mfa_postponed_at",
    "activated_at",
    "created_at",
)


async def export_personal_data(session: AsyncSession, principal: Principal) -> PersonalData:
    """Everything kept about the user as a person; documents are the customers', not theirs."""
    await record(session, "personal_data_exported", actor=principal)
    statements = _statements(principal.user_id)
    parts = {name: await _rows(session, statement) for name, statement in statements.items()}
    profile = parts.pop("profile")[0]
    return PersonalData(exported_at=datetime.now(UTC), profile=profile, **parts)


def _statements(user_id: UUID) -> dict[str, Select[Any]]:
    return {
        "profile": select(*[getattr(User, name) for name in PROFILE]).where(User.id == user_id),
        "customers": select(
            Customer.number,
            Customer.name,
            Membership.role,
            Membership.expires_on,
            Membership.created_at,
        )
        .join(Customer, Customer.id == Membership.customer_id)
        .where(Membership.user_id == user_id)
        .order_by(Customer.number),
        "sessions": select(
            BrowserSession.created_at,
            BrowserSession.last_seen_at,
            BrowserSession.expires_at,
            BrowserSession.network_address,
            BrowserSession.user_agent,
        )
        .where(BrowserSession.user_id == user_id)
        .order_by(BrowserSession.id),
        "known_devices": select(KnownDevice.created_at, KnownDevice.last_used_at)
        .where(KnownDevice.user_id == user_id)
        .order_by(KnownDevice.created_at),
        "api_tokens": select(
            ApiToken.name,
            ApiToken.scopes,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.last_used_at,
            ApiToken.revoked_at,
        )
        .where(ApiToken.user_id == user_id)
        .order_by(ApiToken.id),
        "passkeys": select(Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.id),
        "invitations": select(
            Invitation.created_at,
            Invitation.expires_at,
            Invitation.accepted_at,
            Invitation.revoked_at,
        )
        .where(Invitation.user_id == user_id)
        .order_by(Invitation.id),
        "notifications": select(
            Delivery.kind, Delivery.recipient, Delivery.state, Delivery.created_at, Delivery.sent_at
        )
        .where(Delivery.user_id == user_id)
        .order_by(Delivery.id),
        "account_mails": select(
            AccountMail.kind,
            AccountMail.recipient,
            AccountMail.state,
            AccountMail.created_at,
            AccountMail.sent_at,
        )
        .where(AccountMail.user_id == user_id)
        .order_by(AccountMail.id),
        "questions": select(
            AccountMail.parameters["number"].astext.label("document"),
            AccountMail.parameters["message"].astext.label("message"),
            AccountMail.created_at,
        )
        .where(AccountMail.user_id == user_id, AccountMail.kind == "question")
        .order_by(AccountMail.id),
        "paper_requests": select(
            Document.number.label("document"),
            PaperRequest.address,
            PaperRequest.message,
            PaperRequest.state,
            PaperRequest.created_at,
        )
        .join(Document, Document.id == PaperRequest.document_id)
        .where(PaperRequest.user_id == user_id)
        .order_by(PaperRequest.id),
        "documents_read": select(Document.number, DocumentRead.read_at)
        .join(Document, Document.id == DocumentRead.document_id)
        .where(DocumentRead.user_id == user_id)
        .order_by(DocumentRead.read_at),
        "history": select(AuditEvent.at, AuditEvent.event, AuditEvent.detail)
        .where(AuditEvent.actor_user_id == user_id)
        .order_by(AuditEvent.id),
    }


async def _rows(session: AsyncSession, statement: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(statement)).mappings()]
