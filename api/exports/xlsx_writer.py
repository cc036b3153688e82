"""XLSX (ECMA-376) written as a stream: no library writes one without keeping it whole.

Texts are inline, so that there is no table of strings to keep; a sheet that is full is followed by
another, and the workbook that names the sheets is written last.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from api.core.zipping import ZipEntry, ZipStream
from api.exports.columns import Row, Value

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
# What XML cannot carry; and `_x0041_`, which spreadsheet programs would read as an A.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# Excel's day zero; it takes 1900 for a leap year, so dates before March of it are one off.
DAY_ZERO = date(1899, 12, 30)
TITLE, NUMBER, DAY = 1, 2, 3

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

STYLES = f"""{XML}<styleSheet xmlns="{MAIN}">
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


class XlsxWriter:
    """Writes rows as bytes, in pieces."""

    media_type = f"{SPREADSHEET}.sheet"

    def __init__(self, name: str) -> None:
        self._name = name
        self._archive = ZipStream()
        self._sheet: ZipEntry | None = None
        self._sheets = 0
        self._row = 0
        self._titles: list[str] = []

    def begin(self, titles: list[str]) -> bytes:
        """The first sheet with its first row."""
        self._titles = titles
        return self._open_sheet()

    def rows(self, rows: Iterable[Row]) -> bytes:
        """More rows, in another sheet when this one is full."""
        out: list[bytes] = []
        made: list[str] = []
        for row in rows:
            if self._row == MOST_ROWS:
                out.append(self._write("".join(made)))
                made = []
                out += [self._close_sheet(), self._open_sheet()]
            made.append(self._line(row))
        return b"".join([*out, self._write("".join(made))])

    def end(self) -> bytes:
        """What holds the sheets together."""
        out = [self._close_sheet()]
        for name, text in self._parts().items():
            out.append(self._archive.add(name, text.encode()))
        return b"".join([*out, self._archive.end()])

    def _write(self, text: str) -> bytes:
        if self._sheet is None or not text:
            return b""
        return self._sheet.write(text.encode("utf-8", "replace"))

    def _open_sheet(self) -> bytes:
        self._sheets += 1
        self._row = 0
        self._sheet = self._archive.begin(f"xl/worksheets/sheet{self._sheets}.xml")
        self._sheet.__enter__()
        frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        view = f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        start = f'{XML}<worksheet xmlns="{MAIN}">{view}<sheetData>'
        return self._write(start + self._line(self._titles, style=TITLE))

    def _close_sheet(self) -> bytes:
        out = self._write("</sheetData></worksheet>")
        if self._sheet is not None:
            self._sheet.__exit__(None, None, None)
        return out

    def _line(self, row: Row, style: int = 0) -> str:
        self._row += 1
        cells = (
            _cell(f"{_letters(i)}{self._row}", value, style)
            for i, value in enumerate(row)
            if value is not None
        )
        return f'<row r="{self._row}">{"".join(cells)}</row>'

    def _parts(self) -> dict[str, str]:
        numbers = range(1, self._sheets + 1)
        kinds = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
        kinds += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers]
        names = [self._name if n == 1 else f"{self._name} {n}" for n in numbers]
        return {
            "[Content_Types].xml": f'{XML}<Types xmlns="{TYPES}">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(
                f'<Override PartName="{part}" ContentType="{SPREADSHEET}.{kind}+xml"/>'
                for part, kind in kinds
            )
            + "</Types>",
            "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
            "xl/_rels/workbook.xml.rels": _relations(
                [
                    *(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
                    ("styles", "styles.xml"),
                ]
            ),
            "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
                for n, name in zip(numbers, names, strict=True)
            )
            + "</sheets></workbook>",
            "xl/styles.xml": STYLES,
        }


def _relations(targets: list[tuple[str, str]]) -> str:
    entries = (
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{XML}<Relationships xmlns="{RELATIONS}">{"".join(entries)}</Relationships>'


def _cell(place: str, value: Value, style: int) -> str:
    if isinstance(value, Decimal):
        return f'<c r="{place}" s="{NUMBER}"><v>{value:f}</v></c>'
    if isinstance(value, date):
        days = (value - DAY_ZERO).days
        # Days before 1900 have no number there.
        if days > 60:
            return f'<c r="{place}" s="{DAY}"><v>{days}</v></c>'
        value = value.isoformat()
    # A cell that says it is text is never read as a formula, so that nothing is put before it (D6).
    text = ESCAPE.sub("_x005F_", UNWRITABLE.sub("", value or ""))[:LONGEST_TEXT]
    styled = f' s="{style}"' if style else ""
    return (
        f'<c r="{place}"{styled} t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(text)}</t></is></c>"
    )


@lru_cache(maxsize=256)
def _letters(index: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
