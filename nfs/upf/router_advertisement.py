"""What a UE's router solicitation is answered with (TS 23.501 clause 5.8.2.2.2).

There the SMF says it through the UPF; here the UPF does, which knows the prefix from its rules.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

from nfs.protocols.ip import IpPacket, parse, router_advertisement
from nfs.upf.rules import Pdr
from nfs.upf.session import Session


def advertisement(
    session: Session, solicitation: IpPacket, mtu: int
) -> tuple[Pdr, IpPacket] | None:
    """The packet and the rule of the session's downlink packets; None without prefix or rule."""
    prefix = next((a for a in session.addresses if isinstance(a, IPv6Network)), None)
    if prefix is None or not isinstance(solicitation.source, IPv6Address):
        return None
    packet = parse(router_advertisement(solicitation.source, prefix, mtu))
    like = replace(packet, destination=prefix.network_address)
    pdr = next((p for p in session.in_order if p.detects_downlink(like)), None)
    return None if pdr is None else (pdr, packet)
