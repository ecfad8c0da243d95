"""Elements of 5GSM messages that are about a PDU session as a whole (TS 24.501 clause 9.11.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address

from nfs.protocols.nas.enums import PduSessionType
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import need

NO_PTI = 0
"""No procedure transaction identity assigned (TS 24.007 clause 11.2.3.1a)."""
RESERVED_PTI = 255
SESSION_IDENTITIES = range(1, 16)
"""TS 24.007 clause 11.2.3.1b: a UE has at most 15 PDU sessions."""

SSC_MODE_1 = 1


class AlwaysOnIndication(IntEnum):
    """9.11.4.3."""

    NOT_ALLOWED = 0
    REQUIRED = 1


@dataclass(frozen=True, slots=True)
class PduAddress:
    """9.11.4.10; ``smf_link_local``: the SMF's IPv6 link-local address, where it is given."""

    type: PduSessionType
    ipv4: str | None = None
    interface_id: bytes | None = None
    smf_link_local: bytes | None = None


_LENGTHS = {PduSessionType.IPV4: 4, PduSessionType.IPV6: 8, PduSessionType.IPV4V6: 12}
_SMF_LINK_LOCAL = 0x08
_LINK_LOCAL_LENGTH = 16


def _decode_address(octets: bytes) -> PduAddress:
    kind = PduSessionType(need(octets, 1)[0] & 7)
    given = bool(octets[0] & _SMF_LINK_LOCAL)
    end = 1 + _LENGTHS.get(kind, 0)
    if octets[0] >> 4 or end == 1 or len(octets) != end + _LINK_LOCAL_LENGTH * given:
        raise Malformed("a PDU address of another length")
    return PduAddress(
        kind,
        str(IPv4Address(octets[end - 4 : end])) if kind is not PduSessionType.IPV6 else None,
        octets[1:9] if kind is not PduSessionType.IPV4 else None,
        octets[end:] if given else None,
    )


def _encode_address(address: PduAddress) -> bytes:
    given = _SMF_LINK_LOCAL if address.smf_link_local else 0
    v4 = IPv4Address(address.ipv4).packed if address.ipv4 else b""
    head = bytes((given | address.type,))
    return head + (address.interface_id or b"") + v4 + (address.smf_link_local or b"")


def _decode_packet_filters(octets: bytes) -> int:
    need(octets, 2)
    return octets[0] << 3 | octets[1] >> 5


def _encode_packet_filters(number: int) -> bytes:
    return bytes((number >> 3, (number & 7) << 5))


def _decode_ssc_modes(octets: bytes) -> frozenset[int]:
    return frozenset(mode for mode in (1, 2, 3) if octets[0] >> mode - 1 & 1)


def _encode_ssc_modes(modes: frozenset[int]) -> bytes:
    return bytes((sum(1 << mode - 1 for mode in modes),))


ADDRESS = Codec(_decode_address, _encode_address)
MAX_PACKET_FILTERS = Codec(_decode_packet_filters, _encode_packet_filters)
"""9.11.4.9: 11 bits."""
SSC_MODES = Codec(_decode_ssc_modes, _encode_ssc_modes)
"""9.11.4.5: allowed SSC modes."""
