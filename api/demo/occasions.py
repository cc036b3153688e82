"""When something is sent to a customer: bills, one-off invoices, corrections and letters."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from api.demo.assets import ASSETS, Asset
from api.demo.cast import Company, Lease

OccasionKind = Literal["bill", "one_off", "correction", "letter"]
ONE_OFF_SHARE = 0.05
CORRECTION_SHARE = 0.025
LETTER_SHARE = 0.6
CORRECTED_LINE = "maintenance"


@dataclass(frozen=True, slots=True)
class Contract:
    """A lease with its number, its good and its first day."""

    number: str
    company: Company
    lease: Lease
    model: str
    identifier: str
    start: date
    seed: str

    @property
    def asset(self) -> Asset:
        """The kind of good."""
        return ASSETS[self.lease.asset]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A reason for a document; what it says follows from it."""

    kind: OccasionKind
    contract: Contract
    issue_date: date
    first_day: date
    months: int
    corrects: "Occasion | None" = None
    announced: bool = False

    @property
    def last_day(self) -> date:
        """The end of the period, included."""
        return add_months(self.first_day, self.months) - timedelta(days=1)

    @property
    def random(self) -> Random:
        """The dice of this occasion: the same at every run."""
        contract = self.contract
        return Random(f"{contract.seed}/{contract.number}/{self.kind}/{self.issue_date}")  # noqa: S311


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def contracts_of(company: Company, today: date, seed: str) -> list[Contract]:
    """The contracts of a company."""
    return [_contract(company, n, lease, today, seed) for n, lease in enumerate(company.leases, 1)]


def _contract(company: Company, position: int, lease: Lease, today: date, seed: str) -> Contract:
    number = f"LC-{company.number[2:]}-{position}"
    dice = Random(f"{seed}/{number}")  # noqa: S311
    asset = ASSETS[lease.asset]
    letters = "".join(dice.choice("BDFGHJKLNPRTVX") for _ in range(3))
    plate = f"9-{letters}-{dice.randrange(1000):03d}"
    serial = f"{letters[:2]}{dice.randrange(10**7):07d}"
    return Contract(
        number=number,
        company=company,
        lease=lease,
        model=dice.choice(asset.models),
        identifier=plate if asset.on_the_road else serial,
        start=add_months(today.replace(day=1), -lease.months_ago),
        seed=seed,
    )


def occasions_of(contract: Contract, today: date) -> Iterator[Occasion]:
    """Everything sent about a contract before today."""
    dice = Random(f"{contract.seed}/{contract.number}/occasions")  # noqa: S311
    lease = contract.lease
    for month in range(0, lease.months, lease.every):
        first_day = add_months(contract.start, month)
        if first_day >= today:
            break
        bill = Occasion("bill", contract, first_day, first_day, lease.every)
        yield bill
        yield from (o for o in _around(bill, dice) if o.issue_date < today)
    if dice.random() < LETTER_SHARE:
        day = add_months(contract.start, dice.randrange(6, 24)) + timedelta(dice.randrange(25))
        if day < today:
            yield Occasion("letter", contract, day, add_months(day.replace(day=1), 1), 1)


def _around(bill: Occasion, dice: Random) -> Iterator[Occasion]:
    """What may follow a bill; every die is thrown, so that one outcome does not move the others."""
    one_off, correction, day, later = dice.random(), dice.random(), dice.random(), dice.random()
    if one_off < ONE_OFF_SHARE * bill.months:
        issued = bill.first_day + timedelta(7 + int(day * 18))
        yield Occasion("one_off", bill.contract, issued, bill.first_day, 1)
    if correction < CORRECTION_SHARE * bill.months:
        issued = bill.first_day + timedelta(9 + int(later * 14))
        yield Occasion("correction", bill.contract, issued, bill.first_day, bill.months, bill)
