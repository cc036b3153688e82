"""CSV (RFC 4180) for programs or for a spreadsheet program of the reader's country."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.core.settings import Language
from api.einvoice.csv import BOM, neutralise
from api.exports.columns import Row, Value
from api.exports.schemas import ExportQuery

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
# Where a comma marks decimals, spreadsheet programs expect semicolons between cells.
LOCALES: dict[Language, tuple[str, str]] = {
    "fr": ("semicolon", "comma"),
    "nl": ("semicolon", "comma"),
    "de": ("semicolon", "comma"),
    "en": ("comma", "point"),
}


@dataclass(frozen=True, slots=True)
class CsvWriter:
    """Writes rows as bytes, in pieces."""

    separator: str
    decimal_comma: bool
    bom: bool

    media_type = "text/csv; charset=utf-8"

    @classmethod
    def of(cls, query: ExportQuery) -> "CsvWriter":
        """The writer that a query asks for."""
        separator, decimal = LOCALES[query.locale or "en"]
        return cls(
            separator=SEPARATORS[query.separator or separator],
            decimal_comma=(query.decimal or decimal) == "comma",
            bom=query.bom,
        )

    def begin(self, titles: list[str]) -> bytes:
        """The byte order mark, if wanted, and the first row."""
        return (BOM if self.bom else b"") + self.rows([titles])

    def rows(self, rows: Iterable[Row]) -> bytes:
        """Rows, each ended by CR LF."""
        lines = (self.separator.join(map(self._cell, row)) for row in rows)
        return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")

    def end(self) -> bytes:
        """A CSV just ends."""
        return b""

    def _cell(self, value: Value) -> str:
        if value is None:
            return ""
        if isinstance(value, Decimal):
            text = f"{value:f}"
            if self.decimal_comma:
                text = text.replace(".", ",")
            return f'"{text}"' if self.separator in text else text
        if isinstance(value, date):
            return value.isoformat()
        return '"' + neutralise(value).replace('"', '""') + '"'
