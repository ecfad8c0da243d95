"""SDF filters: which packets of which direction they are for."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from nfs.protocols.ip import datagram, parse
from nfs.protocols.pfcp.flow_description import FlowDescription

UE, SERVER = ip_address("10.45.0.2"), ip_address("192.0.2.7")
DOWNLINK = parse(datagram(SERVER, UE, (5004, 40000), b"x"))
UPLINK = parse(datagram(UE, SERVER, (40000, 5004), b"x"))


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("permit out ip from any to assigned", True),
        ("permit out 17 from any to any", True),
        ("permit out udp from 192.0.2.0/24 to assigned", True),
        ("permit out 17 from 192.0.2.7 5000-5010 to assigned", True),
        ("permit out 17 from 192.0.2.7 53,5004 to 10.45.0.2 40000", True),
        ("permit out 6 from any to assigned", False),
        ("permit out 17 from 192.0.2.8 to assigned", False),
        ("permit out 17 from 192.0.2.7 5005-5010 to assigned", False),
        ("permit out ip from 2001:db8::/32 to assigned", False),
    ],
)
def test_a_filter_is_for_both_directions(text: str, matches: bool) -> None:
    description = FlowDescription.parse(text)
    assert description.matches(DOWNLINK, uplink=False) is matches
    assert description.matches(UPLINK, uplink=True) is matches


def test_the_direction_matters() -> None:
    description = FlowDescription.parse("permit out 17 from 192.0.2.7 to assigned")
    assert not description.matches(UPLINK, uplink=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "deny out ip from any to any",
        "permit out ip from any",
        "permit out 300 from any to any",
        "permit out 17 from nowhere to any",
        "permit out 17 from any 7-3 to any",
        "permit out 17 from any 1-70000 to any",
        "permit out 17 from to any",
    ],
)
def test_what_is_no_filter(text: str) -> None:
    with pytest.raises(ValueError):
        FlowDescription.parse(text)
