"""Building UBL elements; what has no content is left out (PEPPOL-EN16931-R008)."""

from datetime import date
from decimal import Decimal
from typing import Any

from api.einvoice._etree import etree
from api.einvoice.model import Address, AllowanceCharge, Identifier, Period
from api.einvoice.tree import CAC, CBC

_SPACES = {"cac": CAC, "cbc": CBC}

Content = str | date | Decimal | None
Built = Any  # an lxml element, or None for nothing


def leaf(name: str, content: Content, /, **attributes: str | None) -> Built:
    """An element with text; None when the text is absent or blank."""
    text = _text(content)
    if text is None:
        return None
    element = etree.Element(_tag(name))
    element.text = text
    for key, value in attributes.items():
        if value is not None:
            element.set(key, value)
    return element


def branch(name: str, *children: Built) -> Built:
    """An element with children; None when all children are."""
    present = [child for child in children if child is not None]
    if not present:
        return None
    element = etree.Element(_tag(name))
    element.extend(present)
    return element


def amount(name: str, value: Decimal | None, currency: str) -> Built:
    """An amount with its currency."""
    return leaf(name, value, currencyID=currency)


def identifier(name: str, value: Identifier | None) -> Built:
    """An identifier with its scheme."""
    return None if value is None else leaf(name, value.value, schemeID=value.scheme)


def vat_scheme(name: str = "VAT") -> Built:
    """The tax scheme that EN 16931 demands beside every VAT category and number."""
    return branch("cac:TaxScheme", leaf("cbc:ID", name))


def vat_category(
    name: str,
    category: str | None,
    rate: Decimal | None,
    code: str | None = None,
    reason: str | None = None,
) -> Built:
    """A VAT category (BT-118 and its like) with rate and reason; None without category."""
    if category is None:
        return None
    return branch(
        name,
        leaf("cbc:ID", category),
        leaf("cbc:Percent", rate),
        leaf("cbc:TaxExemptionReasonCode", code),
        leaf("cbc:TaxExemptionReason", reason),
        vat_scheme(),
    )


def allowance_charge(value: AllowanceCharge, currency: str) -> Built:
    """BG-20, BG-21, BG-27 or BG-28. The indicator is a word (PEPPOL-EN16931-R043)."""
    return branch(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "true" if value.is_charge else "false"),
        leaf("cbc:AllowanceChargeReasonCode", value.reason_code),
        leaf("cbc:AllowanceChargeReason", value.reason),
        leaf("cbc:MultiplierFactorNumeric", value.percentage),
        amount("cbc:Amount", value.amount, currency),
        amount("cbc:BaseAmount", value.base_amount, currency),
        vat_category("cac:TaxCategory", value.vat_category, value.vat_rate),
    )


def address(name: str, value: Address | None) -> Built:
    """A postal address."""
    if value is None:
        return None
    return branch(
        name,
        leaf("cbc:StreetName", value.street),
        leaf("cbc:AdditionalStreetName", value.additional),
        leaf("cbc:CityName", value.city),
        leaf("cbc:PostalZone", value.postcode),
        leaf("cbc:CountrySubentity", value.region),
        branch("cac:AddressLine", leaf("cbc:Line", value.line)),
        branch("cac:Country", leaf("cbc:IdentificationCode", value.country)),
    )


def period(value: Period | None) -> Built:
    """BG-14 or BG-26."""
    if value is None:
        return None
    return branch(
        "cac:InvoicePeriod",
        leaf("cbc:StartDate", value.start),
        leaf("cbc:EndDate", value.end),
        leaf("cbc:DescriptionCode", value.tax_point_code),
    )


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_SPACES[prefix]}}}{local}"


def _text(content: Content) -> str | None:
    if content is None:
        return None
    if isinstance(content, Decimal):
        return f"{content:f}"
    if isinstance(content, date):
        return content.isoformat()
    return content if content.strip() else None
