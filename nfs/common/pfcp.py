"""A PFCP entity on its socket: requests with retransmission, responses to what comes.

TS 29.244 clauses 6.4 and 7.2.2.2: a request is sent again every T1 seconds until N1 were sent; one
that comes twice is answered with the same octets. Sequence numbers begin anywhere, so that those of
an entity that was started again are new to its peers.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from nfs.common.trace import Interface, Trace
from nfs.protocols.pfcp import (
    PORT,
    Packet,
    PfcpError,
    PfcpMessage,
    PfcpReject,
    VersionNotSupported,
    VersionNotSupportedResponse,
    decode,
    encode,
    name_of,
)
from nfs.transports.datagram import Address, DatagramEndpoint, open_datagram

log = structlog.get_logger("pfcp")

M = TypeVar("M", bound=PfcpMessage)

T1 = 2.0
"""Seconds."""
N1 = 3
_RESPONSES_KEPT = 4096

Answer = tuple[PfcpMessage, int | None]
"""A response and the SEID for its header."""


class PfcpNoAnswer(ConnectionError):
    """The peer answered none of N1 requests, or not with the response that is due."""


class PfcpEntity:
    """``on_request`` answers a request, or gives None for what has no answer.

    ``on_reject`` makes the answer to a request that cannot be read, None when there is none.
    """

    def __init__(
        self,
        on_request: Callable[[Packet, Address], Answer | None],
        on_reject: Callable[[PfcpReject], Answer | None],
        *,
        trace: tuple[Trace, str, str] | None = None,
    ) -> None:
        self._on_request = on_request
        self._on_reject = on_reject
        self._trace = trace
        self._endpoint: DatagramEndpoint | None = None
        self._sequence = itertools.count(secrets.randbits(24))
        self._waiting: dict[tuple[Address, int], asyncio.Future[Packet]] = {}
        self._responses: OrderedDict[tuple[Address, int, int], bytes] = OrderedDict()

    @property
    def address(self) -> Address:
        return self._endpoint.address if self._endpoint else ("", 0)

    async def start(self, url: str) -> None:
        """Raises OSError."""
        self._endpoint = await open_datagram(url, PORT, self.receive)

    async def close(self) -> None:
        """Nobody waits for an answer any more, and none is asked for."""
        endpoint, self._endpoint = self._endpoint, None
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(PfcpNoAnswer("the N4 end point is closed"))
        if endpoint is not None:
            await endpoint.close()

    async def request(
        self, to: Address, message: PfcpMessage, kind: type[M], seid: int | None = None
    ) -> M:
        """The response, which is of ``kind``; raises PfcpNoAnswer."""
        if self._endpoint is None:
            raise PfcpNoAnswer(f"{to[0]}:{to[1]} is not asked: the N4 end point is closed")
        sequence = next(self._sequence) & 0xFFFFFF
        octets = encode(Packet(message, sequence, seid))
        key = to, sequence
        future = self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            for _ in range(N1):
                self._send(octets, to)
                answered, _ = await asyncio.wait((future,), timeout=T1)
                if answered:
                    break
            else:
                raise PfcpNoAnswer(f"{to[0]}:{to[1]} does not answer {message.NAME}")
        finally:
            del self._waiting[key]
        answer = future.result().message
        if not isinstance(answer, kind):
            raise PfcpNoAnswer(f"{to[0]}:{to[1]} answers {message.NAME} with {answer.NAME}")
        return answer

    def _send(self, octets: bytes, to: Address) -> None:
        if self._endpoint is not None:
            self._record(octets, sent=True)
            self._endpoint.send(octets, to)

    def receive(self, octets: bytes, source: Address) -> None:
        """A datagram that came."""
        try:
            packet = decode(octets)
        except VersionNotSupported as error:
            self._send(encode(Packet(VersionNotSupportedResponse(), error.sequence)), source)
        except PfcpReject as error:
            log.warning("PFCP message refused", peer=source[0], reason=str(error))
            if (answer := self._on_reject(error)) is not None:
                message, seid = answer
                self._send(encode(Packet(message, error.sequence, seid)), source)
        except PfcpError as error:
            log.warning("PFCP message discarded", peer=source[0], reason=str(error))
        else:
            self._record(octets, sent=False)
            self._sort(packet, source)

    def _sort(self, packet: Packet, source: Address) -> None:
        if _is_response(packet.message):
            future = self._waiting.get((source, packet.sequence))
            if future is not None and not future.done():
                future.set_result(packet)
            return
        key = source, packet.sequence, packet.message.TYPE
        octets = self._responses.get(key)
        if octets is None:
            answer = self._on_request(packet, source)
            if answer is None:
                return
            message, seid = answer
            octets = self._responses[key] = encode(Packet(message, packet.sequence, seid))
            if len(self._responses) > _RESPONSES_KEPT:
                self._responses.popitem(last=False)
        self._send(octets, source)

    def _record(self, octets: bytes, *, sent: bool) -> None:
        if self._trace is not None:
            trace, own, peer = self._trace
            ends = (own, peer) if sent else (peer, own)
            trace.record(Interface.N4, *ends, name_of(octets), octets)


def _is_response(message: Any) -> bool:
    return (0 if message.TYPE < 50 else 1) == message.TYPE % 2 or isinstance(
        message, VersionNotSupportedResponse
    )
