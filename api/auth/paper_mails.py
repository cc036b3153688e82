"""Mails about copies on paper: what each says when it is sent, or that nobody is to be told."""

from typing import Any

from babel.numbers import format_currency
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.i18n import LOCALES, translate
from api.core.settings import Settings
from api.models import AccountMail, Document, PaperRequest, User


async def paper_request(
    session: AsyncSession, settings: Settings, mail: AccountMail, user: User
) -> dict[str, Any] | None:
    """The request as it stands; the addressee, this transaction's principal, must see it (X5)."""
    row = (
        await session.execute(
            select(PaperRequest, Document.kind, Document.number)
            .join(Document, Document.id == PaperRequest.document_id)
            .where(PaperRequest.id == mail.subject_id)
        )
    ).one_or_none()
    if row is None:
        return None
    request: PaperRequest = row.PaperRequest
    figure = None
    if request.price is not None and request.currency is not None:
        figure = format_currency(request.price, request.currency, locale=LOCALES[user.language])
    return {
        "document": f"{translate(user.language, f'kind.{row.kind}')} {row.number}",
        "figure": figure,
        "instructions": request.instructions,
        "reason": request.reason,
        "address": request.address,
        "link": f"{settings.public_url}/documents/{request.document_id}",
    }
