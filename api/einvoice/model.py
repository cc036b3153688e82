"""The semantic invoice of EN 16931-1, independent of any syntax.

Each field's comment names its business term (BT) or group (BG). Amounts are in the document
currency unless the name says otherwise, are exactly the file's, and carry at least two decimals.
A credit note's amounts stand as in its file, normally positive: use `signed` before adding up.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from api.einvoice.attachment import Attachment

Kind = Literal["invoice", "credit_note"]

CENT = Decimal("0.01")


def money(value: Decimal) -> Decimal:
    """The same value with at least two decimals; digits beyond the second are kept."""
    exponent = value.as_tuple().exponent
    return value.quantize(CENT) if isinstance(exponent, int) and exponent > -2 else value


def signed(kind: str, amount: Decimal | None) -> Decimal | None:
    """The amount as it counts in a sum: a credit note's is turned round, None stays None."""
    if amount is None or kind != "credit_note":
        return amount
    return -amount if amount else amount


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier and the scheme it belongs to, e.g. 0208 for a Belgian enterprise number."""

    value: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5, BG-8, BG-12, BG-15."""

    country: str | None = None  # BT-40, BT-55, BT-69, BT-80 (ISO 3166-1 alpha-2)
    street: str | None = None  # BT-35, BT-50, BT-64, BT-75
    additional: str | None = None  # BT-36, BT-51, BT-65, BT-76
    line: str | None = None  # BT-162, BT-163, BT-164, BT-165
    city: str | None = None  # BT-37, BT-52, BT-66, BT-77
    postcode: str | None = None  # BT-38, BT-53, BT-67, BT-78
    region: str | None = None  # BT-39, BT-54, BT-68, BT-79


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6, BG-9."""

    name: str | None = None  # BT-41, BT-56
    phone: str | None = None  # BT-42, BT-57
    email: str | None = None  # BT-43, BT-58


@dataclass(frozen=True, slots=True)
class Party:
    """The seller (BG-4) or the buyer (BG-7)."""

    legal_name: str | None = None  # BT-27, BT-44
    trading_name: str | None = None  # BT-28, BT-45
    identifiers: tuple[Identifier, ...] = ()  # BT-29, BT-46
    registration: Identifier | None = None  # BT-30, BT-47
    vat_number: str | None = None  # BT-31, BT-48
    tax_number: str | None = None  # BT-32, seller only
    legal_form: str | None = None  # BT-33, seller only
    endpoint: Identifier | None = None  # BT-34, BT-49
    address: Address | None = None  # BG-5, BG-8
    contact: Contact | None = None  # BG-6, BG-9

    @property
    def name(self) -> str:
        """The name to show: legal, else trading; many files carry only one of them."""
        return self.legal_name or self.trading_name or ""


@dataclass(frozen=True, slots=True)
class Payee:
    """BG-10: who is paid, when that is not the seller."""

    name: str | None = None  # BT-59
    identifier: Identifier | None = None  # BT-60
    registration: Identifier | None = None  # BT-61


@dataclass(frozen=True, slots=True)
class TaxRepresentative:
    """BG-11."""

    name: str | None = None  # BT-62
    vat_number: str | None = None  # BT-63
    address: Address | None = None  # BG-12


@dataclass(frozen=True, slots=True)
class Period:
    """BG-14 for the document, BG-26 for a line; both days are included."""

    start: date | None = None  # BT-73, BT-134
    end: date | None = None  # BT-74, BT-135
    tax_point_code: str | None = None  # BT-8, document only (3, 35, 432)


@dataclass(frozen=True, slots=True)
class Delivery:
    """BG-13."""

    name: str | None = None  # BT-70
    location: Identifier | None = None  # BT-71
    actual_date: date | None = None  # BT-72
    address: Address | None = None  # BG-15


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """BG-3: the invoice that is corrected or credited."""

    number: str  # BT-25
    issue_date: date | None = None  # BT-26


@dataclass(frozen=True, slots=True)
class References:
    """Numbers that tie the document to other papers."""

    buyer_reference: str | None = None  # BT-10
    project: str | None = None  # BT-11
    contract: str | None = None  # BT-12
    purchase_order: str | None = None  # BT-13
    sales_order: str | None = None  # BT-14
    receipt: str | None = None  # BT-15
    despatch: str | None = None  # BT-16
    tender: str | None = None  # BT-17
    invoiced_object: Identifier | None = None  # BT-18
    accounting_cost: str | None = None  # BT-19
    preceding: tuple[PrecedingInvoice, ...] = ()  # BG-3


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """BG-16, with BG-17, BG-18 and BG-19."""

    code: str  # BT-81 (UNCL 4461: 30 and 58 credit transfer, 49 and 59 direct debit, ...)
    text: str | None = None  # BT-82
    reference: str | None = None  # BT-83, as written
    account: str | None = None  # BT-84, an IBAN or a national account number
    account_name: str | None = None  # BT-85
    bic: str | None = None  # BT-86
    card_number: str | None = None  # BT-87, masked by the sender
    card_holder: str | None = None  # BT-88
    mandate: str | None = None  # BT-89
    debited_account: str | None = None  # BT-91


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """BG-20, BG-21 for the document; BG-27, BG-28 for a line. Amounts are without VAT."""

    is_charge: bool
    amount: Decimal  # BT-92, BT-99, BT-136, BT-141
    base_amount: Decimal | None = None  # BT-93, BT-100, BT-137, BT-142
    percentage: Decimal | None = None  # BT-94, BT-101, BT-138, BT-143
    vat_category: str | None = None  # BT-95, BT-102, document only
    vat_rate: Decimal | None = None  # BT-96, BT-103, document only
    reason: str | None = None  # BT-97, BT-104, BT-139, BT-144
    reason_code: str | None = None  # BT-98, BT-105, BT-140, BT-145


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22. The schema demands only `payable`; the rules of EN 16931 demand most others."""

    payable: Decimal  # BT-115; may be zero (paid) or negative
    line_total: Decimal | None = None  # BT-106
    allowance_total: Decimal | None = None  # BT-107
    charge_total: Decimal | None = None  # BT-108
    net: Decimal | None = None  # BT-109
    vat: Decimal | None = None  # BT-110
    gross: Decimal | None = None  # BT-112
    prepaid: Decimal | None = None  # BT-113
    rounding: Decimal | None = None  # BT-114


