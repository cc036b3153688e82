"""Which addresses may be called: public ones, and those that the operator allows (X6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal, Self

from yarl import URL

from api.core.settings import Network

Address = IPv4Address | IPv6Address
Reason = Literal["not_a_url", "not_https", "not_public"]

# Of IPv6, all else is reserved, of one network, or IPv4 in some disguise.
GLOBAL_UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
# What Python's registry, which differs by its version, may call global, and is none of the public
# internet or leads out of it again.
NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # what a machine in Azure asks about itself
        "192.0.0.0/24",  # protocol assignments; what a machine in Oracle's cloud asks, too
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # protocol assignments, Teredo among them
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


class RefusedUrl(ValueError):
    """A URL that is not called; `reason` is a word, for which each language has its sentence."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class AllowList:
    """What `IPORTAL_OUTBOUND_ALLOW` opens: hosts by name, networks by their range."""

    hosts: frozenset[str]
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, entries: Iterable[str | Network]) -> Self:
        """The list of a setting, whose entries were checked when it was read."""
        entries = tuple(entries)
        hosts = frozenset(entry for entry in entries if isinstance(entry, str))
        return cls(hosts, tuple(entry for entry in entries if not isinstance(entry, str)))

    def names(self, host: str) -> bool:
        """Whether this host may be called wherever it is, and without TLS."""
        literal = literal_address(host)
        return self.holds(literal) if literal else host.rstrip(".").lower() in self.hosts

    def holds(self, address: Address) -> bool:
        """Whether this address may be called although it is not public."""
        return any(address in network for network in self.networks)

    def opens(self, host: str, address: Address) -> bool:
        """Whether a host that is found at this address may be called there."""
        return is_public(address) or self.holds(address) or self.names(host)


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet; an IPv4 address within IPv6 decides."""
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped
        if within is None and address in NAT64:
            within = IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return is_public(within)
        if address not in GLOBAL_UNICAST:
            return False
    special = address.is_multicast or any(address in network for network in NOT_PUBLIC)
    return address.is_global and not special


def literal_address(host: str) -> Address | None:
    """The address that a URL names in place of a host; None for a name.

    Raises `RefusedUrl` for what looks like an address and is none: the HTTP client would not ask
    for such a name but connect, and the system reads `2130706433` or `127.1` as 127.0.0.1.
    """
    try:
        return ip_address(host)
    except ValueError:
        if ":" in host or host.replace(".", "").isdigit():
            raise RefusedUrl("not_public") from None
        return None


def check_url(text: str, allowed: AllowList) -> URL:
    """A URL that may be called, as far as can be told without asking where its host is.

    It is https, unless the operator allows its host, and names nobody's password. Raises
    `RefusedUrl`.
    """
    try:
        url = URL(text)
        host, port = url.raw_host, url.port
    except ValueError as error:
        raise RefusedUrl("not_a_url") from error
    if url.scheme not in ("http", "https") or not host or not port or url.user or url.password:
        raise RefusedUrl("not_a_url")
    literal = literal_address(host)
    if literal is not None and not allowed.opens(host, literal):
        raise RefusedUrl("not_public")
    if url.scheme == "http" and not allowed.names(host):
        raise RefusedUrl("not_https")
    return url
