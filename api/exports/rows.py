"""From the database's rows to the values of an export's rows."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from api.core.i18n import translate
from api.core.settings import Language
from api.exports.columns import COLUMNS, Row
from api.exports.schemas import Level

# What a line is called in the stored content, where an export's column has another name.
LINE_NAMES = {"id": "line_id", "name": "line_name", "description": "line_description"}
LINE_NAMES["note"] = "line_note"


def titles(level: Level, language: Language | None) -> list[str]:
    """The first row."""
    return [column.title(language) for column in COLUMNS[level]]


def values(records: Iterable[Any], level: Level, language: Language | None) -> list[Row]:
    """The rows of a batch; the kind is a word for readers."""
    columns = COLUMNS[level]
    kind = next(i for i, column in enumerate(columns) if column.name == "kind")
    made: list[Row] = []
    for record in _lines(records) if level == "line" else records:
        row = [column.value(record) for column in columns]
        if language is not None:
            row[kind] = translate(language, f"kind.{row[kind]}")
        made.append(row)
    return made


def _lines(records: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for record in records:
        lines: Sequence[dict[str, Any]] = orjson.loads(record["lines"] or "[]")
        if not lines:
            continue
        document = dict(record)
        for line in lines:
            yield document | {LINE_NAMES.get(name, name): value for name, value in line.items()}
