"""What the detail of a document tells: the terms of EN 16931 that a reader needs."""

from datetime import date, datetime
from typing import Literal

from api.core.schema import Money, Output
from api.documents.schemas import Document


class PrecedingInvoice(Output):
    """An invoice that this document corrects (BT-25, BT-26)."""

    number: str
    issue_date: date | None


class References(Output):
    """Numbers that tie the document to other papers."""

    buyer_reference: str | None
    purchase_order: str | None
    sales_order: str | None
    contract: str | None
    project: str | None
    despatch: str | None
    receipt: str | None
    tender: str | None
    invoiced_object: str | None
    accounting_cost: str | None
    preceding_invoices: list[PrecedingInvoice]


class Address(Output):
    """A postal address."""

    street: str | None
    additional: str | None
    line: str | None
    city: str | None
    postcode: str | None
    region: str | None
    country: str | None


class Party(Output):
    """The seller or the buyer."""

    name: str
    trading_name: str | None
    vat_number: str | None
    registration_number: str | None
    legal_form: str | None
    endpoint: str | None
    address: Address | None
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None


class VatGroup(Output):
    """One category and rate of the VAT breakdown (BG-23)."""

    category: str | None
    rate: str | None
    taxable_amount: Money | None
    tax_amount: Money
    exemption_reason: str | None
    exemption_code: str | None


class AllowanceCharge(Output):
    """An allowance or a charge, of the document (BG-20, BG-21) or of a line (BG-27, BG-28)."""

    is_charge: bool
    amount: Money
    percentage: str | None
    reason: str | None


class ItemProperty(Output):
    """Something that is told of an item (BG-32)."""

    name: str
    value: str


class Delivery(Output):
    """When and where the goods or services were delivered (BG-13)."""

    date: date | None
    name: str | None
    address: Address | None


class TaxRepresentative(Output):
    """Who answers for the seller's VAT (BG-11)."""

    name: str | None
    vat_number: str | None


class Line(Output):
    """An invoice line (BG-25)."""

    id: str
    name: str
    description: str | None
    note: str | None
    quantity: str | None
    unit: str | None
    price: str | None
    price_base_quantity: str | None
    net_amount: Money
    vat_category: str | None
    vat_rate: str | None
    period_start: date | None
    period_end: date | None
    seller_item_id: str | None
    buyer_item_id: str | None = None
    standard_item_id: str | None = None
    order_line: str | None = None
    accounting_cost: str | None = None
    properties: list[ItemProperty] = []
    allowances_charges: list[AllowanceCharge] = []


class Totals(Output):
    """The document's totals (BG-22)."""

    line_total: Money | None
    allowance_total: Money | None
    charge_total: Money | None
    prepaid: Money | None
    rounding: Money | None
    payable: Money


class Payment(Output):
    """How to pay: the code of the payment means (BT-81), and a QR code for a credit transfer."""

    means: str
    iban: str | None
    bic: str | None
    account_name: str | None
    reference: str | None
    structured_communication: str | None
    terms: str | None
    mandate: str | None
    debited_account: str | None = None
    creditor_id: str | None = None
    card_number: str | None = None
    qr_svg: str | None


class Finding(Output):
    """What a check of the UBL found."""

    rule: str
    severity: Literal["fatal", "warning"]
    location: str
    message: str


class Validation(Output):
    """By which rules the UBL was checked, and what was found."""

    profile: str
    layers: list[str]
    valid: bool
    findings: list[Finding]


class SealCertificate(Output):
    """The certificate of a seal; `serial` and `sha256` are hexadecimal."""

    issuer: str
    serial: str
    sha256: str
    expires_at: datetime


class Seal(Output):
    """The PDF's electronic seal (PAdES), as it was when the document was published.

    The stored file is the same ever since: its SHA-256 is compared whenever it is read. `rendered`:
    the page was made from the UBL file, which is the invoice.
    """

    signer: str
    signed_at: datetime | None
    intact: bool
    by_this_issuer: bool
    level: Literal["B-B", "B-T"]
    rendered: bool
    certificate: SealCertificate


class DocumentDetail(Document):
    """A document with everything the detail page shows."""

    notes: list[str]
    period_start: date | None
    period_end: date | None
    references: References | None
    seller: Party | None
    buyer: Party | None
    totals: Totals | None
    vat_breakdown: list[VatGroup]
    lines: list[Line]
    type_code: str | None
    tax_point_date: date | None
    tax_currency: str | None
    vat_in_tax_currency: Money | None
    delivery: Delivery | None
    payee: str | None
    tax_representative: TaxRepresentative | None
    allowances_charges: list[AllowanceCharge]
    payment: Payment | None
    seal: Seal | None
    validation: Validation | None
    sha256: dict[Literal["pdf", "ubl"], str]
    published_at: datetime
