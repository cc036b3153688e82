"""What a check found, in the shape the API shows it.

`rule` is the official identifier (BR-02, PEPPOL-EN16931-R003, ...) where a published rule exists.
What no published rule covers has one of the identifiers of our own below; they are stable, since
programs that publish documents react to them.

| id         | meaning                                                                     |
|------------|-----------------------------------------------------------------------------|
| `SIZE`     | more bytes or more markup than the caller accepts                           |
| `ENCODING` | an encoding outside the short list, or one that contradicts the bytes       |
| `DOCTYPE`  | a document type declaration: the door to entities and external files        |
| `XML`      | not well-formed XML (also: empty, compressed, or no XML at all)             |
| `NOT-UBL`  | XML, but neither a UBL 2 Invoice nor a UBL 2 CreditNote                     |
| `XSD`      | violates the schema: UBL 2.1, or that of Factur-X                           |
| `VALUE`    | schema-valid, but a date or number that no invoice can carry                |
| `ENGINE`   | the rules could not be applied to the file                                  |
| `LIMIT`    | checking the file takes more CPU time or memory than any file may           |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["fatal", "warning"]

SIZE = "SIZE"
ENCODING = "ENCODING"
DOCTYPE = "DOCTYPE"
XML = "XML"
NOT_UBL = "NOT-UBL"
XSD = "XSD"
VALUE = "VALUE"
ENGINE = "ENGINE"
LIMIT = "LIMIT"

MESSAGE_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation about a document."""

    rule: str
    severity: Severity
    location: str  # XPath with prefixes such as cac, cbc, ram; "/" for the document itself
    message: str
    line: int | None = None  # line in the file, from 1


class InvalidUbl(Exception):
    """The bytes are refused; `findings` holds every reason that could be established."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("; ".join(f"{f.rule}: {f.message}" for f in self.findings[:3]))


def finding(
    rule: str, severity: Severity, message: str, location: str = "/", line: int | None = None
) -> Finding:
    """A finding whose message is cut to a length that can be shown and logged."""
    short = message if len(message) <= MESSAGE_LENGTH else message[: MESSAGE_LENGTH - 1] + "…"
    return Finding(rule, severity, location, short, line)


def fatal(rule: str, message: str, location: str = "/", line: int | None = None) -> Finding:
    """The same for a fatal finding."""
    return finding(rule, "fatal", message, location, line)


def refuse(rule: str, message: str, location: str = "/", line: int | None = None) -> InvalidUbl:
    """The exception for a single fatal finding, to be raised by the caller."""
    return InvalidUbl((fatal(rule, message, location, line),))
