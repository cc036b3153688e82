"""Letters about a contract: documents that are a PDF and nothing else."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst
from babel.dates import format_date
from babel.numbers import format_decimal

from api.core.i18n import LOCALES
from api.core.settings import Language
from api.demo.cast import STAFF
from api.demo.lines import asset_text
from api.demo.occasions import Occasion
from api.demo.texts import text
from api.einvoice.render import Brand

TEMPLATE = Path(__file__).with_name("letter.typ")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, in the customer's language."""

    title: str
    language: Language
    issue_date: date
    recipient: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    farewell: tuple[str, ...]


def letter_of(occasion: Occasion, number: str) -> Letter:
    """The amendment of a contract."""
    contract, dice = occasion.contract, occasion.random
    company, language = contract.company, contract.company.language
    locale = LOCALES[language]
    values: dict[str, Any] = {
        "contract": contract.number,
        "asset": asset_text(contract),
        "months": dice.choice((6, 12, 24)),
        "kilometres": format_decimal(dice.randrange(20, 45) * 1000, locale=locale),
        "date": format_date(occasion.first_day, "long", locale=locale),
    }

    def say(*path: str) -> str:
        return text(language, "letter", *path, **values)

    return Letter(
        title=say("title"),
        language=language,
        issue_date=occasion.issue_date,
        recipient=(
            company.name,
            company.contact.name,
            company.street,
            f"{company.postcode} {company.city}",
        ),
        facts=(
            (say("date"), format_date(occasion.issue_date, "long", locale=locale)),
            (say("reference"), number),
            (say("customer"), company.number),
            (say("contract"), contract.number),
        ),
        paragraphs=(
            say("greeting"),
            say("opening"),
            say("changes", dice.choice(contract.asset.changes)),
            say("effect"),
            say("closing"),
        ),
        farewell=(say("farewell"), STAFF.name, say("department")),
    )


def letter_pdf(letter: Letter, brand: Brand) -> bytes:
    """The letter on one A4 page."""
    content = {
        "title": letter.title,
        "language": letter.language,
        "recipient": letter.recipient,
        "facts": letter.facts,
        "paragraphs": letter.paragraphs,
        "farewell": letter.farewell,
        "brand": {"name": brand.name, "accent": brand.accent},
        "sender": [*brand.address, *(part for part in (brand.phone, brand.email) if part)],
    }
    day = letter.issue_date
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no PDF")
    return made
