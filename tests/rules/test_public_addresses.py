"""Only ordinary addresses of the public internet are called."""

from ipaddress import ip_address

import pytest

from app.rules.public_addresses import is_public

NOT_PUBLIC = {
    "this network": "0.0.0.0",  # noqa: S104
    "private, class A": "10.1.2.3",
    "shared by carriers": "100.64.0.1",
    "loopback": "127.0.0.1",
    "any loopback": "127.255.255.254",
    "link-local, the metadata of clouds": "169.254.169.254",
    "private, class B": "172.31.255.255",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "6to4 relay": "192.88.99.1",
    "private, class C": "192.168.1.1",
    "benchmarks": "198.19.0.1",
    "more documentation": "198.51.100.1",
    "still more documentation": "203.0.113.1",
    "multicast": "224.0.0.1",
    "scoped multicast": "239.255.255.250",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified in IPv6": "::",
    "loopback in IPv6": "::1",
    "loopback, mapped": "::ffff:127.0.0.1",
    "public, but mapped": "::ffff:8.8.8.8",
    "public, but compatible": "::8.8.8.8",
    "NAT64": "64:ff9b::7f00:1",
    "local NAT64": "64:ff9b:1::1",
    "discard": "100::1",
    "Teredo": "2001::1",
    "ORCHID": "2001:20::1",
    "documentation in IPv6": "2001:db8::1",
    "6to4": "2002:7f00:1::1",
    "new documentation": "3fff::1",
    "segment routing": "5f00::1",
    "unique local": "fd00::1",
    "link-local in IPv6": "fe80::1",
    "site-local": "fec0::1",
    "multicast in IPv6": "ff02::1",
    "global multicast": "ff0e::1",
}


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_a_special_address_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.88.98.1", "223.255.255.255"],
)
def test_its_neighbours_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", ["2000::1", "2001:200::1", "2003::1", "2606:4700::1111", "2a00:1450::1", "3ffe::1"])
def test_assigned_ipv6_is_public(address: str) -> None:
    assert is_public(ip_address(address))
