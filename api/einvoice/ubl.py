"""An Invoice to UBL 2.1 as Peppol BIS Billing 3.0 wants it: the reverse of reading.

The order of elements is the schema's, which differs between Invoice and CreditNote. Figures are
written as they are: consistent figures give a valid document, others are not repaired.
"""

from api.einvoice._etree import etree
from api.einvoice.attachment import Attachment
from api.einvoice.build import (
    Built,
    address,
    allowance_charge,
    amount,
    branch,
    identifier,
    leaf,
    period,
    vat_category,
)
from api.einvoice.build_lines import line
from api.einvoice.build_parties import party, payee, tax_representative
from api.einvoice.model import Delivery, Invoice, PaymentMeans
from api.einvoice.tree import CAC, CBC, CREDIT_NOTE, INVOICE

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
NOT_AVAILABLE = "NA"  # Peppol's filler where the schema demands an element the sender has not


def write_ubl(invoice: Invoice) -> bytes:
    """The document in UTF-8.

    What is missing of BT-3, BT-23 and BT-24 becomes 380 or 381, billing 01 and Peppol BIS 3.0.
    Raises ValueError for text that XML cannot hold (control characters), and for a credit note
    with a due date but no payment means, since only those can carry it (BT-9).
    """
    is_invoice = invoice.kind == "invoice"
    if invoice.due_date and not is_invoice and not invoice.payment_means:
        raise ValueError("A credit note carries its due date with its payment means.")
    namespace, name = (INVOICE, "Invoice") if is_invoice else (CREDIT_NOTE, "CreditNote")
    spaces = {None: namespace, "cac": CAC, "cbc": CBC}
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=spaces)
    head = _invoice_head(invoice) if is_invoice else _credit_note_head(invoice)
    root.extend([e for e in (*head, *_body(invoice)) if e is not None])
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _invoice_head(invoice: Invoice) -> list[Built]:
    return [
        *_identification(invoice),
        leaf("cbc:DueDate", invoice.due_date),
        leaf("cbc:InvoiceTypeCode", invoice.type_code or "380"),
        *(leaf("cbc:Note", note) for note in invoice.notes),
        leaf("cbc:TaxPointDate", invoice.tax_point_date),
        *_currencies_and_order(invoice),
        branch("cac:OriginatorDocumentReference", leaf("cbc:ID", invoice.references.tender)),
        branch("cac:ContractDocumentReference", leaf("cbc:ID", invoice.references.contract)),
        *_documents(invoice),
        branch("cac:ProjectReference", leaf("cbc:ID", invoice.references.project)),
    ]


def _credit_note_head(invoice: Invoice) -> list[Built]:
    project = invoice.references.project and branch(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", invoice.references.project),
        leaf("cbc:DocumentTypeCode", "50"),
    )
    return [
        *_identification(invoice),
        leaf("cbc:TaxPointDate", invoice.tax_point_date),
        leaf("cbc:CreditNoteTypeCode", invoice.type_code or "381"),
        *(leaf("cbc:Note", note) for note in invoice.notes),
        *_currencies_and_order(invoice),
        branch("cac:ContractDocumentReference", leaf("cbc:ID", invoice.references.contract)),
        project,
        *_documents(invoice),
        branch("cac:OriginatorDocumentReference", leaf("cbc:ID", invoice.references.tender)),
    ]


def _identification(invoice: Invoice) -> list[Built]:
    return [
        leaf("cbc:CustomizationID", invoice.customization_id or CUSTOMIZATION),
        leaf("cbc:ProfileID", invoice.profile_id or PROFILE),
        leaf("cbc:ID", invoice.number),
        leaf("cbc:IssueDate", invoice.issue_date),
    ]


def _currencies_and_order(invoice: Invoice) -> list[Built]:
    references = invoice.references
    order = references.purchase_order or (NOT_AVAILABLE if references.sales_order else None)
    return [
        leaf("cbc:DocumentCurrencyCode", invoice.currency),
        leaf("cbc:TaxCurrencyCode", invoice.tax_currency),
        leaf("cbc:AccountingCost", references.accounting_cost),
        leaf("cbc:BuyerReference", references.buyer_reference),
        period(invoice.period),
        branch(
            "cac:OrderReference",
            leaf("cbc:ID", order),
            leaf("cbc:SalesOrderID", references.sales_order),
        ),
        *(
            branch(
                "cac:BillingReference",
                branch(
                    "cac:InvoiceDocumentReference",
                    leaf("cbc:ID", preceding.number),
                    leaf("cbc:IssueDate", preceding.issue_date),
                ),
            )
            for preceding in references.preceding
        ),
        branch("cac:DespatchDocumentReference", leaf("cbc:ID", references.despatch)),
        branch("cac:ReceiptDocumentReference", leaf("cbc:ID", references.receipt)),
    ]


