"""Which addresses are public, in whatever notation (X6)."""

from ipaddress import ip_address, ip_network

import pytest

from api.core.settings import Settings
from api.outbound import AllowList, RefusedUrl, check_url
from api.outbound.addresses import is_public

NOTHING = AllowList.of([])
INNER = AllowList.of(["erp.inner.example", ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")])


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "::ffff:0:7f00:1",
        "::5efe:7f00:1",
        "200::1",
        "4000::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2001:2::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_sec_X6_what_is_not_public_is_known(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "193.191.245.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2a00:1450:4001::1"],
)
def test_sec_X6_what_is_public_is_called(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "not_a_url"),
        ("example.com/hook", "not_a_url"),
        ("ftp://example.com/", "not_a_url"),
        ("file:///etc/passwd", "not_a_url"),
        ("https:///hook", "not_a_url"),
        ("https://user@example.com/", "not_a_url"),
        ("https://user:secret@example.com/", "not_a_url"),
        ("https://example.com:99999/", "not_a_url"),
        ("https://[::1", "not_a_url"),
        ("http://example.com/", "not_https"),
        ("http://8.8.8.8/", "not_https"),
        ("https://127.0.0.1/", "not_public"),
        ("https://127.1/", "not_public"),
        ("https://2130706433/", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://[::ffff:169.254.169.254]/", "not_public"),
        ("https://１２７.0.0.1/", "not_public"),
        ("https://10.1.0.1/", "not_public"),
    ],
)
def test_sec_X6_urls_that_are_refused_before_anything_is_asked(url: str, reason: str) -> None:
    with pytest.raises(RefusedUrl) as refused:
        check_url(url, NOTHING)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.inner.example/hook",
        "https://ERP.inner.example:8443/hook",
        "http://10.1.2.3/hook",
        "http://[fd00:1::5]:8080/hook",
    ],
)
def test_sec_X6_the_operator_opens_inner_hosts(url: str) -> None:
    assert str(check_url(url, INNER)).lower() == url.lower()


@pytest.mark.parametrize("url", ["http://10.2.0.1/", "https://10.2.0.1/", "http://inner.example/"])
def test_sec_X6_nothing_beside_what_the_operator_names(url: str) -> None:
    with pytest.raises(RefusedUrl):
        check_url(url, INNER)


def test_sec_X6_the_setting_is_read_and_refused_when_wrong(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings.model_dump(exclude={"outbound_allow"})
    monkeypatch.setenv("IPORTAL_OUTBOUND_ALLOW", "ERP.example, 10.1.0.0/16 10.2.0.5")
    read = Settings(**given)
    assert read.outbound_allow == [
        "erp.example",
        ip_network("10.1.0.0/16"),
        ip_network("10.2.0.5/32"),
    ]
    for wrong in ("10.1.0.5/16", "https://erp.example", "*.example", "10.0.0.0/33"):
        monkeypatch.setenv("IPORTAL_OUTBOUND_ALLOW", wrong)
        with pytest.raises(ValueError, match="outbound_allow"):
            Settings(**given)
