"""Seller, buyer, payee and tax representative as UBL elements."""

from api.einvoice.build import Built, address, branch, identifier, leaf, vat_scheme
from api.einvoice.model import Identifier, Party, Payee, TaxRepresentative

OTHER_TAX = "TAX"  # any scheme but VAT marks BT-32


def party(value: Party, creditor_id: str | None = None) -> Built:
    """BG-4 or BG-7; `creditor_id` is BT-90 when it stands with the seller."""
    contact = value.contact
    return branch(
        "cac:Party",
        identifier("cbc:EndpointID", value.endpoint),
        *(_identification(item) for item in value.identifiers),
        _creditor(creditor_id),
        branch("cac:PartyName", leaf("cbc:Name", value.trading_name)),
        address("cac:PostalAddress", value.address),
        _tax_scheme(value.vat_number, "VAT"),
        _tax_scheme(value.tax_number, OTHER_TAX),
        branch(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", value.legal_name),
            identifier("cbc:CompanyID", value.registration),
            leaf("cbc:CompanyLegalForm", value.legal_form),
        ),
        contact
        and branch(
            "cac:Contact",
            leaf("cbc:Name", contact.name),
            leaf("cbc:Telephone", contact.phone),
            leaf("cbc:ElectronicMail", contact.email),
        ),
    )


def payee(value: Payee | None, creditor_id: str | None) -> Built:
    """BG-10, with BT-90 when there is one."""
    if value is None:
        return None
    return branch(
        "cac:PayeeParty",
        _identification(value.identifier),
        _creditor(creditor_id),
        branch("cac:PartyName", leaf("cbc:Name", value.name)),
        branch("cac:PartyLegalEntity", identifier("cbc:CompanyID", value.registration)),
    )


def tax_representative(value: TaxRepresentative | None) -> Built:
    """BG-11."""
    if value is None:
        return None
    return branch(
        "cac:TaxRepresentativeParty",
        branch("cac:PartyName", leaf("cbc:Name", value.name)),
        address("cac:PostalAddress", value.address),
        _tax_scheme(value.vat_number, "VAT"),
    )


def _identification(value: Identifier | None) -> Built:
    return branch("cac:PartyIdentification", identifier("cbc:ID", value))


def _creditor(creditor_id: str | None) -> Built:
    return branch("cac:PartyIdentification", leaf("cbc:ID", creditor_id, schemeID="SEPA"))


def _tax_scheme(number: str | None, scheme: str) -> Built:
    if number is None:
        return None
    return branch("cac:PartyTaxScheme", leaf("cbc:CompanyID", number), vat_scheme(scheme))
