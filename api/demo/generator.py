"""All documents of the demo in order of issue, always the same for a seed and a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from api.core.settings import Language
from api.demo.cast import COMPANIES, INVITED, MAIN_CONTACT, Company
from api.demo.invoices import invoice_of
from api.demo.letters import Letter, letter_of
from api.demo.occasions import Contract, Occasion, OccasionKind, contracts_of, occasions_of
from api.documents.schemas import Kind
from api.einvoice.model import Invoice

DEFAULT_SEED = "lumen"
KINDS: dict[OccasionKind, Kind] = {
    "bill": "invoice",
    "one_off": "invoice",
    "correction": "credit_note",
    "letter": "other",
}
PREFIXES: dict[Kind, str] = {"invoice": "F", "credit_note": "CN", "other": "BR"}


@dataclass(frozen=True, slots=True)
class DemoDocument:
    """A document to publish: an invoice or credit note, or else a letter."""

    kind: Kind
    number: str
    company: Company
    issue_date: date
    published_at: datetime
    announced: bool
    invoice: Invoice | None
    letter: Letter | None

    @property
    def language(self) -> Language:
        """The customer's language, in which everything is written."""
        return self.company.language


def generate(
    today: date,
    companies: Sequence[Company] = COMPANIES,
    seed: str = DEFAULT_SEED,
    series: str = "",
) -> Iterator[DemoDocument]:
    """The documents of all companies, oldest first; those announced are issued today.

    Their numbers begin with the series.
    """
    contracts = [c for company in companies for c in contracts_of(company, today, seed)]
    occasions = [o for contract in contracts for o in occasions_of(contract, today)]
    occasions += _announced(contracts, today)
    numbers = _numbers(occasions, series)
    for occasion, number in numbers.items():
        yield _document(occasion, number, numbers)


def _announced(contracts: Sequence[Contract], today: date) -> Iterator[Occasion]:
    """Two invoices of today: one person gets a notification of it, the other an invitation."""
    for person in (MAIN_CONTACT, INVITED):
        theirs = [c for c in contracts if c.company.contact == person]
        newest = [c for c in theirs if c.company == theirs[0].company][-1:]
        for contract in newest:
            yield Occasion("one_off", contract, today, today, 1, announced=True)


def _numbers(occasions: list[Occasion], series: str) -> dict[Occasion, str]:
    """Numbers without gaps per kind and year, in order of issue."""
    occasions.sort(key=lambda o: (o.issue_date, o.contract.number, o.kind))
    counters: dict[tuple[Kind, int], int] = {}
    numbers = {}
    for occasion in occasions:
        kind, year = KINDS[occasion.kind], occasion.issue_date.year
        counters[kind, year] = counters.get((kind, year), 0) + 1
        numbers[occasion] = f"{series}{PREFIXES[kind]}{year}-{counters[kind, year]:05d}"
    return numbers


def _document(occasion: Occasion, number: str, numbers: dict[Occasion, str]) -> DemoDocument:
    is_letter = occasion.kind == "letter"
    original = occasion.corrects
    corrected = (numbers[original], original.issue_date) if original else None
    return DemoDocument(
        kind=KINDS[occasion.kind],
        number=number,
        company=occasion.contract.company,
        issue_date=occasion.issue_date,
        published_at=_published_at(occasion.issue_date, number),
        announced=occasion.announced,
        invoice=None if is_letter else invoice_of(occasion, number, corrected),
        letter=letter_of(occasion, number) if is_letter else None,
    )


def _published_at(day: date, number: str) -> datetime:
    """The early morning of the day of issue, when the lessor's batch runs."""
    seconds = Random(number).randrange(40 * 60)  # noqa: S311
    return datetime.combine(day, time(4, 20), UTC) + timedelta(seconds=seconds)
