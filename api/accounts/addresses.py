"""E-mail addresses: compared without case, and shown masked to those who may not know them."""

from email_validator import EmailNotValidError, validate_email

from api.core.domains import ascii_domain

MASK = "•••"
ENCODED_WORD = "=?"


def address_key(address: str) -> str:
    """What an address is compared by: the user name does not mind case (A2)."""
    return address.strip().lower()


def deliverable_form(address: str) -> str | None:
    """The address when it is one, spelled as mail servers expect; None otherwise (R7).

    A list, a second address after a comma or a line break makes it no address; neither is what mail
    programs would read as an encoded word (RFC 2047), which could hide a line break (X4).
    """
    if ENCODED_WORD in address:
        return None
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
        ascii_domain(found.domain)
    except (EmailNotValidError, ValueError):
        return None
    return found.normalized


def deliverable(address: str) -> str:
    """The same for a field of a body: raises `ValueError` when it is no address."""
    found = deliverable_form(address)
    if found is None:
        raise ValueError("an e-mail address")
    return found


def masked(address: str) -> str:
    """Enough to recognise one's own address, too little to learn another's: `a•••@e•••.com`."""
    name, _, domain = address.rpartition("@")
    host, dot, ending = domain.rpartition(".")
    return f"{name[:1]}{MASK}@{host[:1]}{MASK}{dot}{ending}"
