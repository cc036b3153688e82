"""Dates, numbers and small structures out of a schema-valid UBL tree."""

import re
from datetime import date
from decimal import Decimal

from api.einvoice._etree import Element
from api.einvoice.findings import VALUE, InvalidUbl, refuse
from api.einvoice.model import Address, Identifier, Period, money
from api.einvoice.tree import find, line_of, location, text_at

# The schema's decimal has no bound; ours keeps sums exact and fits any database column.
INTEGER_DIGITS = 15
FRACTION_DIGITS = 10
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)


def number_at(element: Element, path: str) -> Decimal | None:
    """The number at a path; None when absent. Raises InvalidUbl (VALUE) beyond our digits."""
    found = find(element, path)
    return None if found is None else number_of(found)


def amount_at(element: Element, path: str) -> Decimal | None:
    """The amount at a path with at least two decimals; None when absent."""
    value = number_at(element, path)
    return None if value is None else money(value)


def number_of(element: Element) -> Decimal:
    """An element's number, exactly as written."""
    text = (element.text or "").strip()
    if not _NUMBER.fullmatch(text):
        raise _unusable(element, "is not a number")
    integer, _, fraction = text.lstrip("+-").partition(".")
    if len(integer.lstrip("0")) > INTEGER_DIGITS or len(fraction.rstrip("0")) > FRACTION_DIGITS:
        raise _unusable(
            element,
            f"has more than {INTEGER_DIGITS} digits or {FRACTION_DIGITS} decimals",
        )
    sign = "-" if text.startswith("-") else ""
    return Decimal(f"{sign}{integer or '0'}.{fraction[:FRACTION_DIGITS]}")


def date_at(element: Element, path: str) -> date | None:
    """The calendar day at a path; an offset, which the schema allows, does not shift it."""
    found = find(element, path)
    if found is None:
        return None
    matched = _DAY.fullmatch((found.text or "").strip())
    try:
        return date.fromisoformat(matched.group(1)) if matched else _raise(found)
    except ValueError:
        raise _unusable(found, "is not a day of the calendar") from None


def _raise(element: Element) -> date:
    raise _unusable(element, "is not a day between the years 1 and 9999")


def _unusable(element: Element, reason: str) -> InvalidUbl:
    shown = (element.text or "").strip()[:40]
    return refuse(VALUE, f"“{shown}” {reason}.", location(element), element.sourceline)


def attribute(element: Element, name: str) -> str | None:
    """An attribute in one line; None when absent or blank."""
    return " ".join((element.get(name) or "").split()) or None


def identifier(element: Element | None) -> Identifier | None:
    """An identifier with its scheme; None when absent or blank."""
    value = None if element is None else line_of(element)
    if element is None or value is None:
        return None
    return Identifier(value, attribute(element, "schemeID"))


def address(element: Element | None) -> Address | None:
    """A postal address; None when there is nothing in it."""
    if element is None:
        return None
    found = Address(
        country=text_at(element, "cac:Country/cbc:IdentificationCode"),
        street=text_at(element, "cbc:StreetName"),
        additional=text_at(element, "cbc:AdditionalStreetName"),
        line=text_at(element, "cac:AddressLine/cbc:Line"),
        city=text_at(element, "cbc:CityName"),
        postcode=text_at(element, "cbc:PostalZone"),
        region=text_at(element, "cbc:CountrySubentity"),
    )
    return None if found == Address() else found


def period(element: Element | None) -> Period | None:
    """BG-14 or BG-26; None when there is nothing in it."""
    if element is None:
        return None
    found = Period(
        start=date_at(element, "cbc:StartDate"),
        end=date_at(element, "cbc:EndDate"),
        tax_point_code=text_at(element, "cbc:DescriptionCode"),
    )
    return None if found == Period() else found
