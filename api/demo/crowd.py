"""Any number of invented customers, each with as many leases as its documents need."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import get_args

from api.core.settings import Language
from api.demo.assets import ASSETS, AssetKind
from api.demo.cast import COMPANIES, PASSWORD, Company, Lease, Person

FEW_EMAIL, MANY_EMAIL = "few@lumen-bench.example", "many@lumen-bench.example"
FEW, MANY = 5, 500
DAYS = 7 * 365 - 7
MONTHS = 83  # within the seven years that documents are kept
_NAMES = """
abele acker adler alba anker atlas aurora baken birke bosco brise castel cedre dahlia delta
duna eiche esprit falke ferme fjord forum garde gracht halte haven hortus iris jura kade
kompas lanze linde lumen maas merel mistral molen noord oase orme panda pavot pont quai
reiger rive ronde rubens saule sirius steen talus tempo toren ulme vecht velo vigne wilg zenit
"""
NAMES = tuple(_NAMES.split())
_PLACES: dict[Language, tuple[str, str, str]] = {
    "fr": ("Rue de la Gare", "5000", "Namur"),
    "nl": ("Stationsstraat", "9000", "Gent"),
    "de": ("Bahnhofstraße", "4700", "Eupen"),
    "en": ("Avenue des Érables", "1000", "Bruxelles"),
}
_FORMS: dict[Language, str] = {"fr": "SRL", "nl": "BV", "de": "GmbH", "en": "SRL"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many documents, for how many customers, from which dice, up to which day."""

    documents: int
    customers: int
    seed: int
    today: date

    @property
    def start(self) -> datetime:
        """The moment of the first document."""
        return datetime.combine(self.today, time(), UTC) - timedelta(DAYS)

    @property
    def step(self) -> float:
        """Milliseconds between two documents, so that the last is of yesterday."""
        return timedelta(DAYS) / timedelta(milliseconds=1) / self.documents


def sign_ins() -> list[str]:
    """Who can sign in among the invented contacts."""
    return [
        f"sign-ins (password: {PASSWORD})",
        f"  {FEW_EMAIL}   main contact of the first {FEW} customer numbers",
        f"  {MANY_EMAIL}  main contact of the next {MANY}, as far as there are so many",
    ]


def companies(count: int, documents: int, seed: int) -> Iterator[Company]:
    """So many customers that together get about so many documents."""
    each = -(-documents // count)
    for k in range(count):
        dice = Random(f"{seed}/{k}")  # noqa: S311
        language = dice.choice(get_args(Language))
        street, postcode, city = _PLACES[language]
        name = f"{dice.choice(NAMES).title()} {dice.choice(NAMES).title()}"
        yield Company(
            index=len(COMPANIES) + 1 + k,
            number=f"B{k:07d}",
            name=f"{name} {_FORMS[language]}",
            language=language,
            street=f"{street} {dice.randrange(1, 200)}",
            postcode=postcode,
            city=city,
            contact=_contact(k, language),
            leases=tuple(_leases(dice, each)),
            by_debit=dice.random() < 0.5,
        )


def _contact(k: int, language: Language) -> Person:
    """The same dealing out as in `bulk.sql`."""
    if k < FEW:
        return Person(FEW_EMAIL, "Contact", "0", "fr")
    if k < FEW + MANY:
        return Person(MANY_EMAIL, "Contact", "1", "fr")
    c = 2 + (k - FEW - MANY) // 2
    return Person(f"contact-{c}@lumen-bench.example", "Contact", str(c), language)


def _leases(dice: Random, documents: int) -> Iterator[Lease]:
    kinds: tuple[AssetKind, ...] = tuple(ASSETS)
    while documents > 0:
        months = min(documents, MONTHS)
        yield Lease(dice.choice(kinds), months, months)
        documents -= months
