"""Domains outside ASCII reach their owner, not that of the domain which IDNA 2003 made of them."""

import pytest

from api.accounts.addresses import deliverable_form
from api.core.domains import ascii_domain
from api.mailer.composing import on_the_wire
from api.mailer.sending import MailRefused

# What registries hold under these names; the values are those of the IDNA 2008 tables (RFC 5892).
DOMAINS = {
    "example.com": "example.com",
    "bücher.example": "xn--bcher-kva.example",
    "faß.example": "xn--fa-hia.example",
    "FAẞ.example": "xn--fa-hia.example",
    "βόλος.example": "xn--nxasmm1c.example",
}
JOINED = "क्\u200dष.example"


@pytest.mark.parametrize("domain", DOMAINS)
def test_sec_X21_a_domain_is_never_another_ones(domain: str) -> None:
    assert ascii_domain(domain) == DOMAINS[domain]
    assert on_the_wire(f"ada@{domain}") == f"ada@{DOMAINS[domain]}"
    address = deliverable_form(f"ada@{domain}")
    assert address is not None
    assert on_the_wire(address) == f"ada@{DOMAINS[domain]}"


def test_sec_X21_a_joiner_is_never_dropped() -> None:
    """IDNA 2003 drops it, which names another domain; addresses with it are refused at entry."""
    assert ascii_domain(JOINED) == "xn--11b2ezcw70k.example"
    assert on_the_wire(f"ada@{JOINED}") == "ada@xn--11b2ezcw70k.example"
    assert deliverable_form(f"ada@{JOINED}") is None


@pytest.mark.parametrize("domain", ["ü\u200d.example", "a..ü.example", "x_ü.example"])
def test_sec_X21_what_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ascii_domain(domain)
    assert deliverable_form(f"ada@{domain}") is None
    with pytest.raises(MailRefused):
        on_the_wire(f"ada@{domain}")
