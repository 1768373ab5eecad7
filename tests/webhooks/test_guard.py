from __future__ import annotations

import ipaddress

import pytest

from moderation.webhooks.guard import Forbidden, addresses_of, is_allowed, is_public


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "211.249.220.24", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_what_the_internet_has_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 127.1.2.3 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.8 192.0.2.1
    198.18.0.1 203.0.113.5 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
    ::1 :: fe80::1 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 fec0::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1::
    2002:a00:1::1 64:ff9b:1::1 2001::1""".split(),
)
def test_what_only_this_side_can_reach_is_not(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


def test_a_named_network_is_allowed_and_nothing_beside_it() -> None:
    named = [ipaddress.ip_network("10.1.2.0/24"), ipaddress.ip_network("fd00::/8")]
    for address, allowed in [
        ("10.1.2.9", True),
        ("::ffff:10.1.2.9", True),
        ("fd00::7", True),
        ("10.1.3.9", False),
        ("127.0.0.1", False),
        ("fc00::1", False),
    ]:
        assert is_allowed(ipaddress.ip_address(address), tls=False, private=named) is allowed
    assert is_allowed(ipaddress.ip_address("8.8.8.8"), tls=True, private=named)
    assert not is_allowed(ipaddress.ip_address("8.8.8.8"), tls=False, private=named)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "127.1", "::1", "0"])
def test_this_machine_is_found_out_however_it_is_written(host: str) -> None:
    with pytest.raises(Forbidden, match="MODERATION_WEBHOOK_NETWORKS"):
        addresses_of(host, 443, tls=True, private=[])


def test_plain_http_does_not_leave_the_house() -> None:
    with pytest.raises(Forbidden, match="https"):
        addresses_of("8.8.8.8", 80, tls=False, private=[])
    assert addresses_of("8.8.8.8", 443, tls=True, private=[]) == ["8.8.8.8"]