def _documents(invoice: Invoice) -> list[Built]:
    invoiced_object = invoice.references.invoiced_object and branch(
        "cac:AdditionalDocumentReference",
        identifier("cbc:ID", invoice.references.invoiced_object),
        leaf("cbc:DocumentTypeCode", "130"),
    )
    return [invoiced_object, *(_attachment(a) for a in invoice.attachments)]


def _attachment(value: Attachment) -> Built:
    return branch(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", value.id),
        leaf("cbc:DocumentDescription", value.description),
        branch(
            "cac:Attachment",
            leaf(
                "cbc:EmbeddedDocumentBinaryObject",
                value.encoded,
                mimeCode=value.mime_code,
                filename=value.filename,
            ),
            branch("cac:ExternalReference", leaf("cbc:URI", value.uri)),
        ),
    )


def _body(invoice: Invoice) -> list[Built]:
    currency = invoice.currency
    seller_creditor = None if invoice.payee else invoice.creditor_id
    return [
        branch("cac:AccountingSupplierParty", party(invoice.seller, seller_creditor)),
        branch("cac:AccountingCustomerParty", party(invoice.buyer)),
        payee(invoice.payee, invoice.creditor_id),
        tax_representative(invoice.tax_representative),
        _delivery(invoice.delivery),
        *(_payment_means(invoice, means) for means in invoice.payment_means),
        branch("cac:PaymentTerms", leaf("cbc:Note", invoice.payment_terms)),
        *(allowance_charge(value, currency) for value in invoice.allowances_charges),
        *_tax_totals(invoice),
        _monetary_total(invoice),
        *(line(value, invoice.kind, currency) for value in invoice.lines),
    ]


def _delivery(value: Delivery | None) -> Built:
    if value is None:
        return None
    return branch(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", value.actual_date),
        branch(
            "cac:DeliveryLocation",
            identifier("cbc:ID", value.location),
            address("cac:Address", value.address),
        ),
        branch(
            "cac:DeliveryParty",
            branch("cac:PartyName", leaf("cbc:Name", value.name)),
        ),
    )


def _payment_means(invoice: Invoice, means: PaymentMeans) -> Built:
    due_date = invoice.due_date if invoice.kind == "credit_note" else None
    network = NOT_AVAILABLE if means.card_number else None
    return branch(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", means.code, name=means.text),
        leaf("cbc:PaymentDueDate", due_date),
        leaf("cbc:PaymentID", means.reference),
        branch(
            "cac:CardAccount",
            leaf("cbc:PrimaryAccountNumberID", means.card_number),
            leaf("cbc:NetworkID", network),
            leaf("cbc:HolderName", means.card_holder),
        ),
        branch(
            "cac:PayeeFinancialAccount",
            leaf("cbc:ID", means.account),
            leaf("cbc:Name", means.account_name),
            branch("cac:FinancialInstitutionBranch", leaf("cbc:ID", means.bic)),
        ),
        branch(
            "cac:PaymentMandate",
            leaf("cbc:ID", means.mandate),
            branch("cac:PayerFinancialAccount", leaf("cbc:ID", means.debited_account)),
        ),
    )


def _tax_totals(invoice: Invoice) -> list[Built]:
    """BG-23 with its total; a second total, without groups, in the accounting currency."""
    currency = invoice.currency
    groups = (
        branch(
            "cac:TaxSubtotal",
            amount("cbc:TaxableAmount", group.taxable, currency),
            amount("cbc:TaxAmount", group.tax, currency),
            vat_category(
                "cac:TaxCategory",
                group.category,
                group.rate,
                group.exemption_code,
                group.exemption_reason,
            ),
        )
        for group in invoice.vat_breakdown
    )
    accounting = invoice.vat_total_in_tax_currency if invoice.tax_currency else None
    return [
        branch("cac:TaxTotal", amount("cbc:TaxAmount", invoice.totals.vat, currency), *groups),
        branch("cac:TaxTotal", amount("cbc:TaxAmount", accounting, invoice.tax_currency or "")),
    ]


def _monetary_total(invoice: Invoice) -> Built:
    totals, currency = invoice.totals, invoice.currency
    return branch(
        "cac:LegalMonetaryTotal",
        amount("cbc:LineExtensionAmount", totals.line_total, currency),
        amount("cbc:TaxExclusiveAmount", totals.net, currency),
        amount("cbc:TaxInclusiveAmount", totals.gross, currency),
        amount("cbc:AllowanceTotalAmount", totals.allowance_total, currency),
        amount("cbc:ChargeTotalAmount", totals.charge_total, currency),
        amount("cbc:PrepaidAmount", totals.prepaid, currency),
        amount("cbc:PayableRoundingAmount", totals.rounding, currency),
        amount("cbc:PayableAmount", totals.payable, currency),
    )
