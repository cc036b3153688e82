"""Checks that are cheaper or clearer in Python than in XPath: arithmetic, and what many meet.

Decimal throughout. XPath rounds halves towards plus infinity, so round(-2.5) is -2.
"""

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from api.einvoice.peppol.facts import Facts
from api.einvoice.peppol.functions import BLANKS
from api.einvoice.tree import CAC, CBC

SLACK = Decimal("0.02")
CENT = Decimal("0.01")
HALF = Decimal("0.5")
ONE = Decimal(1)
ZERO = Decimal(0)
# Enough that a price of many places divided by a base quantity is exact to far below the slack.
DIGITS = 60

Check = Callable[[Any, Facts], bool]


def rounded(amount: Decimal) -> Decimal:
    """An amount to two places, halves towards plus infinity as XPath does."""
    return (amount * 100 + HALF).to_integral_value(ROUND_FLOOR) / 100


def _value(element: Any, name: str) -> Decimal | None:
    found = element.find(f"{{{CBC}}}{name}")
    return None if found is None else _decimal(found)


def _decimal(element: Any) -> Decimal:
    # The schema has found it to be a decimal, perhaps between blanks.
    return Decimal((element.text or "").strip(BLANKS))


def _text(element: Any, name: str) -> str:
    found = element.find(f"{{{CBC}}}{name}")
    return "" if found is None else (found.text or "").strip(BLANKS)


def filled(element: Any, _: Facts) -> bool:
    """R008: an element has children, or text other than blanks."""
    return len(element) > 0 or bool((element.text or "").strip(BLANKS))


def in_document_currency(element: Any, facts: Facts) -> bool:
    """R051: the amount is in BT-5."""
    return bool(element.get("currencyID") == facts.currency)


def in_known_currency(element: Any, facts: Facts) -> bool:
    """CL007: the amount is in a currency of the list."""
    return element.get("currencyID") in facts.currencies


def percentage_of_base(element: Any, _: Facts) -> bool:
    """R040: the amount is base times percentage, within the slack."""
    percentage, base = _value(element, "MultiplierFactorNumeric"), _value(element, "BaseAmount")
    if percentage is None or base is None:
        return True
    with localcontext(prec=DIGITS):
        expected = base * percentage / 100
        return abs((_value(element, "Amount") or ZERO) - expected) <= SLACK


def line_net_amount(element: Any, _: Facts) -> bool:
    """R120: quantity times price per base quantity, plus charges, less allowances."""
    quantity = _value(element, "InvoicedQuantity")
    if quantity is None:
        quantity = _value(element, "CreditedQuantity")
    price = element.find(f"{{{CAC}}}Price")
    amount = ZERO if price is None else _value(price, "PriceAmount") or ZERO
    base = ONE if price is None else _value(price, "BaseQuantity") or ONE
    with localcontext(prec=DIGITS):
        expected = (ONE if quantity is None else quantity) * (amount / base)
        expected += rounded(_sum(element, "true")) - rounded(_sum(element, "false"))
        net = _value(element, "LineExtensionAmount") or ZERO
        return abs(net - expected) <= SLACK


def _sum(line: Any, indicator: str) -> Decimal:
    return sum(
        (
            _value(entry, "Amount") or ZERO
            for entry in line.findall(f"{{{CAC}}}AllowanceCharge")
            if _text(entry, "ChargeIndicator") == indicator
        ),
        ZERO,
    )


def positive_base_quantity(element: Any, _: Facts) -> bool:
    """R121: a base quantity is above zero."""
    price = element.find(f"{{{CAC}}}Price")
    base = None if price is None else _value(price, "BaseQuantity")
    return base is None or base > 0


def discounted_price(element: Any, _: Facts) -> bool:
    """R046: the price is the gross price less the discount, exactly."""
    base = _value(element, "BaseAmount")
    if base is None:
        return True
    with localcontext(prec=DIGITS):
        return _value(element.getparent(), "PriceAmount") == base - (
            _value(element, "Amount") or ZERO
        )


def one_invoiced_object(element: Any, _: Facts) -> bool:
    """R100: at most one document reference."""
    return len(element.findall(f"{{{CAC}}}DocumentReference")) <= 1


def only_invoiced_object(element: Any, _: Facts) -> bool:
    """R101: a document reference has type 130."""
    references = element.findall(f"{{{CAC}}}DocumentReference")
    codes = [code.text for r in references for code in r.findall(f"{{{CBC}}}DocumentTypeCode")]
    return not references or "130" in codes


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        filled,
        in_document_currency,
        in_known_currency,
        percentage_of_base,
        line_net_amount,
        positive_base_quantity,
        discounted_price,
        one_invoiced_object,
        only_invoiced_object,
    )
}
