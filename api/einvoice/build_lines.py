"""Lines, items and prices as UBL elements."""

from decimal import Decimal

from api.einvoice.build import (
    Built,
    allowance_charge,
    amount,
    branch,
    identifier,
    leaf,
    period,
    vat_category,
)
from api.einvoice.model import InvoiceLine, Item, Kind, Price


def line(value: InvoiceLine, kind: Kind, currency: str) -> Built:
    """BG-25. A line's object is a document reference of type 130 (PEPPOL-EN16931-R101)."""
    is_invoice = kind == "invoice"
    return branch(
        "cac:InvoiceLine" if is_invoice else "cac:CreditNoteLine",
        leaf("cbc:ID", value.id),
        leaf("cbc:Note", value.note),
        leaf(
            "cbc:InvoicedQuantity" if is_invoice else "cbc:CreditedQuantity",
            value.quantity,
            unitCode=value.unit,
        ),
        amount("cbc:LineExtensionAmount", value.net, currency),
        leaf("cbc:AccountingCost", value.accounting_cost),
        period(value.period),
        branch("cac:OrderLineReference", leaf("cbc:LineID", value.order_line)),
        value.object_id
        and branch(
            "cac:DocumentReference",
            identifier("cbc:ID", value.object_id),
            leaf("cbc:DocumentTypeCode", "130"),
        ),
        *(allowance_charge(item, currency) for item in value.allowances_charges),
        _item(value.item, value.vat_category, value.vat_rate),
        _price(value.price, currency),
    )


def _item(value: Item, category: str | None, rate: Decimal | None) -> Built:
    codes = (
        branch(
            "cac:CommodityClassification",
            leaf(
                "cbc:ItemClassificationCode",
                code.code,
                listID=code.list_id,
                listVersionID=code.list_version,
            ),
        )
        for code in value.classifications
    )
    properties = (
        branch("cac:AdditionalItemProperty", leaf("cbc:Name", name), leaf("cbc:Value", content))
        for name, content in value.properties
    )
    return branch(
        "cac:Item",
        leaf("cbc:Description", value.description),
        leaf("cbc:Name", value.name),
        branch("cac:BuyersItemIdentification", leaf("cbc:ID", value.buyer_id)),
        branch("cac:SellersItemIdentification", leaf("cbc:ID", value.seller_id)),
        branch("cac:StandardItemIdentification", identifier("cbc:ID", value.standard_id)),
        branch("cac:OriginCountry", leaf("cbc:IdentificationCode", value.origin_country)),
        *codes,
        vat_category("cac:ClassifiedTaxCategory", category, rate),
        *properties,
    )


def _price(value: Price | None, currency: str) -> Built:
    if value is None:
        return None
    return branch(
        "cac:Price",
        amount("cbc:PriceAmount", value.net, currency),
        leaf("cbc:BaseQuantity", value.base_quantity, unitCode=value.base_unit),
        _discount(value, currency),
    )


def _discount(value: Price, currency: str) -> Built:
    """BT-147 and BT-148; the schema demands the discount, so none is written as zero."""
    if value.discount is None and value.gross is None:
        return None
    return branch(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "false"),
        amount("cbc:Amount", value.discount or Decimal("0.00"), currency),
        amount("cbc:BaseAmount", value.gross, currency),
    )
