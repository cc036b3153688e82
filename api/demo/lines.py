"""The lines of an occasion, and totals that agree with them to the cent."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from api.demo.assets import INSURANCE, STANDARD, Charge
from api.demo.occasions import CORRECTED_LINE, Contract, Occasion
from api.demo.texts import line_texts, text
from api.einvoice.model import (
    CENT,
    AllowanceCharge,
    InvoiceLine,
    Item,
    Period,
    Price,
    Totals,
    VatGroup,
)

INDEXED_LINE = "rental"
YEARLY_INDEX = Decimal("1.024")
DISCOUNT_CODE = "95"  # UNCL 5189: discount


@dataclass(frozen=True, slots=True)
class Figures:
    """The lines of a document and everything that is added up from them."""

    lines: tuple[InvoiceLine, ...]
    allowances: tuple[AllowanceCharge, ...]
    vat_breakdown: tuple[VatGroup, ...]
    totals: Totals


def figures_of(occasion: Occasion) -> Figures:
    """The figures of an invoice or credit note."""
    charges = list(_charges(occasion))
    lines = tuple(_line(occasion, n, charge) for n, charge in enumerate(charges, 1))
    allowances = _discount(occasion, lines)
    groups = _vat_groups(occasion, lines, allowances)
    line_total = sum((line.net for line in lines), Decimal("0.00"))
    allowance_total = sum((a.amount for a in allowances), Decimal("0.00"))
    net, vat = line_total - allowance_total, sum((g.tax for g in groups), Decimal("0.00"))
    totals = Totals(
        line_total=line_total,
        allowance_total=allowance_total if allowances else None,
        net=net,
        vat=vat,
        gross=net + vat,
        payable=net + vat,
    )
    return Figures(lines, allowances, groups, totals)


def asset_text(contract: Contract) -> str:
    """The leased good in the customer's words."""
    return text(
        contract.company.language,
        "assets",
        contract.lease.asset,
        model=contract.model,
        identifier=contract.identifier,
    )


def _charges(occasion: Occasion) -> Iterator[Charge]:
    asset = occasion.contract.asset
    if occasion.kind == "one_off":
        yield from occasion.random.choice(asset.occasional)
        return
    for charge in asset.regular:
        if occasion.kind == "bill" or charge.key == CORRECTED_LINE:
            yield charge


def _line(occasion: Occasion, position: int, charge: Charge) -> InvoiceLine:
    quantity, price = _quantity(occasion, charge), _price(occasion, charge)
    name, description = line_texts(
        occasion.contract.company.language,
        charge.key,
        asset=asset_text(occasion.contract),
        model=occasion.contract.model,
        identifier=occasion.contract.identifier,
    )
    return InvoiceLine(
        id=str(position),
        net=_cents(quantity * price / charge.per),
        item=Item(name=name, description=description),
        quantity=quantity,
        unit=charge.unit,
        price=Price(price, base_quantity=Decimal(charge.per) if charge.per > 1 else None),
        vat_category=charge.vat.category,
        vat_rate=charge.vat.rate,
        period=(
            None if occasion.kind == "one_off" else Period(occasion.first_day, occasion.last_day)
        ),
    )


def _quantity(occasion: Occasion, charge: Charge) -> Decimal:
    if charge.quantity is None:
        return Decimal(occasion.months if occasion.kind != "one_off" else 1)
    about = occasion.corrects or occasion
    dice = Random(f"{about.contract.seed}/{about.contract.number}/{about.issue_date}/{charge.key}")  # noqa: S311
    low, high = charge.quantity
    count = sum(dice.randint(low, high) for _ in range(occasion.months)) if high > low else low
    return Decimal(count).scaleb(-charge.quantity_decimals)


def _price(occasion: Occasion, charge: Charge) -> Decimal:
    contract = occasion.contract
    dice = Random(f"{contract.seed}/{contract.number}/{charge.key}")  # noqa: S311
    price = Decimal(dice.randint(*charge.price)).scaleb(-charge.price_decimals)
    if charge.key != INDEXED_LINE:
        return price
    return _cents(price * YEARLY_INDEX ** (occasion.first_day.year - contract.start.year))


def _discount(occasion: Occasion, lines: tuple[InvoiceLine, ...]) -> tuple[AllowanceCharge, ...]:
    company = occasion.contract.company
    if occasion.kind != "bill" or not company.fleet_discount:
        return ()
    base = sum(
        (
            x.net
            for x in lines
            if (x.vat_category, x.vat_rate) == (STANDARD.category, STANDARD.rate)
        ),
        Decimal("0.00"),
    )
    discount = AllowanceCharge(
        is_charge=False,
        amount=_cents(base * company.fleet_discount / 100),
        base_amount=base,
        percentage=company.fleet_discount,
        vat_category=STANDARD.category,
        vat_rate=STANDARD.rate,
        reason=text(company.language, "discount"),
        reason_code=DISCOUNT_CODE,
    )
    return (discount,)


def _vat_groups(
    occasion: Occasion,
    lines: tuple[InvoiceLine, ...],
    allowances: tuple[AllowanceCharge, ...],
) -> tuple[VatGroup, ...]:
    """One group per category and rate, in the order of the lines; VAT is rounded per group."""
    taxable: dict[tuple[str, Decimal], Decimal] = {}
    signed = [(x.vat_category, x.vat_rate, x.net) for x in lines]
    signed += [(a.vat_category, a.vat_rate, -a.amount) for a in allowances]
    for category, rate, amount in signed:
        key = (category or "", rate or Decimal(0))
        taxable[key] = taxable.get(key, Decimal("0.00")) + amount
    exemption = text(occasion.contract.company.language, "insurance_exemption")
    return tuple(
        VatGroup(
            category=category,
            rate=rate,
            taxable=amount,
            tax=_cents(amount * rate / 100),
            exemption_reason=exemption if category == INSURANCE.category else None,
        )
        for (category, rate), amount in taxable.items()
    )


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
