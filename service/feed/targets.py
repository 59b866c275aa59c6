"""Where webhooks may go: the operator's list of targets, and addresses read by one strict grammar.

A server that calls addresses others give it can be made to call what only it can reach: its own administration, a
cloud's metadata, a neighbour on the intranet. So there is a list, TONGCHOU_WEBHOOK_TARGETS, and what is not on it is
not called. Its entries, with commas or blanks between, are `host`, `host:port`, `*.domain`, `10.1.2.3`, `10.1.0.0/16`,
`[fd00::5]`, each with `http://` before it where plain HTTP may be used. A host's address must be a public one unless an
entry names that very address or a network around it.

The grammar of a URL is narrower than RFC 3986, so that no two readers of it can disagree about the host: ASCII, no
user, no fragment, a name of letters, digits and hyphens or an address in its one usual form.
"""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass

from domain.errors import Refusal

ENVIRONMENT = "TONGCHOU_WEBHOOK_TARGETS"
URL_LENGTH_MAX = 2000
PORTS = {"https": 443, "http": 80}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)"
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_ENTRY = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>\[[0-9a-f:.]+\](?:/\d+)?|[a-z0-9.*/-]+)(?::(?P<port>\d{1,5}))?"
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class WebhookUrlUnclear(Refusal):
    """An address of a webhook that is not read one way only."""

    code = "webhook-url-unclear"
    sentence_en = "“{given}” cannot be the address of a webhook: {problem}."
    cure_en = (
        "Write https://host/path with a host name or an IP address, a port if it is another than 443, no user name."
    )


class WebhookTargetNotAllowed(Refusal):
    """A webhook to a host the operator has not allowed."""

    code = "webhook-target-not-allowed"
    sentence_en = "Webhooks to {target} are not allowed on this server."
    cure_en = "Let its operator add the target to TONGCHOU_WEBHOOK_TARGETS; without that list no webhook is called."


class WebhookTargetsUnclear(Refusal):
    """The operator's list has an entry that cannot be read; the server does not start with it."""

    code = "webhook-targets-unclear"
    sentence_en = "The entry “{given}” of TONGCHOU_WEBHOOK_TARGETS is not a target."
    cure_en = "Write host, host:port, *.domain, an address or 10.1.0.0/16, with http:// before it for plain HTTP."


@dataclass(frozen=True)
class Target:
    """An address that was read: everything that is needed to call it, so that no other reader is asked again."""

    scheme: str
    host: str
    """A name in lower case, or an address without brackets."""
    port: int
    path: str
    """With the query; begins with a slash."""

    @property
    def address(self) -> Address | None:
        """The host where it is an address, None where it is a name."""
        return _address(self.host)

    @property
    def authority(self) -> str:
        """Host and port as the `Host` header names them (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def parse_target(url: str) -> Target:
    """Read an address. Raises `WebhookUrlUnclear`."""
    shown = "".join(mark for mark in url if mark.isprintable())[:120]
    if len(url) > URL_LENGTH_MAX:
        raise WebhookUrlUnclear(given=shown, problem=f"it has more than {URL_LENGTH_MAX} characters")
    scheme, separator, rest = url.partition("://")
    end = min((place for mark in "/?" if (place := rest.find(mark)) >= 0), default=len(rest))
    # schemes and names may be written in capitals; nothing else of them may differ from the grammar
    found = _URL.fullmatch(scheme.lower() + separator + rest[:end].lower() + rest[end:])
    if found is None:
        raise WebhookUrlUnclear(given=shown, problem="it is not https://host[:port]/path in plain characters")
    port = int(found["port"] or PORTS[found["scheme"]])
    if port > 65535:
        raise WebhookUrlUnclear(given=shown, problem="there is no such port")
    host = found["host"].strip("[]")
    if _address(host) is None and not _is_name(host):
        raise WebhookUrlUnclear(given=shown, problem="its host is neither a full name nor an address in the usual form")
    path = found["path"]
    return Target(found["scheme"], host, port, path if path.startswith("/") else f"/{path}")


def _is_name(host: str) -> bool:
    """Whether it is a host name no resolver takes for a number (127.1, 2130706433, 0x7f.1) and without a last dot."""
    labels = host.split(".")
    return all(_LABEL.fullmatch(label) for label in labels) and not re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1])


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


@dataclass(frozen=True)
class _Entry:
    scheme: str
    name: str
    network: Network | None
    port: int

    def names(self, target: Target) -> bool:
        if (self.scheme, self.port) != (target.scheme, target.port):
            return False
        address = target.address
        if self.network is not None:
            return address is not None and address in self.network
        return address is None and (
            target.host.endswith(self.name[1:]) if self.name.startswith("*.") else target.host == self.name
        )


class Targets:
    """The operator's list. Raises `WebhookTargetsUnclear` for one that cannot be read."""

    def __init__(self, listed: str) -> None:
        self._entries = [_entry(one) for one in re.split(r"[,\s]+", listed.strip()) if one]

    @classmethod
    def of_environment(cls) -> Targets:
        """The list of TONGCHOU_WEBHOOK_TARGETS; empty where it is not set."""
        return cls(os.environ.get(ENVIRONMENT, ""))

    def check(self, target: Target) -> None:
        """Raise `WebhookTargetNotAllowed` for a target no entry names."""
        if not any(entry.names(target) for entry in self._entries):
            raise WebhookTargetNotAllowed(target=f"{target.scheme}://{target.authority}")

    def may_reach(self, address: Address) -> bool:
        """Whether a host's address may be connected to: a public one, or one an entry names."""
        listed = any(entry.network is not None and address in entry.network for entry in self._entries)
        return listed or is_public(address)


def is_public(address: Address) -> bool:
    """Whether an address is one of the public network, also where it stands for an IPv4 address within it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        within = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if within:
            return is_public(within)
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _entry(given: str) -> _Entry:
    found = _ENTRY.fullmatch(given.lower())
    if found is None:
        raise WebhookTargetsUnclear(given=given[:120])
    scheme, host = found["scheme"] or "https", found["host"]
    port = int(found["port"] or PORTS[scheme])
    try:
        network = ipaddress.ip_network(host.replace("[", "").replace("]", ""))
    except ValueError:
        if not _is_name(host.removeprefix("*.")) or port > 65535:
            raise WebhookTargetsUnclear(given=given[:120]) from None
        return _Entry(scheme, host, None, port)
    return _Entry(scheme, "", network, port)
