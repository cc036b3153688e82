"""Lines, prices, allowances and charges out of a schema-valid UBL tree."""

from api.einvoice._etree import Element
from api.einvoice.extract_values import (
    amount_at,
    attribute,
    identifier,
    number_at,
    period,
)
from api.einvoice.findings import refuse
from api.einvoice.model import (
    AllowanceCharge,
    Classification,
    InvoiceLine,
    Item,
    Kind,
    Price,
)
from api.einvoice.tree import find, find_all, line_of, lines_at, location, text_at


def lines_of(root: Element, kind: Kind) -> tuple[InvoiceLine, ...]:
    """BG-25, in the file's order."""
    if kind == "invoice":
        found = find_all(root, "cac:InvoiceLine")
        return tuple(_line(e, "cbc:InvoicedQuantity") for e in found)
    return tuple(_line(e, "cbc:CreditedQuantity") for e in find_all(root, "cac:CreditNoteLine"))


def _line(element: Element, quantity_path: str) -> InvoiceLine:
    net = amount_at(element, "cbc:LineExtensionAmount")
    if net is None:
        raise refuse("BR-24", "A line has no net amount (BT-131).", location(element))
    quantity = find(element, quantity_path)
    item = find(element, "cac:Item")
    category = None if item is None else find(item, "cac:ClassifiedTaxCategory")
    reference = find(element, "cac:DocumentReference/cbc:ID")
    return InvoiceLine(
        id=text_at(element, "cbc:ID") or "",
        net=net,
        item=Item() if item is None else _item(item),
        quantity=number_at(element, quantity_path),
        unit=None if quantity is None else attribute(quantity, "unitCode"),
        price=_price(find(element, "cac:Price")),
        vat_category=None if category is None else text_at(category, "cbc:ID"),
        vat_rate=None if category is None else number_at(category, "cbc:Percent"),
        note=lines_at(element, "cbc:Note"),
        object_id=identifier(reference),
        order_line=text_at(element, "cac:OrderLineReference/cbc:LineID"),
        accounting_cost=text_at(element, "cbc:AccountingCost"),
        period=period(find(element, "cac:InvoicePeriod")),
        allowances_charges=allowances_charges(element),
    )


def allowances_charges(element: Element) -> tuple[AllowanceCharge, ...]:
    """The allowances and charges of a document or of a line, in the file's order."""
    return tuple(_allowance_charge(e) for e in find_all(element, "cac:AllowanceCharge"))


def _allowance_charge(element: Element) -> AllowanceCharge:
    amount = amount_at(element, "cbc:Amount")
    if amount is None:
        raise refuse("BR-31", "An allowance or charge has no amount.", location(element))
    category = find(element, "cac:TaxCategory")
    return AllowanceCharge(
        is_charge=text_at(element, "cbc:ChargeIndicator") in ("true", "1"),
        amount=amount,
        base_amount=amount_at(element, "cbc:BaseAmount"),
        percentage=number_at(element, "cbc:MultiplierFactorNumeric"),
        vat_category=None if category is None else text_at(category, "cbc:ID"),
        vat_rate=None if category is None else number_at(category, "cbc:Percent"),
        reason=text_at(element, "cbc:AllowanceChargeReason"),
        reason_code=text_at(element, "cbc:AllowanceChargeReasonCode"),
    )


def _item(element: Element) -> Item:
    properties = (
        (text_at(e, "cbc:Name"), text_at(e, "cbc:Value"))
        for e in find_all(element, "cac:AdditionalItemProperty")
    )
    codes = find_all(element, "cac:CommodityClassification/cbc:ItemClassificationCode")
    return Item(
        name=text_at(element, "cbc:Name") or "",
        description=lines_at(element, "cbc:Description"),
        seller_id=text_at(element, "cac:SellersItemIdentification/cbc:ID"),
        buyer_id=text_at(element, "cac:BuyersItemIdentification/cbc:ID"),
        standard_id=identifier(find(element, "cac:StandardItemIdentification/cbc:ID")),
        classifications=tuple(_classification(e) for e in codes),
        origin_country=text_at(element, "cac:OriginCountry/cbc:IdentificationCode"),
        properties=tuple((name or "", value or "") for name, value in properties),
    )


def _classification(element: Element) -> Classification:
    return Classification(
        code=line_of(element) or "",
        list_id=attribute(element, "listID"),
        list_version=attribute(element, "listVersionID"),
    )


def _price(element: Element | None) -> Price | None:
    net = None if element is None else amount_at(element, "cbc:PriceAmount")
    if element is None or net is None:
        return None
    base = find(element, "cbc:BaseQuantity")
    return Price(
        net=net,
        discount=amount_at(element, "cac:AllowanceCharge/cbc:Amount"),
        gross=amount_at(element, "cac:AllowanceCharge/cbc:BaseAmount"),
        base_quantity=number_at(element, "cbc:BaseQuantity"),
        base_unit=None if base is None else attribute(base, "unitCode"),
    )