@dataclass(frozen=True, slots=True)
class VatGroup:
    """BG-23. Its key is (category, rate), not the category alone."""

    category: str | None  # BT-118
    rate: Decimal | None  # BT-119, percent; absent for category O
    taxable: Decimal | None  # BT-116
    tax: Decimal  # BT-117
    exemption_reason: str | None = None  # BT-120
    exemption_code: str | None = None  # BT-121


@dataclass(frozen=True, slots=True)
class Price:
    """BG-29. Prices are without VAT, per `base_quantity` units."""

    net: Decimal  # BT-146
    discount: Decimal | None = None  # BT-147
    gross: Decimal | None = None  # BT-148
    base_quantity: Decimal | None = None  # BT-149; absent means 1
    base_unit: str | None = None  # BT-150


@dataclass(frozen=True, slots=True)
class Classification:
    """BT-158 with its scheme."""

    code: str  # BT-158
    list_id: str | None = None  # BT-158-1
    list_version: str | None = None  # BT-158-2


@dataclass(frozen=True, slots=True)
class Item:
    """BG-31."""

    name: str = ""  # BT-153
    description: str | None = None  # BT-154
    seller_id: str | None = None  # BT-155
    buyer_id: str | None = None  # BT-156
    standard_id: Identifier | None = None  # BT-157
    classifications: tuple[Classification, ...] = ()  # BT-158
    origin_country: str | None = None  # BT-159
    properties: tuple[tuple[str, str], ...] = ()  # BG-32: (BT-160, BT-161)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """BG-25."""

    id: str  # BT-126; in practice neither always numeric nor unique
    net: Decimal  # BT-131
    item: Item
    quantity: Decimal | None = None  # BT-129
    unit: str | None = None  # BT-130, UN/ECE Rec 20
    price: Price | None = None  # BG-29
    vat_category: str | None = None  # BT-151
    vat_rate: Decimal | None = None  # BT-152, percent
    note: str | None = None  # BT-127
    object_id: Identifier | None = None  # BT-128
    order_line: str | None = None  # BT-132
    accounting_cost: str | None = None  # BT-133
    period: Period | None = None  # BG-26
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-27, BG-28


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note; `kind` follows the root element, not the type code."""

    kind: Kind
    number: str  # BT-1
    issue_date: date  # BT-2
    currency: str  # BT-5
    seller: Party  # BG-4
    buyer: Party  # BG-7
    totals: Totals  # BG-22
    type_code: str | None = None  # BT-3
    due_date: date | None = None  # BT-9
    tax_point_date: date | None = None  # BT-7
    tax_currency: str | None = None  # BT-6
    customization_id: str | None = None  # BT-24
    profile_id: str | None = None  # BT-23
    notes: tuple[str, ...] = ()  # BT-22
    references: References = References()
    period: Period | None = None  # BG-14
    delivery: Delivery | None = None  # BG-13
    payee: Payee | None = None  # BG-10
    tax_representative: TaxRepresentative | None = None  # BG-11
    payment_means: tuple[PaymentMeans, ...] = ()  # BG-16
    payment_terms: str | None = None  # BT-20
    creditor_id: str | None = None  # BT-90
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-20, BG-21
    vat_total_in_tax_currency: Decimal | None = None  # BT-111, in `tax_currency`
    vat_breakdown: tuple[VatGroup, ...] = ()  # BG-23
    lines: tuple[InvoiceLine, ...] = ()  # BG-25
    attachments: tuple[Attachment, ...] = ()  # BG-24

    @property
    def payment_reference(self) -> str | None:
        """BT-83; all payment means of a document carry the same one."""
        return next((m.reference for m in self.payment_means if m.reference), None)

    def signed(self, amount: Decimal | None) -> Decimal | None:
        """The amount as it counts in a customer's total: negative for a credit note."""
        return signed(self.kind, amount)
