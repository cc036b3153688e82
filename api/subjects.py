"""What a path names is looked for before anything else in a request is refused.

The contract's order is 404 before 422: whoever may not see an object learns nothing from how they
ask for it. The routes look it up themselves; only a refusal of the rest of the request asks here,
so that a good one costs nothing more.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import READER, Rule, Transaction
from api.core import errors
from api.core.database import fetch_row
from api.core.errors import Problem
from api.models import (
    ApiToken,
    BrowserSession,
    Customer,
    DeletedTag,
    Delivery,
    Document,
    Download,
    LegalHold,
    PaperRequest,
    Passkey,
    PrintBatch,
    SavedView,
    SharedUser,
    Tag,
    User,
    Webhook,
    WebhookDelivery,
)

NAMED = bindparam("named", type_=Uuid)


def _seen(model: Any, *also: Any) -> Select[Any]:
    return select(model.id).where(model.id == NAMED, *also)


# By the name of the path's parameter. Row-level security shows the caller what they may see; what
# is a person's own and has none names its owner.
SUBJECTS: dict[str, Select[Any]] = {
    "contact_id": _seen(User),
    "customer_id": _seen(Customer),
    "deleted_tag_id": _seen(DeletedTag),
    "delivery_id": _seen(Delivery),
    "document_id": _seen(Document),
    "download_id": _seen(Download),
    "hold_id": _seen(LegalHold),
    "paper_request_id": _seen(PaperRequest),
    "passkey_id": _seen(Passkey, Passkey.user_id == READER),
    "print_batch_id": _seen(PrintBatch),
    "session_id": _seen(BrowserSession, BrowserSession.user_id == READER),
    "shared_user_id": _seen(SharedUser),
    "tag_id": _seen(Tag),
    "token_id": _seen(ApiToken, ApiToken.user_id == READER),
    "view_id": _seen(SavedView),
    "webhook_delivery_id": _seen(WebhookDelivery),
    "webhook_id": _seen(Webhook),
}
MINE = func.any(func.iportal.main_customer_ids())
LOOKED_AFTER: dict[str, Select[Any]] = {
    "customer_id": _seen(Customer, Customer.id == MINE),
    "document_id": _seen(Document, Document.customer_id == MINE),
}


def subjects_of(path: str) -> set[str]:
    """The names of the ids in a route's path; raises `LookupError` for one that has no query."""
    names = {part[1:-1] for part in path.split("/") if part.endswith("_id}")}
    if names - SUBJECTS.keys():
        raise LookupError(f"{path} names what api.subjects does not know")
    return names


async def refuse_unseen(
    transaction: Transaction, rule: Rule | None, subjects: Mapping[str, str]
) -> None:
    """Raise `NOT_FOUND` if the path names what this caller cannot see.

    Raises `FORBIDDEN` for what the caller sees and another looks after, on a route for main
    contacts.
    """
    for name, value in subjects.items():
        try:
            named = UUID(value)
        except ValueError as error:
            raise Problem(errors.NOT_FOUND) from error
        if not await _is_there(transaction, SUBJECTS[name], named):
            raise Problem(errors.NOT_FOUND)
        looked_after = LOOKED_AFTER.get(name) if rule is not None and rule.main_contact else None
        if looked_after is not None and not await _is_there(transaction, looked_after, named):
            raise Problem(errors.FORBIDDEN)


async def _is_there(transaction: Transaction, statement: Select[Any], named: UUID) -> bool:
    if isinstance(transaction, AsyncSession):
        return await transaction.scalar(statement, {"named": named}) is not None
    return await fetch_row(transaction, statement, {"named": named}) is not None
