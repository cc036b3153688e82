"""Customer numbers in a CSV file, as spreadsheet programs and ERPs write it.

UTF-8 or Windows-1252; comma, semicolon or tab; the columns in any order, named in any of the
portal's languages. A file is read from where it lies, never as a whole.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any

from pydantic import ValidationError

from api.core import errors
from api.core.errors import FieldError, Problem, invalid_csv
from api.issuer.schemas import CustomerUpsert, Number

SEPARATORS = ",;\t"
# By the names in the API, which are columns too; as written without accents, case and punctuation.
COLUMNS: dict[str, frozenset[str]] = {
    "number": frozenset({"numero", "numero_de_client", "nummer", "klantnummer", "kundennummer"}),
    "name": frozenset({"nom", "naam"}),
    "vat_number": frozenset({"numero_de_tva", "btw_nummer", "mwst_nummer", "ust_idnr"}),
    "language": frozenset({"langue", "taal", "sprache"}),
    "channel": frozenset({"canal", "kanaal", "kanal"}),
    "email": frozenset({"e_mail"}),
    "first_name": frozenset({"prenom", "voornaam", "vorname"}),
    "last_name": frozenset({"nom_de_famille", "achternaam", "nachname"}),
}
REQUIRED = ("number", "name", "language", "email")
OF_CONTACT = ("email", "first_name", "last_name")
CHUNK = 65_536
LONGEST_HEADER = 10_000
MOST_TOLD = 5


class ImportedCustomer(CustomerUpsert):
    """A row: what PUT takes, with the number beside it."""

    number: Number


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and the customer number or what is wrong with it."""

    line: int
    number: str
    customer: ImportedCustomer | None
    errors: tuple[FieldError, ...] = ()


class CustomerFile:
    """A CSV file that has been looked through once, so that it can be read in batches.

    `count` is how many rows it has. Raises `INVALID_CSV` with a reason for what is no such file,
    and `TOO_LARGE` beyond `most_rows`.
    """

    def __init__(self, file: IO[bytes], most_rows: int) -> None:
        self._file = file
        self._encoding = _encoding_of(file)
        self._separator, self._columns = self._header()
        self.count = 0
        self._lines: dict[str, list[int]] = {}
        for line, cells in self._records():
            self.count += 1
            if self.count > most_rows:
                raise Problem(errors.TOO_LARGE, sentence="rows", parameters={"most": most_rows})
            self._lines.setdefault(self._values(cells).get("number", ""), []).append(line)

    def batches(self, size: int) -> Iterator[list[Row]]:
        """The rows, so many at a time, each checked as PUT checks its body."""
        batch: list[Row] = []
        for line, cells in self._records():
            batch.append(self._row(line, cells))
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _header(self) -> tuple[str, list[str]]:
        self._file.seek(0)
        text = TextIOWrapper(self._file, self._encoding, newline="")
        try:
            first = text.readline(LONGEST_HEADER)
        finally:
            text.detach()
        readings = {separator: _cells(first, separator) for separator in SEPARATORS}
        separator = max(SEPARATORS, key=lambda one: len(_known(readings[one])))
        return separator, _columns_of(readings[separator])

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not empty, with the number of their first line."""
        self._file.seek(0)
        text = TextIOWrapper(self._file, self._encoding, newline="")
        reader = csv.reader(text, delimiter=self._separator, strict=True)
        try:
            next(reader)
            line = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise invalid_csv("quotes", line=reader.line_num) from error
        finally:
            text.detach()

    def _values(self, cells: list[str]) -> dict[str, str]:
        """The cells that are filled; an empty one is a field left out."""
        pairs = zip(self._columns, cells, strict=False)
        return {column: cell.strip() for column, cell in pairs if cell.strip()}

    def _row(self, line: int, cells: list[str]) -> Row:
        values: dict[str, Any] = self._values(cells)
        number = values.get("number", "")[:100]
        if any(cell.strip() for cell in cells[len(self._columns) :]):
            found = FieldError("", "too_many_cells", "more cells than there are columns")
            return Row(line, number, None, (found,))
        lines = self._lines[values.get("number", "")]
        if number and len(lines) > 1:
            others = (other for other in lines if other != line)
            return Row(line, number, None, (_duplicate(others),))
        values["contact"] = {name: values.pop(name) for name in OF_CONTACT if name in values}
        try:
            return Row(line, number, ImportedCustomer.model_validate(values))
        except ValidationError as error:
            return Row(line, number, None, _errors_of(error))


def _encoding_of(file: IO[bytes]) -> str:
    """UTF-8 when all of it is, else what Windows writes in western Europe."""
    for encoding in ("utf-8-sig", "cp1252"):
        if _reads_as(file, encoding):
            return encoding
    raise invalid_csv("encoding")


def _reads_as(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                raise invalid_csv("nul")
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _cells(line: str, separator: str) -> list[str]:
    """The cells of the header, without empty ones that spreadsheet programs leave at its end."""
    cells = next(csv.reader([line], delimiter=separator), [])
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _column(title: str) -> str | None:
    letters = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    name = re.sub("[^a-z0-9]+", "_", plain).strip("_")
    return next((column for column, names in COLUMNS.items() if name in {column, *names}), None)


def _known(cells: list[str]) -> list[str]:
    return [column for column in map(_column, cells) if column is not None]


def _columns_of(cells: list[str]) -> list[str]:
    """The columns of a header in their order; every one is known, and once there."""
    columns = _known(cells)
    if not columns:
        raise invalid_csv("header", columns=", ".join(REQUIRED))
    unknown = [cell.strip()[:100] for cell in cells if _column(cell) is None]
    if unknown:
        raise invalid_csv("unknown_column", columns=", ".join(unknown[:MOST_TOLD]))
    twice = [column for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise invalid_csv("column_twice", columns=", ".join(twice))
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise invalid_csv("missing_column", columns=", ".join(missing))
    return columns


def _duplicate(others: Iterator[int]) -> FieldError:
    told = ", ".join(str(line) for line in islice(others, MOST_TOLD))
    return FieldError("number", "duplicate_number", f"also on line {told}")


def _errors_of(error: ValidationError) -> tuple[FieldError, ...]:
    """What is wrong with the cells, by the names of their columns."""
    return tuple(
        FieldError(str(failure["loc"][-1]), failure["type"], failure["msg"])
        for failure in error.errors(include_input=False, include_url=False)
    )
