"""What mails say of a document, in the reader's language."""

from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_currency

from api.core.i18n import LOCALES
from api.core.settings import Language, Settings
from api.notifications.links import link_token


def written_day(language: Language, day: date) -> str:
    """A date as the reader writes it in full."""
    return format_date(day, "long", locale=LOCALES[language])


def figure_of(language: Language, document: Any) -> str | None:
    """The amount including VAT, with a minus for a credit note; None when it is not known."""
    if document.amount_incl_vat is None or not document.currency:
        return None
    amount = document.amount_incl_vat
    shown = -amount if document.kind == "credit_note" else amount
    return format_currency(shown, document.currency, locale=LOCALES[language])


def link_of(settings: Settings, delivery_id: UUID, document_id: UUID) -> str:
    """Where the mail's button leads: to the document itself, or to signing in for it (E2)."""
    if settings.link_access == "off":
        return f"{settings.public_url}/documents/{document_id}"
    return f"{settings.public_url}/links/{link_token(settings, delivery_id)}"
