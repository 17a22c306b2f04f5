"""One POST to an address outside: to public addresses only, the one that was checked, no redirects,
limits on time and size."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from server.jobs.outside.limits import CONNECT, limited
from server.jobs.outside.port import Undelivered

LIMIT_ANSWER = 64 * 1024
"""Bytes that are read of an answer."""

PORTS = {"https": 443, "http": 80}


class Answer(NamedTuple):
    """Status and beginning of the body."""

    status: int
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False) -> Answer:
    """Send ``body`` to ``url``. ``private`` lets addresses of private networks and http pass.

    Raises Undelivered: forbidden (final), away, timeout, refused.
    """
    place = urlsplit(url)
    address = _address(place, private)
    connection = _connection(place, address)
    path = f"{place.path or '/'}{f'?{place.query}' if place.query else ''}"
    try:
        with limited(lambda: connection.held):
            connection.request("POST", path, body, {"Host": place.netloc, **headers})
            with connection.getresponse() as answer:
                return _accepted(Answer(answer.status, answer.read(LIMIT_ANSWER)))
    except TimeoutError as error:
        raise Undelivered("timeout", str(error)) from error
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered("away", f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        connection.close()


def _accepted(answer: Answer) -> Answer:
    """A redirect is a refusal: nobody but the operator says where messages go."""
    if 200 <= answer.status < 300:
        return answer
    told = answer.body[:200].decode("utf-8", "replace")
    final = 300 <= answer.status < 500 and answer.status not in (408, 425, 429)
    raise Undelivered("refused", f"HTTP {answer.status} {told}", is_final=final)


def _address(place: SplitResult, private: bool) -> tuple[str, int]:
    """The address that was looked at is the one that is connected to."""
    schemes = PORTS if private else {"https": 443}
    if place.scheme not in schemes or not place.hostname or place.username is not None:
        raise Undelivered("forbidden", "the address is not one of https", is_final=True)
    port = place.port or PORTS[place.scheme]
    try:
        found = socket.getaddrinfo(place.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Undelivered("away", f"{place.hostname}: {error}") from error
    addresses = [str(each[4][0]) for each in found]
    if not private and not all(is_public(each) for each in addresses):
        raise Undelivered("forbidden", f"{place.hostname} lies inside", is_final=True)
    return addresses[0], port


def is_public(text: str) -> bool:
    """Whether an address lies in the public network, whatever it is wrapped in."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inside is not None:
            return is_public(str(inside))
        if address.teredo:
            return False
    return address.is_global and not address.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address behind one of NAT64 (RFC 6052) or an IPv4-compatible one."""
    if int(address) >> 32 in (0x0064FF9B << 64, 0):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _connection(place: SplitResult, address: tuple[str, int]) -> _Pinned:
    if place.scheme == "https":
        return _Secure(place.hostname or "", address)
    return _Pinned(place.hostname or "", address)


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, whatever the name says by now."""

    held: socket.socket | None = None
    """The connection, which HTTPConnection forgets before the answer is read."""

    def __init__(self, host: str, address: tuple[str, int]) -> None:
        super().__init__(host, address[1], timeout=CONNECT)
        self.address = address

    def connect(self) -> None:
        self.held = self.sock = socket.create_connection(self.address, CONNECT)


class _Secure(_Pinned):
    def connect(self) -> None:
        super().connect()
        secure = ssl.create_default_context().wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.held = self.sock = secure
        secure.do_handshake()
