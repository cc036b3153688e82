"""Upsert of customer numbers and their contacts, one or many at once.

Here alone is decided what an upsert means. The contact and the language act only when they differ
from what the issuer last sent: a nightly upsert reverts neither a hand-over, nor a changed address,
nor the main contact's choice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.accounts.addresses import address_key
from api.accounts.people import Named, correct_names, people_at
from api.audit import record_on_customers
from api.core.database import new_id
from api.issuer.schemas import CustomerUpsert, IssuedContact, IssuedCustomer
from api.models import Account, Customer, Membership

Outcome = Literal["created", "updated", "unchanged"]
ISSUERS_OWN = ("name", "vat_number", "channel")
"""What is always as the issuer says."""

DIGESTS = text(
    "SELECT iportal.digest_of(value) FROM jsonb_array_elements(:contacts)"
    " WITH ORDINALITY ORDER BY ordinality"
).bindparams(bindparam("contacts", type_=JSONB))
ADD = upsert(Customer).on_conflict_do_nothing(index_elements=["number"]).returning(Customer.number)
MAKE_MAIN_CONTACT = upsert(Membership).on_conflict_do_update(
    index_elements=["user_id", "customer_id"],
    set_={"role": "main_contact", "expires_on": None},
)


@dataclass(slots=True)
class Upsert:
    """What the issuer sends of a customer number, and what that does to it."""

    number: str
    wanted: CustomerUpsert
    customer: Customer | None
    outcome: Outcome
    brings_contact: bool

    @property
    def contact(self) -> dict[str, Any]:
        """The contact as it is kept, to be compared with the next one."""
        return self.wanted.contact.model_dump()


async def put_customer(
    session: AsyncSession, actor: Principal | None, number: str, wanted: CustomerUpsert
) -> tuple[IssuedCustomer, bool]:
    """Create or change a customer number; the flag tells whether it is new."""
    (done,) = await put_customers(session, actor, {number: wanted})
    contact = IssuedContact.model_validate(done.contact)
    fields = ("id", "number", "name", "vat_number", "language", "channel")
    issued = {name: getattr(done.customer, name) for name in fields}
    return IssuedCustomer(**issued, contact=contact), done.outcome == "created"


async def put_customers(
    session: AsyncSession, actor: Principal | None, wanted: Mapping[str, CustomerUpsert]
) -> list[Upsert]:
    """Create or change customer numbers, in as many statements as for one; told in their order."""
    done: dict[str, Upsert] = {}
    while len(done) < len(wanted):
        left = {number: told for number, told in wanted.items() if number not in done}
        planned = await plan_customers(session, left, lock=True)
        changed = [one for one in planned if one.outcome == "updated"]
        await _change(session, [one for one in planned if one.outcome != "created"])
        created = await _create(session, [one for one in planned if one.outcome == "created"])
        await record_on_customers(session, "customer_changed", actor, _ids(changed))
        await record_on_customers(session, "customer_created", actor, _ids(created))
        # Numbers that somebody else created just now are there to be changed the next time.
        kept = [one for one in planned if one.outcome != "created"]
        done |= {one.number: one for one in (*kept, *created)}
    return [done[number] for number in wanted]


async def plan_customers(
    session: AsyncSession, wanted: Mapping[str, CustomerUpsert], *, lock: bool = False
) -> list[Upsert]:
    """What an upsert would do, without doing it; `lock` keeps the numbers as they are till then."""
    asked = select(Customer).where(Customer.number.in_(list(wanted))).order_by(Customer.number)
    found = await session.scalars(asked.with_for_update() if lock else asked)
    customers = {customer.number: customer for customer in found}
    known = await _numbers_of_known_contacts(session, customers.values(), wanted)
    return [
        _planned(number, told, customers.get(number), knows_contact=number in known)
        for number, told in sorted(wanted.items())
    ]


def _planned(
    number: str, wanted: CustomerUpsert, customer: Customer | None, *, knows_contact: bool
) -> Upsert:
    if customer is None:
        return Upsert(number, wanted, None, "created", brings_contact=True)
    same = knows_contact and wanted.language == _language_sent(customer)
    same = same and all(getattr(customer, name) == getattr(wanted, name) for name in ISSUERS_OWN)
    outcome: Outcome = "unchanged" if same else "updated"
    return Upsert(number, wanted, customer, outcome, brings_contact=not knows_contact)


def _language_sent(customer: Customer) -> str:
    return customer.issued_language or customer.language


async def _numbers_of_known_contacts(
    session: AsyncSession, customers: Iterable[Customer], wanted: Mapping[str, CustomerUpsert]
) -> set[str]:
    """The numbers whose contact is the one sent last; of one who was erased a digest is left."""
    sent = {customer.number: customer.issued_contact for customer in customers}
    told = {number: wanted[number].contact.model_dump() for number in sent}
    erased = [number for number in sent if "erased" in sent[number]]
    if erased:
        contacts = {"contacts": [told[number] for number in erased]}
        digests = await session.scalars(DIGESTS, contacts)
        told |= {n: {"erased": digest} for n, digest in zip(erased, digests, strict=True)}
    return {number for number in sent if sent[number] == told[number]}


async def _change(session: AsyncSession, upserts: list[Upsert]) -> None:
    await _change_contacts(session, [one for one in upserts if one.brings_contact])
    for one in upserts:
        customer, wanted = _present(one), one.wanted
        if wanted.language != _language_sent(customer):
            customer.language = wanted.language
        customer.issued_language = wanted.language
        if (wanted.channel == "portal") != (customer.channel == "portal"):
            # What was published before is not sent by post now: it was announced by mail.
            customer.post_since = func.current_date()
        for name in ISSUERS_OWN:
            setattr(customer, name, getattr(wanted, name))
    await session.flush()


async def _change_contacts(session: AsyncSession, upserts: list[Upsert]) -> None:
    if not upserts:
        return
    people = await _people(session, upserts)
    held = select(Membership.customer_id, Membership.user_id).where(
        Membership.customer_id.in_(_ids(upserts)), Membership.role == "main_contact"
    )
    present = {row.customer_id: row.user_id for row in await session.execute(held)}
    names, moving = {}, []
    for one in upserts:
        user_id, customer = people[one.number], _present(one)
        if present.get(customer.id) == user_id:
            # The issuer corrected a name; a person who has an account keeps the one they gave.
            names[user_id] = _name_of(one)
        else:
            moving.append(one)
        customer.issued_contact = one.contact
    await correct_names(session, names)
    await _move(session, moving, people)


async def _move(session: AsyncSession, upserts: list[Upsert], people: dict[str, UUID]) -> None:
    """Make other people the main contacts, whose accounts the numbers go to."""
    if not upserts:
        return
    await session.execute(
        delete(Membership).where(
            Membership.customer_id.in_(_ids(upserts)), Membership.role == "main_contact"
        ),
        execution_options={"synchronize_session": False},
    )
    accounts = await _accounts_of(session, {people[one.number] for one in upserts})
    for one in upserts:
        _present(one).account_id = accounts[people[one.number]]
    await _make_main_contacts(session, upserts, people)


async def _create(session: AsyncSession, upserts: list[Upsert]) -> list[Upsert]:
    """Add customer numbers; those that somebody else has added meanwhile are left out."""
    if not upserts:
        return []
    people = await _people(session, upserts)
    accounts = await _accounts_of(session, set(people.values()))
    rows = [_row(one, accounts[people[one.number]]) for one in upserts]
    added = set(await session.scalars(ADD, rows))
    created = []
    for one, values in zip(upserts, rows, strict=True):
        if one.number in added:
            one.customer = Customer(**values)
            created.append(one)
    await _make_main_contacts(session, created, people)
    return created


def _row(one: Upsert, account_id: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "number": one.number,
        "account_id": account_id,
        "language": one.wanted.language,
        "issued_language": one.wanted.language,
        "issued_contact": one.contact,
        "notification_mode": "link",
        **{name: getattr(one.wanted, name) for name in ISSUERS_OWN},
    }


async def _people(session: AsyncSession, upserts: list[Upsert]) -> dict[str, UUID]:
    """The persons that the issuer names, by customer number."""
    contacts = [
        Named(one.wanted.contact.email, one.wanted.language, *_name_of(one)) for one in upserts
    ]
    people = await people_at(session, contacts)
    return {one.number: people[address_key(one.wanted.contact.email)] for one in upserts}


def _name_of(one: Upsert) -> tuple[str, str]:
    return one.wanted.contact.first_name, one.wanted.contact.last_name


async def _accounts_of(session: AsyncSession, user_ids: set[UUID]) -> dict[UUID, UUID]:
    """The accounts that main contacts' customer numbers share, made where they have none."""
    held = (
        select(Membership.user_id, Customer.account_id)
        .join(Customer, Customer.id == Membership.customer_id)
        .where(Membership.user_id.in_(user_ids), Membership.role == "main_contact")
        .group_by(Membership.user_id, Customer.account_id)
    )
    accounts = {row.user_id: row.account_id for row in await session.execute(held)}
    new = {user_id: new_id() for user_id in user_ids - accounts.keys()}
    if new:
        await session.execute(insert(Account), [{"id": account} for account in new.values()])
    return accounts | new


async def _make_main_contacts(
    session: AsyncSession, upserts: list[Upsert], people: dict[str, UUID]
) -> None:
    rows = [
        {
            "user_id": people[one.number],
            "customer_id": _present(one).id,
            "role": "main_contact",
        }
        for one in upserts
    ]
    if rows:
        await session.execute(MAKE_MAIN_CONTACT, rows)


def _present(one: Upsert) -> Customer:
    if one.customer is None:
        raise LookupError("no such customer number")
    return one.customer


def _ids(upserts: list[Upsert]) -> list[UUID]:
    return [_present(one).id for one in upserts]
