"""N2 end points by URL: ``tcp://host:port``, ``sctp://host:port``, ``memory://name``."""

from __future__ import annotations

from urllib.parse import urlsplit

from nfs.transports import framed_tcp, memory, sctp
from nfs.transports.base import Association, Listener

NGAP_PORT = 38412


async def listen(url: str) -> Listener:
    """Raises OSError when the address is taken or the transport is not to be had here."""
    scheme, host, port = _split(url)
    if scheme == "tcp":
        listener = framed_tcp.TcpListener()
        await listener.start(host, port)
        return listener
    if scheme == "sctp":
        return sctp.SctpListener(host, port)
    return memory.MemoryListener(host)


async def connect(url: str) -> Association:
    scheme, host, port = _split(url)
    if scheme == "tcp":
        return await framed_tcp.connect(host, port)
    if scheme == "sctp":
        return await sctp.connect(host, port)
    return memory.connect(host)


def _split(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    if parts.scheme not in ("tcp", "sctp", "memory") or not parts.hostname:
        raise ValueError(f"not an N2 end point such as tcp://127.0.0.1:{NGAP_PORT}: {url!r}")
    return parts.scheme, parts.hostname, NGAP_PORT if parts.port is None else parts.port
