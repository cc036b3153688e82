"""Peppol BIS Billing 3.0: the rules on top of EN 16931, written natively.

The rules are data, one file per release in `releases/`, with the date from which it is in force.
They were written from the published specification in words of our own; the official Schematron is
not part of the product.
"""

from api.einvoice.peppol.check import check_peppol
from api.einvoice.peppol.releases import Release, in_force, names, release

__all__ = ["Release", "check_peppol", "in_force", "names", "release"]
