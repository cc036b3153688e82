"""Finding one's way in a UBL tree: by namespace, never by the prefix a file happens to use."""

from functools import cache

from api.einvoice._etree import Element

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
EXT = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"

PREFIXES = {
    CAC: "cac:",
    CBC: "cbc:",
    EXT: "ext:",
    INVOICE: "",
    CREDIT_NOTE: "",
    RSM: "rsm:",
    RAM: "ram:",
    UDT: "udt:",
}


def location(element: Element) -> str:
    """The XPath of an element with the usual prefixes, whatever prefixes the file uses."""
    parts: list[str] = []
    current: Element | None = element
    while current is not None:
        parts.append(_step(current))
        current = current.getparent()
    return "/" + "/".join(reversed(parts))


def _step(element: Element) -> str:
    namespace, _, name = element.tag.rpartition("}")
    prefix = PREFIXES.get(namespace[1:])
    shown = f"*:{name}" if prefix is None else prefix + name
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    after = any(True for _ in element.itersiblings(element.tag, preceding=False))
    return f"{shown}[{before + 1}]" if before or after else shown


@cache
def _steps(path: str) -> tuple[str, ...]:
    """The Clark names of a path such as cac:Party/cbc:Name."""
    spaces = {"cac": CAC, "cbc": CBC, "rsm": RSM, "ram": RAM, "udt": UDT}
    pairs = (step.split(":") for step in path.split("/"))
    return tuple(f"{{{spaces[prefix]}}}{name}" for prefix, name in pairs)


def find_all(element: Element, path: str) -> list[Element]:
    """The elements at a child path in the namespaces of invoices, in document order."""
    found = [element]
    for step in _steps(path):
        found = [child for parent in found for child in parent.iterchildren(step)]
    return found


def find(element: Element, path: str) -> Element | None:
    """The first element at a child path, or None."""
    found = element
    for depth, step in enumerate(_steps(path)):
        child = next(found.iterchildren(step), None)
        if child is None:
            # Where the first parent lacks the child, another parent may still have it.
            return next(iter(find_all(element, path)), None) if depth else None
        found = child
    return found


def text_at(element: Element, path: str) -> str | None:
    """The text at a path in one line, blanks collapsed; None when absent or blank."""
    found = find(element, path)
    return None if found is None else line_of(found)


def line_of(element: Element) -> str | None:
    """An element's text in one line, or None when it is blank."""
    return " ".join((element.text or "").split()) or None


def lines_at(element: Element, path: str) -> str | None:
    """The text at a path with its line breaks, stripped; None when absent or blank."""
    found = find(element, path)
    return None if found is None else (found.text or "").strip() or None
