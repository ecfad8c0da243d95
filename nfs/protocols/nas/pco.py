"""Protocol configuration options (TS 24.008 clause 10.5.6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import need

_PPP = 0x80


class Option(IntEnum):
    """Protocol and container identifiers, as far as the testbed answers or reads them."""

    P_CSCF_IPV6 = 0x0001
    DNS_IPV6 = 0x0003
    ADDRESS_BY_NAS = 0x000A
    P_CSCF_IPV4 = 0x000C
    DNS_IPV4 = 0x000D
    MTU_IPV4 = 0x0010
    IPCP = 0x8021


@dataclass(frozen=True, slots=True)
class ProtocolConfigurationOptions:
    """Containers as they came: identifier and octets. What we do not know is kept."""

    containers: tuple[tuple[int, bytes], ...]

    @classmethod
    def request(cls) -> ProtocolConfigurationOptions:
        """What our UE asks for: DNS servers and the link MTU."""
        return cls(tuple((int(o), b"") for o in _ASKED))

    def contents(self, option: Option) -> list[bytes]:
        return [octets for identifier, octets in self.containers if identifier == option]

    @property
    def dns(self) -> tuple[IPv4Address | IPv6Address, ...]:
        """The DNS servers that the network gave."""
        v4 = [IPv4Address(o) for o in self.contents(Option.DNS_IPV4) if len(o) == 4]
        v6 = [IPv6Address(o) for o in self.contents(Option.DNS_IPV6) if len(o) == 16]
        return (*v4, *v6)

    @property
    def mtu(self) -> int | None:
        found = [int.from_bytes(o) for o in self.contents(Option.MTU_IPV4) if len(o) == 2]
        return found[0] if found else None


_ASKED = (Option.ADDRESS_BY_NAS, Option.DNS_IPV4, Option.DNS_IPV6, Option.MTU_IPV4)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a network has for those who ask; ``mtu`` in octets."""

    dns_ipv4: IPv4Address | None = None
    dns_ipv6: IPv6Address | None = None
    mtu: int | None = None

    def answer(
        self, asked: ProtocolConfigurationOptions | None
    ) -> ProtocolConfigurationOptions | None:
        """In the order of the request, once each; what is not offered stays unanswered.

        An IPCP CONFIGURE-REQUEST, as phones send it beside or instead of the containers, is
        answered with a CONFIGURE-NAK that carries the DNS server (RFC 1332, RFC 1877).
        """
        answers: dict[int, bytes] = {}
        for identifier, octets in asked.containers if asked else ():
            match identifier:
                case Option.DNS_IPV4 if self.dns_ipv4:
                    answers[identifier] = self.dns_ipv4.packed
                case Option.DNS_IPV6 if self.dns_ipv6:
                    answers[identifier] = self.dns_ipv6.packed
                case Option.MTU_IPV4 if self.mtu:
                    answers[identifier] = self.mtu.to_bytes(2)
                case Option.IPCP if self.dns_ipv4:
                    if (nak := _ipcp_nak(octets, self.dns_ipv4)) is not None:
                        answers[identifier] = nak
        return ProtocolConfigurationOptions(tuple(answers.items())) if answers else None


_CONFIGURE_REQUEST, _CONFIGURE_NAK = 1, 3
_PRIMARY_DNS, _SECONDARY_DNS = 129, 131
_PPP_HEADER = 4


def _ipcp_nak(packet: bytes, dns: IPv4Address) -> bytes | None:
    """Code, identifier, length; then options of type, length and value."""
    if len(packet) < _PPP_HEADER or packet[0] != _CONFIGURE_REQUEST:
        return None
    end = min(len(packet), int.from_bytes(packet[2:4]))
    position, options = _PPP_HEADER, b""
    while position + 2 <= end and packet[position + 1] >= 2:
        if packet[position] in (_PRIMARY_DNS, _SECONDARY_DNS):
            options += bytes((packet[position], 6)) + dns.packed
        position += packet[position + 1]
    if not options:
        return None
    length = (_PPP_HEADER + len(options)).to_bytes(2)
    return bytes((_CONFIGURE_NAK, packet[1])) + length + options


def _decode_options(octets: bytes) -> ProtocolConfigurationOptions:
    if need(octets, 1)[0] != _PPP:
        raise Malformed("configuration protocol other than PPP")
    containers, position = [], 1
    while position < len(octets):
        need(octets, position + 3)
        end = position + 3 + octets[position + 2]
        identifier = int.from_bytes(octets[position : position + 2])
        containers.append((identifier, need(octets, end)[position + 3 : end]))
        position = end
    return ProtocolConfigurationOptions(tuple(containers))


def _encode_options(options: ProtocolConfigurationOptions) -> bytes:
    out = bytes((_PPP,))
    for identifier, octets in options.containers:
        out += identifier.to_bytes(2) + bytes((len(octets),)) + octets
    return out


OPTIONS = Codec(_decode_options, _encode_options)
