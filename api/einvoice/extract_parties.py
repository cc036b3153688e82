"""Seller, buyer, payee and tax representative out of a schema-valid UBL tree."""

from api.einvoice._etree import Element
from api.einvoice.extract_values import address, identifier
from api.einvoice.model import Contact, Party, Payee, TaxRepresentative
from api.einvoice.tree import find, find_all, text_at

SEPA = "SEPA"  # the scheme that marks a creditor identifier (BT-90) among party identifiers


def party(element: Element | None) -> Party:
    """BG-4 or BG-7; an empty party when there is no such element."""
    if element is None:
        return Party()
    identifiers = (identifier(e) for e in find_all(element, "cac:PartyIdentification/cbc:ID"))
    return Party(
        legal_name=text_at(element, "cac:PartyLegalEntity/cbc:RegistrationName"),
        trading_name=text_at(element, "cac:PartyName/cbc:Name"),
        identifiers=tuple(i for i in identifiers if i and i.scheme != SEPA),
        registration=identifier(find(element, "cac:PartyLegalEntity/cbc:CompanyID")),
        vat_number=_tax_number(element, vat=True),
        tax_number=_tax_number(element, vat=False),
        legal_form=text_at(element, "cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        endpoint=identifier(find(element, "cbc:EndpointID")),
        address=address(find(element, "cac:PostalAddress")),
        contact=_contact(find(element, "cac:Contact")),
    )


def _tax_number(element: Element, *, vat: bool) -> str | None:
    for scheme in find_all(element, "cac:PartyTaxScheme"):
        name = (text_at(scheme, "cac:TaxScheme/cbc:ID") or "").upper()
        number = text_at(scheme, "cbc:CompanyID")
        if number and (name == "VAT") is vat:
            return number
    return None


def _contact(element: Element | None) -> Contact | None:
    if element is None:
        return None
    found = Contact(
        name=text_at(element, "cbc:Name"),
        phone=text_at(element, "cbc:Telephone"),
        email=text_at(element, "cbc:ElectronicMail"),
    )
    return None if found == Contact() else found


def payee(element: Element | None) -> Payee | None:
    """BG-10; None when the seller is paid."""
    if element is None:
        return None
    identifiers = (identifier(e) for e in find_all(element, "cac:PartyIdentification/cbc:ID"))
    return Payee(
        name=text_at(element, "cac:PartyName/cbc:Name"),
        identifier=next((i for i in identifiers if i and i.scheme != SEPA), None),
        registration=identifier(find(element, "cac:PartyLegalEntity/cbc:CompanyID")),
    )


def sepa_creditor(root: Element) -> str | None:
    """BT-90, which stands with the payee, else with the seller (UBL-SR-29)."""
    paths = ("cac:PayeeParty", "cac:AccountingSupplierParty/cac:Party")
    for path in paths:
        for element in find_all(root, f"{path}/cac:PartyIdentification/cbc:ID"):
            found = identifier(element)
            if found is not None and found.scheme == SEPA:
                return found.value
    return None


def tax_representative(element: Element | None) -> TaxRepresentative | None:
    """BG-11."""
    if element is None:
        return None
    return TaxRepresentative(
        name=text_at(element, "cac:PartyName/cbc:Name"),
        vat_number=_tax_number(element, vat=True),
        address=address(find(element, "cac:PostalAddress")),
    )
