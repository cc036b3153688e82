"""The header of a schema-valid UBL document as values of the model (einvoicing/ubl-mapping)."""

from datetime import date
from decimal import Decimal

from api.einvoice._etree import Element
from api.einvoice.attachment import Attachment
from api.einvoice.extract_lines import allowances_charges, lines_of
from api.einvoice.extract_parties import party, payee, sepa_creditor, tax_representative
from api.einvoice.extract_values import (
    address,
    amount_at,
    attribute,
    date_at,
    identifier,
    number_at,
    period,
)
from api.einvoice.findings import refuse
from api.einvoice.model import (
    Delivery,
    Invoice,
    Kind,
    PaymentMeans,
    PrecedingInvoice,
    References,
    Totals,
    VatGroup,
)
from api.einvoice.tree import find, find_all, line_of, lines_at, location, text_at

PROJECT = "50"  # document type codes of UNTDID 1001 that are no attachments
INVOICED_OBJECT = "130"
NOT_AVAILABLE = "NA"  # Peppol's purchase order where the schema demands one beside a sales order


def extract_invoice(root: Element, kind: Kind) -> Invoice:
    """Every business term of the document; raises InvalidUbl (VALUE, BR-02, BR-03)."""
    issue_date = date_at(root, "cbc:IssueDate")
    if issue_date is None:
        raise refuse("BR-03", "The document has no issue date (BT-2).")
    number = text_at(root, "cbc:ID")
    if number is None:
        raise refuse("BR-02", "The document has no number (BT-1).")
    currency = _currency(root)
    tax_currency = text_at(root, "cbc:TaxCurrencyCode")
    means = find_all(root, "cac:PaymentMeans")
    return Invoice(
        kind=kind,
        number=number,
        issue_date=issue_date,
        currency=currency,
        seller=party(find(root, "cac:AccountingSupplierParty/cac:Party")),
        buyer=party(find(root, "cac:AccountingCustomerParty/cac:Party")),
        totals=_totals(root, currency),
        type_code=text_at(root, f"cbc:{_element(kind)}TypeCode"),
        due_date=_due_date(root, kind, means),
        tax_point_date=date_at(root, "cbc:TaxPointDate"),
        tax_currency=tax_currency,
        customization_id=text_at(root, "cbc:CustomizationID"),
        profile_id=text_at(root, "cbc:ProfileID"),
        notes=tuple(note for e in find_all(root, "cbc:Note") if (note := (e.text or "").strip())),
        references=_references(root),
        period=period(find(root, "cac:InvoicePeriod")),
        delivery=_delivery(find(root, "cac:Delivery")),
        payee=payee(find(root, "cac:PayeeParty")),
        tax_representative=tax_representative(find(root, "cac:TaxRepresentativeParty")),
        payment_means=tuple(_payment_means(e) for e in means),
        payment_terms=lines_at(root, "cac:PaymentTerms/cbc:Note"),
        creditor_id=sepa_creditor(root),
        allowances_charges=allowances_charges(root),
        vat_total_in_tax_currency=_accounting_vat(root, currency, tax_currency),
        vat_breakdown=tuple(_vat_group(e) for e in find_all(root, "cac:TaxTotal/cac:TaxSubtotal")),
        lines=lines_of(root, kind),
        attachments=_attachments(root),
    )


def _element(kind: Kind) -> str:
    return "Invoice" if kind == "invoice" else "CreditNote"


