"""N2 end points by URL: ``sctp://host:port``, ``tcp://host:port``, ``memory://name``.

SCTP may have several addresses, of this side and of the other, and its parameters::

    sctp://10.0.0.5,10.1.0.5:38412?local=10.0.0.1,10.1.0.1&heartbeat=5000&rto-max=1000
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl

from nfs.transports import framed_tcp, memory, sctp
from nfs.transports.base import Association, Listener
from nfs.transports.sctp_parameters import SctpParameters

NGAP_PORT = 38412
_URL = re.compile(r"(tcp|sctp|memory)://([^/?#]*?)(?::(\d{1,5}))?/?(?:\?([^#]*))?")
_HOST = re.compile(r"\[([0-9A-Fa-f:.%\w]+)\]|([\w.-]+)")
_PARAMETERS = {field.name.replace("_", "-"): field.name for field in fields(SctpParameters)}


@dataclass(frozen=True, slots=True)
class Endpoint:
    scheme: str
    hosts: tuple[str, ...]
    port: int
    local: tuple[str, ...] = ()
    """Addresses of this side; if empty, those that the route has."""
    parameters: SctpParameters = SctpParameters()

    @classmethod
    def parse(cls, url: str) -> Endpoint:
        """Raises ValueError with what is wrong."""
        match = _URL.fullmatch(url)
        hosts = _hosts(match[2]) if match else ()
        if match is None or not hosts:
            raise ValueError(f"not an N2 end point such as tcp://127.0.0.1:{NGAP_PORT}: {url!r}")
        port = NGAP_PORT if match[3] is None else int(match[3])
        if port > 65535:
            raise ValueError(f"{url}: {port} is no port")
        scheme = match[1]
        if len(hosts) > 1 and scheme != "sctp":
            raise ValueError(f"{url}: several addresses are for sctp:// only")
        local, parameters = _query(url, match[4] or "", scheme)
        return cls(scheme, hosts, port, local, parameters)


async def listen(url: str) -> Listener:
    """Raises OSError when the address is taken or the transport is not to be had here."""
    endpoint = Endpoint.parse(url)
    if endpoint.scheme == "tcp":
        listener = framed_tcp.TcpListener()
        await listener.start(endpoint.hosts[0], endpoint.port)
        return listener
    if endpoint.scheme == "sctp":
        return sctp.SctpListener(endpoint.hosts, endpoint.port, endpoint.parameters)
    return memory.MemoryListener(endpoint.hosts[0])


async def connect(url: str) -> Association:
    endpoint = Endpoint.parse(url)
    hosts, port, local = endpoint.hosts, endpoint.port, endpoint.local
    if endpoint.scheme == "tcp":
        return await framed_tcp.connect(hosts[0], port, local[0] if local else None)
    if endpoint.scheme == "sctp":
        return await sctp.connect(hosts, port, local, endpoint.parameters)
    return memory.connect(hosts[0])


def _hosts(text: str) -> tuple[str, ...]:
    """``a,b``, IPv6 addresses in brackets; empty when it is not that."""
    matches = [_HOST.fullmatch(each) for each in text.split(",")]
    return tuple(m[1] or m[2] for m in matches if m) if all(matches) else ()


def _query(url: str, query: str, scheme: str) -> tuple[tuple[str, ...], SctpParameters]:
    local: tuple[str, ...] = ()
    given: dict[str, int] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "local" and (local := _hosts(value)) and scheme != "memory":
            continue
        if name not in _PARAMETERS or not value.isdecimal() or scheme != "sctp":
            known = ", ".join(("local", *_PARAMETERS)) if scheme == "sctp" else "local"
            raise ValueError(f"{url}: {name}={value} is not known here; known: {known}")
        given[_PARAMETERS[name]] = int(value)
    return local, SctpParameters(**given)
