"""Domain names outside ASCII, encoded for DNS and SMTP in one way everywhere."""

import idna


def ascii_domain(domain: str) -> str:
    """Return a domain as DNS knows it (IDNA 2008, RFC 5891; UTS 46, non-transitional).

    Python's own `idna` codec is IDNA 2003, for which `faß.example` is `fass.example`: the domain of
    somebody else. Raises `ValueError` for what is no domain.
    """
    if domain.isascii():
        return domain
    return idna.encode(domain, uts46=True, transitional=False).decode("ascii")
