"""Mails about sharing: what each says when it is sent, or that there is nothing to say any more."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.settings import Settings
from api.models import AccountMail, Customer

MOST_NAMED = 10


async def sharing(
    session: AsyncSession, settings: Settings, mail: AccountMail, activation_link: str | None
) -> dict[str, Any] | None:
    """What is shared with the addressee now, who is this transaction's principal (X5)."""
    customers = (
        await session.execute(
            select(Customer.number, Customer.name)
            .where(Customer.account_id == UUID(mail.parameters["account_id"]))
            .order_by(Customer.number)
        )
    ).all()
    if not customers:
        return None
    return {
        "customers": [
            f"{customer.number} · {customer.name}" for customer in customers[:MOST_NAMED]
        ],
        "more": max(0, len(customers) - MOST_NAMED),
        "link": activation_link or f"{settings.public_url}/documents",
        "activates": activation_link is not None,
        "retention_years": settings.retention_years,
        "invitation_days": settings.invitation_days,
    }