def _currency(root: Element) -> str:
    """BT-5; the schema lets it be absent (BR-05 reports that), but never on the amount due."""
    currency = text_at(root, "cbc:DocumentCurrencyCode")
    payable = find(root, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    return currency or (attribute(payable, "currencyID") if payable is not None else None) or ""


def _due_date(root: Element, kind: Kind, means: list[Element]) -> date | None:
    """BT-9, which a credit note can only tell with its payment means."""
    if kind == "invoice":
        return date_at(root, "cbc:DueDate")
    dates = (date_at(e, "cbc:PaymentDueDate") for e in means)
    return next((day for day in dates if day), None)


def _references(root: Element) -> References:
    project = text_at(root, "cac:ProjectReference/cbc:ID")
    invoiced_object = None
    for document in find_all(root, "cac:AdditionalDocumentReference"):
        type_code = text_at(document, "cbc:DocumentTypeCode")
        if type_code == PROJECT:
            project = project or text_at(document, "cbc:ID")
        elif type_code == INVOICED_OBJECT:
            invoiced_object = invoiced_object or identifier(find(document, "cbc:ID"))
    order = text_at(root, "cac:OrderReference/cbc:ID")
    sales_order = text_at(root, "cac:OrderReference/cbc:SalesOrderID")
    return References(
        buyer_reference=text_at(root, "cbc:BuyerReference"),
        project=project,
        contract=text_at(root, "cac:ContractDocumentReference/cbc:ID"),
        purchase_order=None if order == NOT_AVAILABLE and sales_order else order,
        sales_order=sales_order,
        receipt=text_at(root, "cac:ReceiptDocumentReference/cbc:ID"),
        despatch=text_at(root, "cac:DespatchDocumentReference/cbc:ID"),
        tender=text_at(root, "cac:OriginatorDocumentReference/cbc:ID"),
        invoiced_object=invoiced_object,
        accounting_cost=text_at(root, "cbc:AccountingCost"),
        preceding=tuple(
            PrecedingInvoice(number, date_at(e, "cbc:IssueDate"))
            for e in find_all(root, "cac:BillingReference/cac:InvoiceDocumentReference")
            if (number := text_at(e, "cbc:ID"))
        ),
    )


def _delivery(element: Element | None) -> Delivery | None:
    if element is None:
        return None
    found = Delivery(
        name=text_at(element, "cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location=identifier(find(element, "cac:DeliveryLocation/cbc:ID")),
        actual_date=date_at(element, "cbc:ActualDeliveryDate"),
        address=address(find(element, "cac:DeliveryLocation/cac:Address")),
    )
    return None if found == Delivery() else found


def _payment_means(element: Element) -> PaymentMeans:
    code = find(element, "cbc:PaymentMeansCode")
    account = find(element, "cac:PayeeFinancialAccount")
    card = find(element, "cac:CardAccount")
    return PaymentMeans(
        code=(line_of(code) or "") if code is not None else "",
        text=attribute(code, "name") if code is not None else None,
        reference=text_at(element, "cbc:PaymentID"),
        account=None if account is None else text_at(account, "cbc:ID"),
        account_name=None if account is None else text_at(account, "cbc:Name"),
        bic=(
            None if account is None else text_at(account, "cac:FinancialInstitutionBranch/cbc:ID")
        ),
        card_number=None if card is None else text_at(card, "cbc:PrimaryAccountNumberID"),
        card_holder=None if card is None else text_at(card, "cbc:HolderName"),
        mandate=text_at(element, "cac:PaymentMandate/cbc:ID"),
        debited_account=text_at(element, "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"),
    )


def _totals(root: Element, currency: str) -> Totals:
    total = find(root, "cac:LegalMonetaryTotal")
    payable = None if total is None else amount_at(total, "cbc:PayableAmount")
    if total is None or payable is None:
        raise refuse("BR-15", "The document has no amount due (BT-115).", location(root))
    return Totals(
        payable=payable,
        line_total=amount_at(total, "cbc:LineExtensionAmount"),
        allowance_total=amount_at(total, "cbc:AllowanceTotalAmount"),
        charge_total=amount_at(total, "cbc:ChargeTotalAmount"),
        net=amount_at(total, "cbc:TaxExclusiveAmount"),
        vat=_vat_total(root, currency),
        gross=amount_at(total, "cbc:TaxInclusiveAmount"),
        prepaid=amount_at(total, "cbc:PrepaidAmount"),
        rounding=amount_at(total, "cbc:PayableRoundingAmount"),
    )


def _vat_total(root: Element, currency: str) -> Decimal | None:
    """BT-110: the total with the breakdown; without one, a total in the document's currency."""
    totals = find_all(root, "cac:TaxTotal")
    with_groups = [e for e in totals if find(e, "cac:TaxSubtotal") is not None]
    candidates = with_groups or [e for e in totals if _tax_currency(e) == currency]
    return amount_at(candidates[0], "cbc:TaxAmount") if candidates else None


def _accounting_vat(root: Element, currency: str, tax_currency: str | None) -> Decimal | None:
    """BT-111: the total without breakdown, in the accounting currency (BT-6)."""
    if tax_currency is None or tax_currency == currency:
        return None
    for total in find_all(root, "cac:TaxTotal"):
        if _tax_currency(total) == tax_currency and find(total, "cac:TaxSubtotal") is None:
            return amount_at(total, "cbc:TaxAmount")
    return None


def _tax_currency(total: Element) -> str | None:
    amount = find(total, "cbc:TaxAmount")
    return None if amount is None else attribute(amount, "currencyID")


def _vat_group(element: Element) -> VatGroup:
    category = find(element, "cac:TaxCategory")
    tax = amount_at(element, "cbc:TaxAmount")
    taxable = amount_at(element, "cbc:TaxableAmount")
    if category is None or tax is None:
        raise refuse("BR-46", "A VAT group has no tax amount (BT-117).", location(element))
    return VatGroup(
        category=text_at(category, "cbc:ID"),
        rate=number_at(category, "cbc:Percent"),
        taxable=taxable,
        tax=tax,
        exemption_reason=lines_at(category, "cbc:TaxExemptionReason"),
        exemption_code=text_at(category, "cbc:TaxExemptionReasonCode"),
    )


def _attachments(root: Element) -> tuple[Attachment, ...]:
    documents = find_all(root, "cac:AdditionalDocumentReference")
    types = (PROJECT, INVOICED_OBJECT)
    return tuple(
        _attachment(e) for e in documents if text_at(e, "cbc:DocumentTypeCode") not in types
    )


def _attachment(element: Element) -> Attachment:
    binary = find(element, "cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
    return Attachment(
        id=text_at(element, "cbc:ID") or "",
        description=text_at(element, "cbc:DocumentDescription"),
        uri=text_at(element, "cac:Attachment/cac:ExternalReference/cbc:URI"),
        encoded=None if binary is None else "".join((binary.text or "").split()),
        mime_code=None if binary is None else attribute(binary, "mimeCode"),
        filename=None if binary is None else attribute(binary, "filename"),
    )
