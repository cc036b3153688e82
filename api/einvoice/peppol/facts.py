"""What the rules ask of a document as a whole, established once.

| variable                  | meaning                                                              |
|---------------------------|----------------------------------------------------------------------|
| `$process`                | 01 or 02 by BT-23, else `unknown`                                    |
| `$seller`, `$buyer`       | country of the VAT number, else (seller) of the tax representative's |
|                           | VAT number, else of the postal address, else XX                      |
| `$seller_country`         | the same without the tax representative                              |
| `$seller_vat_country`     | the first two letters of the seller's VAT number                     |
| `$…_address`              | country of the postal address of seller, buyer or representative     |
"""

from dataclasses import dataclass, field
from typing import Any

from api.einvoice._etree import Element
from api.einvoice.tree import CAC, CBC

SPACES = {"cac": CAC, "cbc": CBC}
UNKNOWN = "unknown"
PROCESSES = {
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0": "01",
    "urn:peppol:bis:billing_with_response": "02",
    "urn:peppol:france:billing:regulated": "01",
    "urn:peppol:france:billing:non-regulated": "01",
}
SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
REPRESENTATIVE = "cac:TaxRepresentativeParty"
COUNTRY = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one document, and the code lists of the release."""

    currency: str | None
    currencies: frozenset[str]
    variables: dict[str, str] = field(default_factory=dict)


def facts_of(root: Element, lists: dict[str, str], currencies: frozenset[str]) -> Facts:
    """Establish the facts of a document that the schema has accepted."""
    seller_vat, buyer_vat = _vat_country(root, SELLER), _vat_country(root, BUYER)
    seller_address, buyer_address = _country(root, SELLER), _country(root, BUYER)
    representative_vat = _vat_country(root, REPRESENTATIVE)
    variables = {
        "process": PROCESSES.get(_text(root, "cbc:ProfileID"), UNKNOWN),
        "seller": seller_vat or representative_vat or seller_address or "XX",
        "buyer": buyer_vat or buyer_address or "XX",
        "seller_country": seller_vat or seller_address or "XX",
        "seller_vat_country": seller_vat,
        "seller_address": seller_address,
        "buyer_address": buyer_address,
        "representative_address": _country(root, REPRESENTATIVE),
        **lists,
    }
    return Facts(_raw(root, "cbc:DocumentCurrencyCode"), currencies, variables)


def _find(root: Any, path: str) -> Any:
    return root.find(path, SPACES)


def _raw(root: Any, path: str) -> str | None:
    found = _find(root, path)
    return None if found is None else found.text


def _text(root: Any, path: str) -> str:
    return " ".join((_raw(root, path) or "").split())


def _country(root: Any, party: str) -> str:
    return _text(root, f"{party}/{COUNTRY}").upper()


def _vat_country(root: Any, party: str) -> str:
    for scheme in root.iterfind(f"{party}/cac:PartyTaxScheme", SPACES):
        if _raw(scheme, "cac:TaxScheme/cbc:ID") == "VAT":
            return (_raw(scheme, "cbc:CompanyID") or "")[:2].strip().upper()
    return ""
