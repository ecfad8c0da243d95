"""Configuration of the SMF."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from itertools import combinations
from typing import Any

from pydantic import field_validator

from nfs.common.nf import NfConfig
from nfs.smf.address_pool import PREFIX_LENGTH

SHORTEST_PREFIX = 40


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
    n3_address: str = "127.0.0.7"
    """Where gNBs send uplink GTP-U. The tunnel is agreed on; no UPF forwards it yet."""
    gateway_id: str = "agw-1"
    """Where the QoS agent registers."""
    agent_account_key: str = "agentnf-lab-key-of-account-core.qos"
