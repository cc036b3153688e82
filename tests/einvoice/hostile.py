"""Hostile UBL, made here; `python hostile.py NAME` reads one and prints what it cost.

Memory is measured in a process of its own: the peak above what it used before reading, where the
hostile bytes themselves are already counted.
"""

import gzip
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from api.einvoice.findings import InvalidUbl
from api.einvoice.parse import read_ubl
from api.einvoice.schema import warm_up

NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)


def invoice(body: str = "<cbc:ID>1</cbc:ID>", prolog: str = "") -> str:
    """An Invoice with this content."""
    return f"{prolog}<Invoice {NAMESPACES}>{body}</Invoice>"


def declared(subset: str, body: str = "<cbc:ID>&e;</cbc:ID>") -> str:
    """An Invoice with a document type declaration."""
    return invoice(body, f"<!DOCTYPE Invoice [{subset}]>")


def laughs(body: str) -> str:
    """Ten entities, each ten times the one before: 10^10 characters."""
    entities = ['<!ENTITY e0 "laugh laugh ">']
    for i in range(1, 11):
        name = "e" if i == 10 else f"e{i}"
        entities.append(f'<!ENTITY {name} "{f"&e{i - 1};" * 10}">')
    return declared("".join(entities), body)


def quadratic() -> bytes:
    """One long entity used very often: small in the file, 10 GB in memory."""
    subset = f'<!ENTITY e "{"A" * 100_000}">'
    return declared(subset, f"<cbc:ID>{'&e;' * 100_000}</cbc:ID>").encode()


