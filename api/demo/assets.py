"""What is leased, and what is charged for it: plausible prices, units and VAT."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

AssetKind = Literal["car", "electric_car", "van", "forklift", "tractor", "coffee", "copier"]
MONTH, PIECE, HOUR, LITRE, KILOWATT_HOUR, KILOMETRE, KILOGRAM = (
    "MON",
    "C62",
    "HUR",
    "LTR",
    "KWH",
    "KMT",
    "KGM",
)


@dataclass(frozen=True, slots=True)
class Vat:
    """A category of EN 16931 and its rate in percent."""

    category: str
    rate: Decimal


STANDARD = Vat("S", Decimal(21))
REDUCED = Vat("S", Decimal(12))
LOW = Vat("S", Decimal(6))
ZERO = Vat("Z", Decimal(0))
INSURANCE = Vat("E", Decimal(0))


@dataclass(frozen=True, slots=True)
class Charge:
    """A line that may be invoiced.

    Prices and quantities lie between two whole numbers of their smallest step, so that every
    figure is exact.
    """

    key: str
    unit: str
    price: tuple[int, int]
    vat: Vat = STANDARD
    price_decimals: int = 2
    # None: the number of months of the period, or one.
    quantity: tuple[int, int] | None = None
    quantity_decimals: int = 0
    per: int = 1


@dataclass(frozen=True, slots=True)
class Asset:
    """A kind of leased good: its invented models, its regular lines and its occasional ones."""

    models: tuple[str, ...]
    regular: tuple[Charge, ...]
    occasional: tuple[tuple[Charge, ...], ...]
    changes: tuple[str, ...]
    on_the_road: bool = False


def _rental(low: int, high: int) -> Charge:
    return Charge("rental", MONTH, (low, high))


_MAINTENANCE = Charge("maintenance", MONTH, (3_900, 8_900))
_INSURANCE = Charge("insurance", MONTH, (5_400, 9_800), INSURANCE)
_FUEL = Charge("fuel", LITRE, (13_020, 15_480), STANDARD, 4, (5_500, 16_500), 2)
_CHARGING = Charge("charging", KILOWATT_HOUR, (2_650, 3_450), STANDARD, 4, (12_000, 41_000), 2)
_ROAD_OCCASIONS = (
    (
        Charge("winter_tyres", PIECE, (11_900, 18_900), quantity=(4, 4)),
        Charge("tyre_storage", PIECE, (4_500, 6_500)),
    ),
    (Charge("damage_excess", PIECE, (25_000, 75_000)),),
    (Charge("extra_mileage", KILOMETRE, (450, 980), STANDARD, 4, (640, 7_900)),),
    (Charge("fine_handling", PIECE, (1_500, 1_500)),),
)
_SITE_OCCASIONS = (
    (
        Charge("repair", HOUR, (6_800, 9_200), quantity=(150, 750), quantity_decimals=2),
        Charge("call_out", PIECE, (5_500, 7_500)),
    ),
    (Charge("training", PIECE, (29_000, 45_000)),),
)
_ROAD_CHANGES = ("extension", "mileage")
_SITE_CHANGES = ("extension", "service")

ASSETS: dict[AssetKind, Asset] = {
    "car": Asset(
        ("Solenn Break 1.5 Hybrid", "Aurelle Berline 2.0", "Tervo 30 Touring"),
        (_rental(38_000, 64_000), _MAINTENANCE, _INSURANCE, _FUEL),
        _ROAD_OCCASIONS,
        _ROAD_CHANGES,
        on_the_road=True,
    ),
    "electric_car": Asset(
        ("Tervo E40", "Solenn Watt 64 kWh"),
        (_rental(46_000, 72_000), _MAINTENANCE, _INSURANCE, _CHARGING),
        _ROAD_OCCASIONS,
        _ROAD_CHANGES,
        on_the_road=True,
    ),
    "van": Asset(
        ("Nordal Cargo L2H2", "Tervo Van 3.5T"),
        (_rental(42_000, 69_000), _MAINTENANCE, _INSURANCE, _FUEL),
        _ROAD_OCCASIONS,
        _ROAD_CHANGES,
        on_the_road=True,
    ),
    "forklift": Asset(
        ("Kranor FX-25", "Kranor FX-35 Li"),
        (
            _rental(51_000, 88_000),
            _MAINTENANCE,
            Charge("battery", PIECE, (4_500, 6_900), quantity=(1, 1)),
        ),
        _SITE_OCCASIONS,
        _SITE_CHANGES,
    ),
    "tractor": Asset(
        ("Agrivant 6140", "Agrivant 5110 C"),
        (
            _rental(118_000, 172_000),
            _MAINTENANCE,
            Charge("farm_tyres", MONTH, (9_500, 14_900), REDUCED),
            _INSURANCE,
        ),
        _SITE_OCCASIONS,
        _SITE_CHANGES,
    ),
    "coffee": Asset(
        ("Baristo Duo", "Baristo Compact"),
        (
            _rental(8_900, 15_900),
            _MAINTENANCE,
            Charge("beans", KILOGRAM, (1_480, 1_980), LOW, quantity=(3, 14)),
            Charge("newspapers", MONTH, (3_200, 5_600), ZERO),
        ),
        _SITE_OCCASIONS,
        _SITE_CHANGES,
    ),
    "copier": Asset(
        ("Printea C4055", "Printea C3010"),
        (
            _rental(11_500, 24_000),
            _MAINTENANCE,
            Charge("copies_black", PIECE, (580, 760), quantity=(900, 9_400), per=1000),
            Charge("copies_colour", PIECE, (4_900, 6_400), quantity=(250, 3_600), per=1000),
        ),
        _SITE_OCCASIONS,
        _SITE_CHANGES,
    ),
}
