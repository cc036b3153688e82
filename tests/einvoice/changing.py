"""Changes to sample documents, told in a line each.

    cbc:ProfileID = text          the text of every element at the path (from the root)
    cbc:EndpointID@schemeID = x   an attribute; an empty value removes it
    - cac:OrderReference          the elements are removed
    cbc:Note + <cbc:Note/>        XML is put behind the first of them
    cac:Party < <cbc:X/>          XML becomes the first child of each of them
    cac:Party > <cbc:X/>          XML becomes the last child of each of them

A path is relative to the root; `//x` means anywhere; S and B stand for seller and buyer.
"""

import re
from pathlib import Path
from typing import Any

from lxml import etree

from api.einvoice.tree import CAC, CBC
from api.einvoice.xml import parse

SPACES = {"cac": CAC, "cbc": CBC}
OWN = Path(__file__).parents[1] / "data" / "ubl"
PARTIES = {
    "S": "cac:AccountingSupplierParty/cac:Party",
    "B": "cac:AccountingCustomerParty/cac:Party",
}


def sample(name: str, *changes: str) -> Any:
    """The tree of one of our own samples, changed."""
    root: Any = parse((OWN / f"{name}.xml").read_bytes())
    for change in changes:
        _apply(root, change)
    return parse(etree.tostring(root))


def _apply(root: Any, change: str) -> None:
    if change.startswith("- "):
        for element in _found(root, change[2:]):
            element.getparent().remove(element)
        return
    match = re.fullmatch(r"(\S+?)(?:@(\w+))? ([=+<>]) (.*)", change, re.DOTALL)
    assert match, change
    path, attribute, operator, value = match.groups()
    elements = _found(root, path)
    if operator == "+":
        parent = elements[0].getparent()
        for offset, element in enumerate(_parsed(value), 1):
            parent.insert(parent.index(elements[0]) + offset, element)
        return
    for element in elements:
        _change(element, attribute, operator, value)


def _change(element: Any, attribute: str | None, operator: str, value: str) -> None:
    if operator == "<":
        for place, child in enumerate(_parsed(value)):
            element.insert(place, child)
    elif operator == ">":
        element.extend(_parsed(value))
    elif attribute is None:
        element.text = value.replace("\\n", "\n")
    elif value:
        element.set(attribute, value)
    else:
        element.attrib.pop(attribute, None)


def _found(root: Any, path: str) -> list[Any]:
    steps = path.split("/")
    path = "/".join([PARTIES.get(steps[0], steps[0]), *steps[1:]])
    elements = root.xpath(f".{path}" if path.startswith("//") else path, namespaces=SPACES)
    assert elements, f"nothing at {path}"
    return list(elements)


def _parsed(xml: str) -> list[Any]:
    names = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
    return list(etree.fromstring(f"<x {names}>{xml}</x>"))