XXE = '<!ENTITY e SYSTEM "file:///etc/passwd">'
PARAMETER = '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'
UTF16 = '<?xml version="1.0" encoding="UTF-16"?>'
UTF7 = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [ +ADwAIQ-ENTITY e \'x\'> ]><a/>'

CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "xxe": ("DOCTYPE", lambda: declared(XXE).encode()),
    "xxe_parameter_entity": ("DOCTYPE", lambda: declared(PARAMETER).encode()),
    "external_subset": (
        "DOCTYPE",
        lambda: invoice(prolog='<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/a.dtd">').encode(),
    ),
    "doctype_alone": ("DOCTYPE", lambda: invoice(prolog="<!DOCTYPE Invoice>").encode()),
    "doctype_lower_case": ("DOCTYPE", lambda: invoice(prolog="<!doctype Invoice>").encode()),
    "doctype_after_comments": (
        "DOCTYPE",
        lambda: invoice(prolog=f"<?p <a> ?><!-- <a> {'x' * 10**6} -->\n<!DOCTYPE a>").encode(),
    ),
    "doctype_after_bom": ("DOCTYPE", lambda: b"\xef\xbb\xbf" + declared(XXE).encode()),
    "doctype_utf16": ("DOCTYPE", lambda: (UTF16 + declared(XXE)).encode("utf-16")),
    "doctype_utf16_big_endian": (
        "DOCTYPE",
        lambda: b"\xfe\xff" + (UTF16 + declared(XXE)).encode("utf-16-be"),
    ),
    "doctype_latin1": (
        "DOCTYPE",
        lambda: ('<?xml version="1.0" encoding="ISO-8859-1"?>' + declared(XXE)).encode("latin-1"),
    ),
    "doctype_utf16_without_bom": ("XML", lambda: declared(XXE).encode("utf-16-le")),
    "utf32": ("XML", lambda: declared(XXE).encode("utf-32")),
    "ebcdic": ("XML", lambda: declared(XXE).encode("cp037")),
    "utf7": ("ENCODING", lambda: UTF7),
    "encoding_utf16_but_bytes_utf8": ("ENCODING", (UTF16 + declared(XXE)).encode),
    "encoding_latin1_but_bytes_utf16": (
        "ENCODING",
        lambda: ('<?xml version="1.0" encoding="ISO-8859-1"?>' + invoice()).encode("utf-16"),
    ),
    "encoding_latin1_after_utf8_bom": (
        "ENCODING",
        lambda: (
            b"\xef\xbb\xbf" + ('<?xml version="1.0" encoding="ISO-8859-1"?>' + invoice()).encode()
        ),
    ),
    "encoding_broken_utf8": (
        "XML",
        lambda: invoice("<cbc:ID>\udcff</cbc:ID>").encode(errors="surrogateescape"),
    ),
    "billion_laughs": ("DOCTYPE", lambda: laughs("<cbc:ID>&e;</cbc:ID>").encode()),
    "billion_laughs_in_attribute": ("DOCTYPE", lambda: laughs('<cbc:ID schemeID="&e;"/>').encode()),
    "quadratic_blow_up": ("DOCTYPE", quadratic),
    "entity_without_doctype": ("XML", lambda: invoice("<cbc:ID>&e;</cbc:ID>").encode()),
    "deep_nesting": ("XML", lambda: invoice("<a>" * 200_000).encode()),
    "deep_nesting_closed": ("XML", lambda: invoice("<a>" * 90_000 + "</a>" * 90_000).encode()),
    "deep_nesting_in_a_large_file": (
        "XML",
        lambda: invoice("<a>" * 1000 + "x" * 11_000_000 + "</a>" * 1000).encode(),
    ),
    "text_of_30_mb": ("SIZE", lambda: invoice(f"<cbc:ID>{'x' * 30_000_000}</cbc:ID>").encode()),
    "many_elements": ("SIZE", lambda: invoice("<a/>" * 4_500_000).encode()),
    "many_attributes": (
        "SIZE",
        lambda: invoice("<a " + " ".join(f"a{i}=''" for i in range(900_000)) + "/>").encode(),
    ),
    "many_violations": ("XSD", lambda: invoice('<cbc:ID x="1">1</cbc:ID>' * 95_000).encode()),
    "long_violation": (
        "XSD",
        lambda: invoice(f"<cbc:IssueDate>{'9' * 9_000_000}</cbc:IssueDate>").encode(),
    ),
    "nul_bytes": ("XML", lambda: invoice("<cbc:ID>1\0</cbc:ID>").encode()),
    "nul_reference": ("XML", lambda: invoice("<cbc:ID>&#0;</cbc:ID>").encode()),
    "surrogate_reference": ("XML", lambda: invoice("<cbc:ID>&#xD800;</cbc:ID>").encode()),
    "empty": ("XML", lambda: b""),
    "blanks": ("XML", lambda: b" \r\n\t"),
    "byte_order_mark": ("XML", lambda: b"\xef\xbb\xbf"),
    "gzip": ("XML", lambda: gzip.compress(invoice().encode())),
    "random_bytes": ("XML", lambda: bytes((i * 197 + 91) % 256 for i in range(100_000))),
    "pdf": ("XML", lambda: b"%PDF-1.7\n%%EOF"),
    "json": ("XML", lambda: b'{"Invoice": {}}'),
    "truncated": ("XML", lambda: invoice().encode()[:-9]),
    "unfinished_comment": ("XML", lambda: b"<!-- " + invoice().encode()),
    "two_roots": ("XML", lambda: invoice().encode() * 2),
    "no_root": ("XML", lambda: b"<!-- nothing -->"),
    "order": (
        "NOT-UBL",
        lambda: b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>',
    ),
    "no_namespace": ("NOT-UBL", lambda: b"<Invoice><ID>1</ID></Invoice>"),
    "html": ("NOT-UBL", lambda: b"<html><body/></html>"),
    "xinclude": (
        "XSD",
        lambda: invoice(
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" '
            'href="file:///etc/passwd"/>'
        ).encode(),
    ),
}


def peak() -> int:
    """The highest resident memory of this process so far, in kB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def main(name: str) -> None:
    """Read one case under limits and print the outcome as JSON."""
    warm_up()
    data = CASES[name][1]()
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    before, started = peak(), time.process_time()
    try:
        read_ubl(data)
        findings: list[tuple[str, str]] = []
    except InvalidUbl as refused:
        findings = [(f.rule, f.message) for f in refused.findings]
    seconds = time.process_time() - started
    outcome = {"findings": findings, "seconds": seconds, "kb": peak() - before}
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main(sys.argv[1])
