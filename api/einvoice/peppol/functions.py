"""What the tests of the rules may call as `f:name(...)` beside XPath 1.0."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from api.einvoice.peppol import identifiers

BLANKS = " \t\r\n"
EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&\"*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&\"*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
)
CASH_DISCOUNT = re.compile(
    r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#"
)


def text(value: Any) -> str:
    """An argument as XPath's string(): of a node-set, the text of its first node."""
    if isinstance(value, list):
        if not value:
            return ""
        first = value[0]
        return str(first) if isinstance(first, str) else "".join(first.itertext())
    return str(value)


def decimal_of(value: Any) -> Decimal:
    """The number of an element that the schema has found to be a decimal."""
    return Decimal(text(value).strip(BLANKS))


def day(value: str) -> date | None:
    """The date at the beginning of an xs:date; None when it is none."""
    try:
        return date.fromisoformat(value.strip(BLANKS)[:10])
    except ValueError:
        return None


@cache
def _words(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.ASCII | re.DOTALL)


def one_of(_: Any, codes: Any, value: Any) -> bool:
    """Whether a value is one of the codes, which are separated by blanks."""
    return text(value) in _words(text(codes))


def matches(_: Any, expression: Any, value: Any) -> bool:
    """Whether the whole value matches a regular expression."""
    return _pattern(text(expression)).fullmatch(text(value)) is not None


def upper(_: Any, value: Any) -> str:
    """The value in capitals."""
    return text(value).upper()


def numeric(_: Any, value: Any) -> bool:
    """Whether the value is written as a number."""
    return re.fullmatch(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*", text(value), re.ASCII) is not None


def plain_date(_: Any, value: Any) -> bool:
    """Whether the value is a real date, written in ten characters."""
    return len(text(value)) == 10 and text(value)[4:8:3] == "--" and day(text(value)) is not None


def not_after(_: Any, first: Any, second: Any) -> bool:
    """Whether the first date is not after the second; also when either is none."""
    earlier, later = day(text(first)), day(text(second))
    return earlier is None or later is None or earlier <= later


def not_later(_: Any, first: Any, second: Any) -> bool:
    """The same for the text of dates; false when the first is absent."""
    return bool(first) and text(first) <= text(second)


def same_sign(_: Any, first: Any, second: Any) -> bool:
    """Whether some amount of each set has the same sign as one of the other; zero has both."""
    ones, others = [[decimal_of([n]) for n in nodes] for nodes in (first, second)]
    return any((a <= 0 and b <= 0) or (a >= 0 and b >= 0) for a in ones for b in others)


def segment(_: Any, value: Any, number: Any) -> str:
    """A part of the value between | signs, from 1; empty when there are fewer."""
    found = text(value).split("|")
    return found[int(number) - 1] if number <= len(found) else ""


def parts(_: Any, value: Any) -> float:
    """How many parts the value has between | signs."""
    return float(len(text(value).split("|")))


def distinct(_: Any, values: Any) -> bool:
    """Whether no text stands there twice."""
    return len({str(value) for value in values}) == len(values)


def email(_: Any, value: Any) -> bool:
    """Whether the value is an e-mail address."""
    return EMAIL.fullmatch(text(value)) is not None


def cash_discounts(_: Any, notes: Any) -> bool:
    """Whether each line of the payment terms that begins with # is a cash discount as agreed.

    XRechnung's notation: one per line, and a line break behind each.
    """
    for note in notes:
        *whole, last = re.split(r"\r?\n", text([note]))
        lines = [line.strip(BLANKS) for line in (*whole, last)]
        if any(line.startswith("#") and not CASH_DISCOUNT.fullmatch(line) for line in lines):
            return False
        if lines[-1].startswith("#"):
            return False
    return True


def _identifier(check: Callable[[str], bool]) -> Callable[[Any, Any], bool]:
    return lambda _, value: check(text(value))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "one_of": one_of,
    "matches": matches,
    "upper": upper,
    "numeric": numeric,
    "plain_date": plain_date,
    "not_after": not_after,
    "not_later": not_later,
    "same_sign": same_sign,
    "parts": parts,
    "segment": segment,
    "distinct": distinct,
    "email": email,
    "cash_discounts": cash_discounts,
    "gln": _identifier(identifiers.is_gln),
    "norwegian": _identifier(identifiers.is_norwegian),
    "belgian": _identifier(identifiers.is_belgian),
    "structured_communication": _identifier(identifiers.is_structured_communication),
    "swedish": _identifier(identifiers.is_luhn),
    "italian_vat": _identifier(identifiers.is_italian_vat),
    "italian_tax_code": _identifier(identifiers.is_italian_tax_code),
    "australian": _identifier(identifiers.is_australian),
    "greek": _identifier(identifiers.is_greek),
    "iban": _identifier(identifiers.is_iban),
}
