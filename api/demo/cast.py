"""Who is in the demo: the lessor's customers, their people, and what they lease."""

from dataclasses import dataclass, field
from decimal import Decimal

from api.core.settings import Language
from api.demo.assets import AssetKind
from api.demo.identifiers import enterprise_number, iban


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an e-mail address."""

    email: str
    first_name: str
    last_name: str
    language: Language

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Lease:
    """A contract of the plan: since how many months, for how many, invoiced every so many."""

    asset: AssetKind
    months_ago: int
    months: int
    every: int = 1


@dataclass(frozen=True, slots=True)
class Company:
    """A customer number of the lessor."""

    index: int  # gives the enterprise number and the account
    number: str
    name: str
    language: Language
    street: str
    postcode: str
    city: str
    contact: Person
    leases: tuple[Lease, ...] = ()
    by_debit: bool = True
    purchase_order: str | None = None
    fleet_discount: Decimal = field(default=Decimal(0))
    by_post: bool = False

    @property
    def enterprise(self) -> str:
        """Its enterprise number; the lessor has number 0."""
        return enterprise_number(self.index)

    @property
    def iban(self) -> str:
        """The account from which it pays."""
        return iban(100_000 + 37 * self.index)


CLAIRE = Person("claire.delvaux@valmere.example", "Claire", "Delvaux", "fr")
JONAS = Person("jonas.peeters@peeters-boekhouding.example", "Jonas", "Peeters", "nl")
MARIE = Person("marie.lambrecht@fourdore.example", "Marie", "Lambrecht", "fr")
NORA = Person("nora.vermeulen@lumen-lease.example", "Nora", "Vermeulen", "nl")

MAIN_CONTACT, SHARED_USER, INVITED, STAFF = CLAIRE, JONAS, MARIE, NORA
# Fixed and printed, so that everybody can sign in to the demo.
PASSWORD = "lumen-lease-demo"  # noqa: S105

# What the main contact shares with the shared user; the second grant has an end.
SHARED_NUMBERS = ("DL100235", "DL100234")

COMPANIES: tuple[Company, ...] = (
    Company(
        1, "DL100234", "Valmère Logistique SRL", "fr", "Rue du Verger 18", "4000", "Liège", CLAIRE,
        (Lease("car", 83, 48), Lease("car", 35, 48), Lease("forklift", 58, 60)),
        purchase_order="VL-4500182", fleet_discount=Decimal("2.5"),
    ),
    Company(
        2, "DL100235", "Valmère Transport BV", "nl", "Ambachtenlaan 41", "9000", "Gent", CLAIRE,
        (Lease("van", 70, 60), Lease("van", 10, 60), Lease("copier", 47, 60, 3)),
        purchase_order="VT-2207",
    ),
    Company(
        3, "DL100236", "Valmère Dienste GmbH", "de", "Am Kirchberg 7", "4700", "Eupen", CLAIRE,
        (Lease("car", 45, 48), Lease("coffee", 32, 48, 3)), by_debit=False,
    ),
    Company(
        4, "DL100237", "Valmère Trading SRL", "en", "Avenue des Cerisiers 120", "1050",
        "Bruxelles", CLAIRE,
        (Lease("electric_car", 26, 48), Lease("copier", 26, 48, 3)), by_debit=False,
        purchase_order="PO-88213",
    ),
    Company(
        5, "DL100312", "Boulangerie du Four Doré SRL", "fr", "Place de l'Ange 3", "5000", "Namur",
        MARIE, (Lease("van", 40, 48),),
    ),
    Company(
        6, "DL100348", "Kwekerij De Groene Hoek BV", "nl", "Veldstraat 77", "2800", "Mechelen",
        Person("info@degroenehoek.example", "Els", "Wouters", "nl"),
        (Lease("tractor", 60, 60, 3), Lease("van", 31, 48, 3)),
    ),
    Company(
        7, "DL100371", "Architectenbureau Lijn & Licht BV", "nl", "Vaartkom 9 bus 4", "3000",
        "Leuven", Person("tom.aerts@lijnenlicht.example", "Tom", "Aerts", "nl"),
        (Lease("copier", 80, 60, 3), Lease("coffee", 18, 48, 3)), by_debit=False,
        purchase_order="LL/2024/16",
    ),
    Company(
        8, "DL100405", "Cabinet médical des Acacias SRL", "fr", "Avenue des Acacias 22", "1300",
        "Wavre", Person("secretariat@cabinet-acacias.example", "Anne", "Rousselle", "fr"),
        (Lease("electric_car", 30, 48),), by_debit=False, by_post=True,
    ),
    Company(
        9, "DL100419", "Tischlerei Hohenfels GmbH", "de", "Industriestraße 14", "4780",
        "Sankt Vith", Person("buero@hohenfels.example", "Karl", "Hohenfels", "de"),
        (Lease("forklift", 56, 48, 3), Lease("van", 22, 48)),
    ),
    Company(
        10, "DL100460", "Studio Paperkite SRL", "en", "Quai au Bois 58", "1000", "Bruxelles",
        Person("accounts@paperkite.example", "Grace", "Okello", "en"),
        (Lease("copier", 36, 48, 3), Lease("coffee", 36, 48, 3)), by_debit=False,
        purchase_order="PK-0419",
    ),
    Company(
        11, "DL100488", "Drukkerij Vandersande NV", "nl", "Nijverheidskaai 130", "8500", "Kortrijk",
        Person("boekhouding@vandersande.example", "Lien", "Vandersande", "nl"),
        (Lease("forklift", 50, 60),), purchase_order="BB-31877",
    ),
    Company(
        12, "DL100523", "Transports Belle-Rive SA", "fr", "Quai de Sambre 45", "6000", "Charleroi",
        Person("compta@belle-rive.example", "Luc", "Fontaine", "fr"),
        (Lease("van", 24, 48),), fleet_discount=Decimal(3),
    ),
)  # fmt: skip
