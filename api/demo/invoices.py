"""Invoices and credit notes as Peppol BIS Billing 3.0 wants them, from what happened."""

from datetime import date, timedelta

from api.demo.cast import STAFF, Company
from api.demo.identifiers import (
    creditor_identifier,
    enterprise_number,
    iban,
    structured_communication,
    vat_number,
)
from api.demo.lines import figures_of
from api.demo.occasions import Contract, Occasion
from api.demo.texts import line_texts, text
from api.einvoice import model
from api.einvoice.model import Address, Identifier, Invoice, Party, PaymentMeans, References

ENTERPRISE_SCHEME = "0208"
PLATE_SCHEME, SERIAL_SCHEME = "ABZ", "SE"  # UNCL 1153: vehicle licence number, serial number
CREDIT_TRANSFER, DIRECT_DEBIT = "58", "59"
DEBIT_DAYS, TRANSFER_DAYS = 14, 30

LESSOR_ENTERPRISE = enterprise_number(0)
LESSOR_IBAN = iban(45_678)
LESSOR = Party(
    legal_name="Lumen Lease SA",
    registration=Identifier(LESSOR_ENTERPRISE, ENTERPRISE_SCHEME),
    vat_number=vat_number(LESSOR_ENTERPRISE),
    legal_form="RPM Bruxelles / RPR Brussel",
    endpoint=Identifier(LESSOR_ENTERPRISE, ENTERPRISE_SCHEME),
    address=Address("BE", "Rue des Tilleuls 12", city="Bruxelles", postcode="1000"),
    contact=model.Contact(STAFF.name, "+32 2 555 01 20", "help@lumen-lease.example"),
)


def invoice_of(occasion: Occasion, number: str, corrected: tuple[str, date] | None) -> Invoice:
    """The invoice or credit note of an occasion; `corrected` is what a credit note refers to."""
    company, figures = occasion.contract.company, figures_of(occasion)
    is_credit = occasion.kind == "correction"
    days = DEBIT_DAYS if company.by_debit else TRANSFER_DAYS
    preceding = (model.PrecedingInvoice(*corrected),) if corrected else ()
    return Invoice(
        kind="credit_note" if is_credit else "invoice",
        type_code="381" if is_credit else "380",
        number=number,
        issue_date=occasion.issue_date,
        due_date=None if is_credit else occasion.issue_date + timedelta(days),
        currency="EUR",
        seller=LESSOR,
        buyer=buyer_of(company),
        references=_references(occasion.contract, preceding),
        period=_period(occasion),
        notes=_notes(occasion, corrected),
        payment_means=() if is_credit else (_payment(occasion.contract, number),),
        payment_terms=None if is_credit else _terms(company, days),
        creditor_id=(
            creditor_identifier(LESSOR_ENTERPRISE) if company.by_debit and not is_credit else None
        ),
        allowances_charges=figures.allowances,
        vat_breakdown=figures.vat_breakdown,
        lines=figures.lines,
        totals=figures.totals,
    )


def buyer_of(company: Company) -> Party:
    """A customer as the buyer; its customer number is BT-46."""
    return Party(
        legal_name=company.name,
        identifiers=(Identifier(company.number),),
        registration=Identifier(company.enterprise, ENTERPRISE_SCHEME),
        vat_number=vat_number(company.enterprise),
        endpoint=Identifier(company.enterprise, ENTERPRISE_SCHEME),
        address=Address("BE", company.street, city=company.city, postcode=company.postcode),
    )


def _references(contract: Contract, preceding: tuple[model.PrecedingInvoice, ...]) -> References:
    """Peppol wants an order number or else the buyer's own reference (PEPPOL-EN16931-R003)."""
    company = contract.company
    scheme = PLATE_SCHEME if contract.asset.on_the_road else SERIAL_SCHEME
    return References(
        buyer_reference=None if company.purchase_order else company.contact.name,
        purchase_order=company.purchase_order,
        contract=contract.number,
        invoiced_object=Identifier(contract.identifier, scheme),
        preceding=preceding,
    )


def _period(occasion: Occasion) -> model.Period | None:
    if occasion.kind == "one_off":
        return None
    return model.Period(occasion.first_day, occasion.last_day)


def _notes(occasion: Occasion, corrected: tuple[str, date] | None) -> tuple[str, ...]:
    """At most one note, as Peppol allows (PEPPOL-EN16931-R002)."""
    contract, day = occasion.contract, occasion.first_day
    language = contract.company.language
    if corrected is not None:
        line, _ = line_texts(language, "maintenance")
        return (text(language, "credit", number=corrected[0], line=line),)
    first_of_year = day.month <= contract.lease.every and day.year > contract.start.year
    if occasion.kind == "bill" and first_of_year:
        return (text(language, "indexation", contract=contract.number, year=day.year),)
    return ()


def _payment(contract: Contract, number: str) -> PaymentMeans:
    company = contract.company
    digits = int("".join(c for c in number if c.isdigit()))
    reference = structured_communication(digits)
    if company.by_debit:
        return PaymentMeans(
            DIRECT_DEBIT,
            text(company.language, "debit"),
            reference,
            mandate=f"{company.number}-M1",
            debited_account=company.iban,
        )
    return PaymentMeans(
        CREDIT_TRANSFER,
        text(company.language, "transfer"),
        reference,
        LESSOR_IBAN,
        account_name="Lumen Lease SA",
    )


def _terms(company: Company, days: int) -> str:
    name = "terms_debit" if company.by_debit else "terms_transfer"
    return text(company.language, name, days=days)
