"""Fictional numbers have right check digits and belong to nobody."""

import pytest
from stdnum import iban as iban_check
from stdnum.be import ogm_vcs, vat
from stdnum.eu import at_02

from api.demo.identifiers import (
    creditor_identifier,
    enterprise_number,
    iban,
    structured_communication,
    vat_number,
)

INDEXES = (0, 1, 96, 97, 9_999, 10_000, 12_345, 19_999)


@pytest.mark.parametrize("index", INDEXES)
def test_numbers_have_right_check_digits(index: int) -> None:
    enterprise = enterprise_number(index)
    assert enterprise.startswith(("0999", "1099"))
    assert vat.is_valid(vat_number(enterprise))
    assert at_02.is_valid(creditor_identifier(enterprise))
    assert iban_check.is_valid(iban(index))
    assert iban(index)[4:7] == "999"


@pytest.mark.parametrize("base", [0, 1, 97, 194, 2_026_00_138, 10**10 - 1])
def test_structured_communication(base: int) -> None:
    assert ogm_vcs.is_valid(structured_communication(base))


def test_enterprise_number_of_the_documentation() -> None:
    assert enterprise_number(1) == "0999000129"


def test_numbers_differ_and_end() -> None:
    assert len({enterprise_number(index) for index in range(20_000)}) == 20_000
    with pytest.raises(ValueError, match="20000"):
        enterprise_number(20_000)
