"""What `/verify` does with bytes from anyone, in a limited process."""

from collections.abc import Collection

from api.einvoice import pdf
from api.einvoice.pdf import InvalidPdf, inspect_pdf
from api.seals.facts import SealFacts

# PDF readers look for the header in the first kilobyte.
HEAD = 1024


def read_seal(data: bytes, ours: Collection[str]) -> SealFacts | None:
    """The facts of a PDF's seal, None when it has none.

    Raises InvalidPdf for what is no PDF. A sealed file that was damaged, or made into two things at
    once, is told as changed and not refused: that is what its reader came to learn.
    """
    from api.seals.checking import check_seal  # noqa: PLC0415 - never in the server

    if b"%PDF-" not in data[:HEAD]:
        raise InvalidPdf("not_pdf")
    facts = check_seal(data, ours)
    if facts is None:
        inspect_pdf(data)
    return facts


def warm_up() -> None:
    """Load the readers ahead of the first file."""
    import api.seals.checking  # noqa: F401, PLC0415 - never in the server

    pdf.warm_up()
