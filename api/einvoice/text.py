"""Amounts, dates and words of an invoice in the reader's language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision

Language = Literal["fr", "nl", "de", "en"]
Labels = Mapping[str, Mapping[str, str]]

REGIONS: dict[Language, str] = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_BE", "en": "en_GB"}

_AMOUNT = "#,##0.00########"
_PLAIN = "#,##0.##########"
_NO_BREAK = "\u00a0"


@cache
def labels_of(language: Language) -> Labels:
    """The words of one language, by group."""
    source = files("api.einvoice").joinpath("templates", f"labels.{language}.json")
    loaded: Labels = json.loads(source.read_text("utf-8"))
    return loaded


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes values for one language and one document currency."""

    language: Language
    currency: str

    @property
    def region(self) -> str:
        """The locale whose formats are used, e.g. fr_BE."""
        return REGIONS[self.language]

    def word(self, group: str, name: str, **values: str) -> str:
        """A label, with its placeholders filled; the name itself when there is no such label."""
        label = labels_of(self.language)[group].get(name, name)
        return label.format(**values) if values else label

    def money(self, value: Decimal, currency: str | None = None) -> str:
        """An amount with its currency, in the decimals that currency has, or more if needed."""
        code = currency or self.currency
        decimals = -int(value.normalize().as_tuple().exponent)
        fits = decimals <= get_currency_precision(code)
        return format_currency(value, code, locale=self.region, decimal_quantization=fits)

    def amount(self, value: Decimal) -> str:
        """An amount without currency, at least two decimals."""
        return format_decimal(value, _AMOUNT, self.region)

    def number(self, value: Decimal) -> str:
        """A quantity or percentage without needless zeros."""
        return format_decimal(value.normalize(), _PLAIN, self.region)

    def percent(self, value: Decimal) -> str:
        """A rate in percent, e.g. 21 %."""
        gap = "" if self.language == "en" else _NO_BREAK
        return f"{self.number(value)}{gap}%"

    def quantity(self, value: Decimal, unit: str | None) -> str:
        """A quantity with the short name of its unit (UN/ECE Rec 20), else with the code."""
        shown = self.word("unit", unit) if unit else ""
        return f"{self.number(value)}{_NO_BREAK}{shown}".rstrip(_NO_BREAK)

    def country(self, code: str) -> str:
        """A country's name; the code itself when it is unknown (ISO 3166-1 alpha-2)."""
        name: str = Locale.parse(self.region).territories.get(code.upper(), code)
        return name

    def short_date(self, value: date) -> str:
        """A date in figures, e.g. 31/03/2026."""
        pattern = "dd.MM.yyyy" if self.language == "de" else "dd/MM/yyyy"
        return format_date(value, pattern, self.region)

    def long_date(self, value: date) -> str:
        """A date with the month's name."""
        return format_date(value, "long", self.region)
