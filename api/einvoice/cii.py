"""Factur-X and ZUGFeRD: an invoice in UN/CEFACT's Cross Industry Invoice (D16B, D22B).

The values of EN 16931 as its syntax binding CEN/TS 16931-3-3 places them. Profiles below EN 16931
(MINIMUM, BASIC WL) have no lines; what is missing is None.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TypeVar

from api.einvoice import model
from api.einvoice._etree import Element
from api.einvoice.extract_values import amount_at, attribute, identifier, number_at
from api.einvoice.findings import VALUE, refuse
from api.einvoice.tree import RSM, find, find_all, line_of, lines_at, text_at

T = TypeVar("T")
ROOT = f"{{{RSM}}}CrossIndustryInvoice"
# UNTDID 1001: the codes of a credit note that EN 16931 allows.
CREDIT_NOTES = frozenset({"81", "83", "296", "308", "381", "396", "420", "458", "532"})
_AGREEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement"
_DELIVERY = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeDelivery"
_SETTLEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
_LINES = "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem"


def extract_cii(root: Element) -> model.Invoice:
    """The values of a Cross Industry Invoice.

    Raises InvalidUbl with VALUE for a missing number, date, currency or total, without which
    nothing can be shown.
    """
    code = text_at(root, "rsm:ExchangedDocument/ram:TypeCode")
    settlement = _needed(find(root, _SETTLEMENT), "its settlement")
    agreement = _needed(find(root, _AGREEMENT), "its agreement")
    sums = _needed(
        find(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"), "its totals"
    )
    payable = amount_at(sums, "ram:DuePayableAmount")
    if payable is None:
        payable = amount_at(sums, "ram:GrandTotalAmount")
    return model.Invoice(
        kind="credit_note" if code in CREDIT_NOTES else "invoice",
        number=_needed(text_at(root, "rsm:ExchangedDocument/ram:ID"), "its number (BT-1)"),
        issue_date=_needed(
            _day(root, "rsm:ExchangedDocument/ram:IssueDateTime"), "its date (BT-2)"
        ),
        currency=_needed(text_at(settlement, "ram:InvoiceCurrencyCode"), "its currency (BT-5)"),
        seller=_party(find(agreement, "ram:SellerTradeParty")),
        buyer=_party(find(agreement, "ram:BuyerTradeParty")),
        totals=_totals(sums, _needed(payable, "the amount due (BT-115)")),
        type_code=code,
        due_date=_day(settlement, "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime"),
        customization_id=text_at(
            root,
            "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        ),
        notes=tuple(_notes(root)),
        references=_references(root, agreement, settlement),
        period=_period(find(settlement, "ram:BillingSpecifiedPeriod")),
        delivery=_delivery(find(root, _DELIVERY)),
        payment_means=tuple(_payment_means(settlement)),
        payment_terms=lines_at(settlement, "ram:SpecifiedTradePaymentTerms/ram:Description"),
        creditor_id=text_at(settlement, "ram:CreditorReferenceID"),
        vat_breakdown=tuple(_vat_breakdown(settlement)),
        lines=tuple(_line(line) for line in find_all(root, _LINES)),
    )


def _needed(value: T | None, what: str) -> T:
    if value is None:
        raise refuse(VALUE, f"The Factur-X invoice lacks {what}.")
    return value


def _day(element: Element, path: str) -> date | None:
    """A day in the format 102 of UNTDID 2379: 20261123."""
    text = text_at(element, f"{path}/udt:DateTimeString")
    if text is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise refuse(VALUE, "A date is not written as YYYYMMDD.") from None


def _party(element: Element | None) -> model.Party:
    if element is None:
        return model.Party()
    numbers = {
        attribute(found, "schemeID"): line_of(found)
        for found in find_all(element, "ram:SpecifiedTaxRegistration/ram:ID")
    }
    endpoint = find(element, "ram:URIUniversalCommunication/ram:URIID")
    return model.Party(
        legal_name=text_at(element, "ram:Name"),
        trading_name=text_at(element, "ram:SpecifiedLegalOrganization/ram:TradingBusinessName"),
        identifiers=tuple(
            found
            for path in ("ram:ID", "ram:GlobalID")
            for node in find_all(element, path)
            if (found := identifier(node)) is not None
        ),
        registration=identifier(find(element, "ram:SpecifiedLegalOrganization/ram:ID")),
        vat_number=numbers.get("VA"),
        tax_number=numbers.get("FC"),
        endpoint=identifier(endpoint),
        address=_address(find(element, "ram:PostalTradeAddress")),
        contact=_contact(find(element, "ram:DefinedTradeContact")),
    )


def _address(element: Element | None) -> model.Address | None:
    if element is None:
        return None
    return model.Address(
        country=text_at(element, "ram:CountryID"),
        street=text_at(element, "ram:LineOne"),
        additional=text_at(element, "ram:LineTwo"),
        line=text_at(element, "ram:LineThree"),
        city=text_at(element, "ram:CityName"),
        postcode=text_at(element, "ram:PostcodeCode"),
        region=text_at(element, "ram:CountrySubDivisionName"),
    )


def _contact(element: Element | None) -> model.Contact | None:
    if element is None:
        return None
    return model.Contact(
        name=text_at(element, "ram:PersonName") or text_at(element, "ram:DepartmentName"),
        phone=text_at(element, "ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        email=text_at(element, "ram:EmailURIUniversalCommunication/ram:URIID"),
    )


def _totals(sums: Element, payable: Decimal) -> model.Totals:
    return model.Totals(
        payable=payable,
        line_total=amount_at(sums, "ram:LineTotalAmount"),
        allowance_total=amount_at(sums, "ram:AllowanceTotalAmount"),
        charge_total=amount_at(sums, "ram:ChargeTotalAmount"),
        net=amount_at(sums, "ram:TaxBasisTotalAmount"),
        vat=amount_at(sums, "ram:TaxTotalAmount"),
        gross=amount_at(sums, "ram:GrandTotalAmount"),
        prepaid=amount_at(sums, "ram:TotalPrepaidAmount"),
        rounding=amount_at(sums, "ram:RoundingAmount"),
    )


def _notes(root: Element) -> Iterator[str]:
    for note in find_all(root, "rsm:ExchangedDocument/ram:IncludedNote"):
        text = lines_at(note, "ram:Content")
        if text:
            yield text


def _references(root: Element, agreement: Element, settlement: Element) -> model.References:
    def document(element: Element, name: str) -> str | None:
        return text_at(element, f"ram:{name}/ram:IssuerAssignedID")

    preceding = find_all(settlement, "ram:InvoiceReferencedDocument")
    return model.References(
        buyer_reference=text_at(agreement, "ram:BuyerReference"),
        project=text_at(agreement, "ram:SpecifiedProcuringProject/ram:ID"),
        contract=document(agreement, "ContractReferencedDocument"),
        purchase_order=document(agreement, "BuyerOrderReferencedDocument"),
        sales_order=document(agreement, "SellerOrderReferencedDocument"),
        despatch=text_at(
            root, f"{_DELIVERY}/ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID"
        ),
        accounting_cost=text_at(settlement, "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
        preceding=tuple(
            model.PrecedingInvoice(number)
            for found in preceding
            if (number := text_at(found, "ram:IssuerAssignedID"))
        ),
    )


def _period(element: Element | None) -> model.Period | None:
    if element is None:
        return None
    return model.Period(
        start=_day(element, "ram:StartDateTime"), end=_day(element, "ram:EndDateTime")
    )


def _delivery(element: Element | None) -> model.Delivery | None:
    if element is None:
        return None
    found = model.Delivery(
        name=text_at(element, "ram:ShipToTradeParty/ram:Name"),
        actual_date=_day(element, "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"),
        address=_address(find(element, "ram:ShipToTradeParty/ram:PostalTradeAddress")),
    )
    return None if found == model.Delivery() else found


def _payment_means(settlement: Element) -> Iterator[model.PaymentMeans]:
    account = "ram:PayeePartyCreditorFinancialAccount"
    for means in find_all(settlement, "ram:SpecifiedTradeSettlementPaymentMeans"):
        yield model.PaymentMeans(
            code=text_at(means, "ram:TypeCode") or "1",
            text=text_at(means, "ram:Information"),
            reference=text_at(settlement, "ram:PaymentReference"),
            account=text_at(means, f"{account}/ram:IBANID")
            or text_at(means, f"{account}/ram:ProprietaryID"),
            account_name=text_at(means, f"{account}/ram:AccountName"),
            bic=text_at(means, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
            mandate=text_at(settlement, "ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID"),
            debited_account=text_at(means, "ram:PayerPartyDebtorFinancialAccount/ram:IBANID"),
        )


def _vat_breakdown(settlement: Element) -> Iterator[model.VatGroup]:
    for tax in find_all(settlement, "ram:ApplicableTradeTax"):
        yield model.VatGroup(
            category=text_at(tax, "ram:CategoryCode"),
            rate=number_at(tax, "ram:RateApplicablePercent"),
            taxable=amount_at(tax, "ram:BasisAmount"),
            tax=_needed(amount_at(tax, "ram:CalculatedAmount"), "a VAT amount (BT-117)"),
            exemption_reason=text_at(tax, "ram:ExemptionReason"),
            exemption_code=text_at(tax, "ram:ExemptionReasonCode"),
        )


def _line(line: Element) -> model.InvoiceLine:
    settled = "ram:SpecifiedLineTradeSettlement"
    total = f"{settled}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    quantity = find(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity")
    price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
    charged = number_at(line, f"{price}/ram:ChargeAmount")
    return model.InvoiceLine(
        id=text_at(line, "ram:AssociatedDocumentLineDocument/ram:LineID") or "",
        net=_needed(amount_at(line, total), "the amount of a line (BT-131)"),
        item=model.Item(
            name=text_at(line, "ram:SpecifiedTradeProduct/ram:Name") or "",
            description=lines_at(line, "ram:SpecifiedTradeProduct/ram:Description"),
            seller_id=text_at(line, "ram:SpecifiedTradeProduct/ram:SellerAssignedID"),
            buyer_id=text_at(line, "ram:SpecifiedTradeProduct/ram:BuyerAssignedID"),
        ),
        quantity=number_at(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"),
        unit=None if quantity is None else attribute(quantity, "unitCode"),
        price=None
        if charged is None
        else model.Price(net=charged, base_quantity=number_at(line, f"{price}/ram:BasisQuantity")),
        vat_category=text_at(line, f"{settled}/ram:ApplicableTradeTax/ram:CategoryCode"),
        vat_rate=number_at(line, f"{settled}/ram:ApplicableTradeTax/ram:RateApplicablePercent"),
        note=lines_at(line, "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content"),
        period=_period(find(line, f"{settled}/ram:BillingSpecifiedPeriod")),
    )
