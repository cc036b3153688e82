"""Invented customers for measuring."""

from datetime import UTC, date, datetime

import pytest

from api.demo.bulk import statements
from api.demo.crowd import FEW_EMAIL, MANY_EMAIL, Wanted, companies
from api.demo.generator import generate

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("documents", "customers"), [(10, 1), (400, 5), (300, 40)])
def test_enough_documents_for_any_number_of_customers(documents: int, customers: int) -> None:
    crowd = list(companies(customers, documents, seed=1))
    made = list(generate(TODAY, crowd, "1", "B"))
    assert len(made) >= documents
    assert len({(d.kind, d.number) for d in made}) == len(made)
    assert len({c.number for c in crowd}) == len({c.enterprise for c in crowd}) == customers


def test_the_same_for_a_seed() -> None:
    assert list(companies(20, 100, 1)) == list(companies(20, 100, 1))
    assert list(companies(20, 100, 1)) != list(companies(20, 100, 2))


def test_five_numbers_for_one_and_five_hundred_for_another() -> None:
    contacts = [company.contact.email for company in companies(600, 600, 1)]
    assert contacts.count(FEW_EMAIL) == 5
    assert contacts.count(MANY_EMAIL) == 500
    assert contacts[505] == contacts[506] != contacts[507]


def test_documents_end_yesterday() -> None:
    wanted = Wanted(1_000_000, 20_000, 1, TODAY)
    last = wanted.start.timestamp() * 1000 + wanted.step * (wanted.documents - 1)
    assert datetime.fromtimestamp(last / 1000, UTC).date() < TODAY


def test_statements_are_found_by_name() -> None:
    found = statements()
    assert found["documents"].startswith("INSERT INTO documents")
    assert all(body and "-- name" not in body for body in found.values())
