"""The tables. Relationships between domains are cyclic by nature, so they live together."""

from api.models.base import Base
from api.models.customer import Account, Customer, Membership, SharedUser
from api.models.delivery import URGENT_JOBS, WEBHOOK_JOBS, Delivery, Digest, OutboxEntry
from api.models.desk import DeletedTag, SavedView
from api.models.document import (
    Document,
    DocumentContent,
    DocumentFile,
    DocumentRead,
    DocumentRegister,
    DocumentTag,
    IdempotencyKey,
    Tag,
)
from api.models.download import Download
from api.models.feed import DocumentAccess, DocumentChange
from api.models.paper import PaperRequest, PrintBatch, PrintBatchDocument
from api.models.retention import LegalHold
from api.models.security import (
    AccountMail,
    FailedAttempt,
    KnownDevice,
    MailedCode,
    MailRequest,
    MfaEnrolment,
    Passkey,
    PasswordReset,
    PublicCalls,
    SignInChallenge,
)
from api.models.system import AuditEvent
from api.models.user import ApiToken, BrowserSession, Invitation, User
from api.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "URGENT_JOBS",
    "WEBHOOK_JOBS",
    "Account",
    "AccountMail",
    "ApiToken",
    "AuditEvent",
    "Base",
    "BrowserSession",
    "Customer",
    "DeletedTag",
    "Delivery",
    "Digest",
    "Document",
    "DocumentAccess",
    "DocumentChange",
    "DocumentContent",
    "DocumentFile",
    "DocumentRead",
    "DocumentRegister",
    "DocumentTag",
    "Download",
    "FailedAttempt",
    "IdempotencyKey",
    "Invitation",
    "KnownDevice",
    "LegalHold",
    "MailRequest",
    "MailedCode",
    "Membership",
    "MfaEnrolment",
    "OutboxEntry",
    "PaperRequest",
    "Passkey",
    "PasswordReset",
    "PrintBatch",
    "PrintBatchDocument",
    "PublicCalls",
    "SavedView",
    "SharedUser",
    "SignInChallenge",
    "Tag",
    "User",
    "Webhook",
    "WebhookDelivery",
]
