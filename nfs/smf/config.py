"""Configuration of the SMF."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from itertools import combinations
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from nfs.common.nf import NfConfig
from nfs.smf.address_pool import PREFIX_LENGTH

SHORTEST_PREFIX = 40


class UpfSelection(BaseModel):
    """A UPF and the sessions it is for: of these DNNs and slices, of all when none are named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n4: str = "udp://127.0.0.7:8805"
    dnns: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    n3_address: str | None = None
    """Of a UPF that does not choose its tunnel end points itself (no FTUP): the SMF does then."""


class SmfConfig(NfConfig):
    port: int = 7714
    slices: tuple[str, ...] = ("1",)
    """Those whose sessions AMFs are to bring here."""
    pools: dict[str, IPv4Network] = {  # noqa: RUF012 - pydantic copies it
        "internet": IPv4Network("10.45.0.0/16"),
        "agents": IPv4Network("10.46.0.0/16"),
    }
    """UE addresses by DNN."""
    prefixes: dict[str, IPv6Network] = {  # noqa: RUF012
        "internet": IPv6Network("2001:db8:45::/48"),
        "agents": IPv6Network("2001:db8:46::/48"),
    }
    """IPv6 networks by DNN, of which every session has a prefix of 64 bits for itself."""

    @field_validator("pools", "prefixes")
    @classmethod
    def _apart(cls, pools: dict[str, Any]) -> dict[str, Any]:
        """An address names its session, whatever the DNN."""
        for (a, one), (b, other) in combinations(pools.items(), 2):
            if one.overlaps(other):
                raise ValueError(f"the pools of {a} ({one}) and {b} ({other}) overlap")
        return pools

    @field_validator("prefixes")
    @classmethod
    def _of_a_size(cls, prefixes: dict[str, IPv6Network]) -> dict[str, IPv6Network]:
        for dnn, network in prefixes.items():
            if not SHORTEST_PREFIX <= network.prefixlen < PREFIX_LENGTH:
                raise ValueError(f"{network} of {dnn}: /{SHORTEST_PREFIX} to /{PREFIX_LENGTH - 1}")
        return prefixes

    @property
    def dnns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.pools, *self.prefixes]))

    dns: IPv4Address = IPv4Address("8.8.8.8")
    dns_ipv6: IPv6Address = IPv6Address("2001:4860:4860::8888")
    mtu: int = 1400
    always_on_allowed: bool = True
    """Whether a UE that asks for an always-on PDU session gets one (TS 23.501 clause 5.6.13)."""
    back_off_seconds: float = 60.0
    """So long a UE is kept from a DNN that is congested (T3396)."""
    n4: str = "udp://127.0.0.4:8805"
    """Where UPFs reach this SMF with PFCP, each instance at an address of its own; 0.0.0.0 stands
    for ``host``."""
    upfs: tuple[UpfSelection, ...] = (UpfSelection(),)
    heartbeat_seconds: float = Field(default=10.0, gt=0)
    """Between PFCP heartbeats."""
    usage_report_octets: int = Field(default=100 << 20, gt=0)
    """A UPF reports a session's usage each time that so much was carried, and ..."""
    usage_report_seconds: int | None = Field(default=300, gt=0)
    """... after so long; None is not."""
    ue_requested_five_qis: tuple[int, ...] = (6, 7, 8, 9)
    """5QIs of the QoS flows that a UE may ask for with a 5GSM message; empty: none. Intents are
    not bound by it."""
    t3591: float = 16.0
    """PDU SESSION MODIFICATION COMMAND, seconds (TS 24.501 table 10.3.2)."""
    t3592: float = 16.0
    """PDU SESSION RELEASE COMMAND, seconds."""
    gateway_id: str = "agw-1"
    """Where the QoS agent registers."""
    agent_account_key: str = "agentnf-lab-key-of-account-core.qos"
