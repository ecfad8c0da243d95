"""Configuration of the SMF."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

from pydantic import field_validator

from nfs.common.nf import NfConfig


class SmfConfig(NfConfig):
    port: int = 7714
    pools: dict[str, IPv4Network] = {  # noqa: RUF012 - pydantic copies it
        "internet": IPv4Network("10.45.0.0/16"),
        "agents": IPv4Network("10.46.0.0/16"),
    }
    """UE addresses by DNN."""

    @field_validator("pools")
    @classmethod
    def _apart(cls, pools: dict[str, IPv4Network]) -> dict[str, IPv4Network]:
        """An address names its session, whatever the DNN: the tunnel to the UPF is named so too."""
        for (a, one), (b, other) in combinations(pools.items(), 2):
            if one.overlaps(other):
                raise ValueError(f"the pools of {a} ({one}) and {b} ({other}) overlap")
        return pools

    dns: str = "8.8.8.8"
    mtu: int = 1400
    n3_address: str = "127.0.0.7"
    """Where gNBs send uplink GTP-U. The tunnel is agreed on; no UPF forwards it yet."""
    gateway_id: str = "agw-1"
    """Where the QoS agent registers."""
    agent_account_key: str = "agentnf-lab-key-of-account-core.qos"
