"""Where webhooks may go: one reading of an address, the operator's list, and no way round it."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from service.feed.targets import (
    Target,
    Targets,
    WebhookTargetNotAllowed,
    WebhookTargetsUnclear,
    WebhookUrlUnclear,
    is_public,
    parse_target,
)


@pytest.mark.parametrize(
    "url,target",
    [
        ("https://hooks.example/in", Target("https", "hooks.example", 443, "/in")),
        ("HTTPS://Hooks.Example:8443", Target("https", "hooks.example", 8443, "/")),
        ("http://10.1.2.3?Key=A%20b", Target("http", "10.1.2.3", 80, "/?Key=A%20b")),
        ("https://[fd00::5]:444/a", Target("https", "fd00::5", 444, "/a")),
        ("https://xn--fiqs8s.example/", Target("https", "xn--fiqs8s.example", 443, "/")),
    ],
)
def test_an_address_is_read_into_its_parts(url: str, target: Target) -> None:
    assert parse_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "file:" + "///etc/passwd",
        "ftp://hooks.example/",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "https://user@hooks.example/",
        "https://user:password@hooks.example/",
        "https://hooks.example@127.0.0.1/",
        "https://hooks.example#@127.0.0.1/",
        "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example:99999/",
        "https://hooks.example:0/",
        "https://hooks.example:/",
        "https://hooks.example:-1/",
        "https://hooks.example:443:80/",
        "https://hooks.example./",
        "https://.hooks.example/",
        "https://hooks..example/",
        "https://-hooks.example/",
        "https://hooks_example/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.1.2/",
        "https://127.0.0.01/",
        "https://[::1/",
        "https://::1/",
        "https://[fe80::1%25eth0]/",
        "https://[::ffff:127.0.0.1.1]/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nHost: other",
        "https://hooks.example\t/",
        " https://hooks.example/",
        "https://hooks.example/路",
        "https://中国.example/",
        "https://hooks.example/a/../b#c",
        "https://" + "a" * 300 + ".example/",
        "https://hooks.example/" + "a" * 3000,
        "https:/hooks.example/",
        "https:///hooks.example/",
        "//hooks.example/",
        "https://①②⑦.⓪.⓪.①/",
    ],
)
def test_an_address_that_could_be_read_two_ways_is_refused(url: str) -> None:
    with pytest.raises(WebhookUrlUnclear) as refused:
        parse_target(url)
    assert refused.value.sentence


LISTED = "hooks.example, http://plain.example:8080 *.county.example 10.1.2.3 http://10.2.0.0/16 [fd00::5]:8443"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/a",
        "http://plain.example:8080/",
        "https://finance.county.example/",
        "https://a.b.county.example/",
        "https://10.1.2.3/",
        "http://10.2.200.7/",
        "https://[fd00::5]:8443/",
        "https://[fd00:0:0::5]:8443/",
    ],
)
def test_what_the_operator_lists_is_allowed(url: str) -> None:
    Targets(LISTED).check(parse_target(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://hooks.example:8443/",
        "https://evil.hooks.example/",
        "https://hooks.example.evil/",
        "https://plain.example:8080/",
        "https://county.example/",
        "https://evilcounty.example/",
        "https://10.1.2.4/",
        "http://10.1.2.3/",
        "https://10.2.200.7/",
        "http://10.2.200.7:8080/",
        "https://[fd00::5]/",
        "https://127.0.0.1/",
    ],
)
@pytest.mark.parametrize("listed", [LISTED, ""])
def test_what_is_not_listed_is_not_allowed(url: str, listed: str) -> None:
    with pytest.raises(WebhookTargetNotAllowed):
        Targets(listed).check(parse_target(url))


@pytest.mark.parametrize("listed", ["*", "*.", "10.1.2.3/8", "ftp://a.example", "a.example:0x", "a b_c", "10.1", "a/b"])
def test_a_list_that_cannot_be_read_is_refused_at_the_start(listed: str) -> None:
    with pytest.raises(WebhookTargetsUnclear):
        Targets(f"hooks.example,{listed}")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"),
    ],
)
def test_an_address_that_is_not_public_is_reached_only_where_it_is_listed(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not Targets("hooks.example").may_reach(ip_address(address))
    assert Targets(f"hooks.example {f'[{address}]' if ':' in address else address}").may_reach(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_may_be_reached_by_an_allowed_name(address: str) -> None:
    assert Targets("hooks.example").may_reach(ip_address(address))
