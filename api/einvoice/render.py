"""An invoice as a PDF: typst sets the page, the texts come as JSON and never as markup."""

import json
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from api.einvoice.model import Invoice
from api.einvoice.payment import StructuredLine
from api.einvoice.text import Language, Writer
from api.einvoice.view import invoice_view, title_of

ACCENT = "#1f4e79"

_TEMPLATE = Path(__file__).with_name("templates") / "invoice.typ"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FACES = {"Light": 300, "Regular": 400, "Semibold": 600, "Bold": 700}
_EVERY_FACE = "".join(
    f'#text(font: "Source Sans Pro", weight: {weight})[x]' for weight in _FACES.values()
).encode()
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Brand:
    """What the issuer puts on its documents; all of it trusted settings."""

    name: str
    accent: str = ACCENT  # #rrggbb
    address: tuple[str, ...] = ()
    phone: str | None = None
    email: str | None = None
    logo: bytes | None = None  # SVG


def render_pdf(
    invoice: Invoice,
    *,
    locale: Language,
    brand: Brand,
    structured_line: StructuredLine = "structured",
    source: bytes | None = None,
) -> bytes:
    """The invoice on A4 pages, in the language `locale` (fr-BE, nl-BE, de-BE, en-GB formats).

    The same input gives the same bytes: the creation date is the issue date. `structured_line`
    is the line of the payment code that takes a Belgian structured communication. With `source`,
    the UBL file, the PDF is PDF/A-3 and carries it. Raises
    ValueError when the brand's colour is not #rrggbb or its logo is not an SVG.
    """
    if not _COLOUR.fullmatch(brand.accent):
        raise ValueError("The accent colour must be written as #rrggbb.")
    write = Writer(locale, invoice.currency)
    content = {
        **invoice_view(invoice, write, structured_line),
        "language": locale,
        "brand": _brand(brand),
        "heading": f"{title_of(invoice, write)} {invoice.number}",
    }
    inputs = {"content": json.dumps(content, ensure_ascii=False)}
    attached = _text_of(source)
    if attached is not None:
        inputs |= {"source": attached, "source_name": _file_name(invoice.number)}
    return _compiler().compile(inputs, invoice.issue_date)


def _text_of(source: bytes | None) -> str | None:
    """The file's text, which typst writes back as UTF-8; None when that is not the same bytes."""
    try:
        return source.decode("utf-8") if source else None
    except UnicodeDecodeError:
        return None


def _file_name(number: str) -> str:
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', number)[:80].strip('.-') or 'invoice'}.xml"


def warm_up() -> None:
    """Read fonts and template now; a process that may write no files cannot do it later."""
    _compiler()


def _brand(brand: Brand) -> dict[str, object]:
    return {
        "name": brand.name,
        "accent": brand.accent,
        "on_accent": "#ffffff" if _luminance(brand.accent) < 0.4 else "#111111",
        "lines": [*brand.address, *(part for part in (brand.phone, brand.email) if part)],
        "logo": brand.logo.decode("utf-8") if brand.logo else None,
    }


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 (black) to 1 (white)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class _Compiler:
    """One typst compiler for the process: fonts and template are read once. Not re-entrant."""

    def __init__(self) -> None:
        import typst  # noqa: PLC0415 - the server itself renders nothing

        self._failure = typst.TypstError
        with TemporaryDirectory(prefix="einvoice-fonts-") as folder:
            _copy_fonts(Path(folder))
            fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
            # Fonts are read on first use and then kept: use each now, while the folder exists.
            typst.Compiler(_EVERY_FACE, font_paths=fonts).compile(format="pdf")
        self._typst = typst.Compiler(
            _TEMPLATE, root=_TEMPLATE.parent, font_paths=fonts, ignore_system_fonts=True
        )
        self._lock = Lock()

    def compile(self, inputs: dict[str, str], issue_date: date) -> bytes:
        day = max(issue_date, _EPOCH)
        created = datetime(day.year, day.month, day.day, tzinfo=UTC)
        with self._lock:
            try:
                made = self._typst.compile(
                    format="pdf",
                    sys_inputs=inputs,
                    timestamp=created,
                    pdf_standards=["a-3b"] if "source" in inputs else [],
                )
            except self._failure as error:
                raise ValueError(f"The document could not be set: {error.message}") from error
        if not isinstance(made, bytes):
            raise TypeError("typst made no PDF")
        return made


@cache
def _compiler() -> _Compiler:
    return _Compiler()


def _copy_fonts(folder: Path) -> None:
    """The few faces in use, in a folder of their own.

    typst takes folders only and reads them in no fixed order, and the package holds each face in
    two formats: with all of them the bytes made would depend on the machine.
    """
    spec = find_spec("font_source_sans_pro")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for face in _FACES:
            name = f"SourceSansPro-{face}.otf"
            shutil.copyfile(Path(place, "files", name), folder / name)
