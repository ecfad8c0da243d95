"""Configuration of the UPF."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv6Interface
from typing import Literal

from pydantic import Field

from nfs.common.nf import NfConfig


class UpfConfig(NfConfig):
    port: int = 7719
    n4: str = "udp://127.0.0.7:8805"
    """Where SMFs reach this UPF with PFCP; 0.0.0.0 stands for ``host``, here and in ``n3``."""
    n3: str = "udp://127.0.0.7:2152"
    """Where gNBs send uplink GTP-U."""
    n3_address: str | None = None
    """The address in F-TEIDs, when gNBs see another than that of ``n3`` (behind a NAT)."""
    n6: Literal["auto", "tun", "user"] = "auto"
    """The data network: a TUN device, or in user space (ICMP and UDP echo at the gateways, UDP to
    elsewhere by sockets of this process). ``auto`` is TUN where this process may make one and N3
    is not at a loop-back address: with gNB and UE on the same kernel, it would take the UE's
    addresses for its own."""
    tun: str = "agentnf-upf"
    gateways: tuple[IPv4Interface | IPv6Interface, ...] = (
        IPv4Interface("10.45.0.1/16"),
        IPv4Interface("10.46.0.1/16"),
        IPv6Interface("2001:db8:45::1/48"),
        IPv6Interface("2001:db8:46::1/48"),
    )
    """The UPF's own address in each network of UEs."""
    mtu: int = Field(default=1400, ge=1280, le=9000)
    dnns: tuple[str, ...] = ("internet", "agents")
    slices: tuple[str, ...] = ("1",)
    """For the profile at the NRF."""
    buffered_packets: int = Field(default=64, ge=0, le=4096)
    """Downlink packets that wait for an idle UE, for each session."""
    max_sessions: int = Field(default=1 << 16, ge=1)
    guaranteed_kbps: int | None = Field(default=None, gt=0)
    """Bit rates that may be guaranteed in each direction, all flows together; None is no limit."""
    path_probe_seconds: float = Field(default=0.05, gt=0)
    """Between two echo requests on a path of N3 whose delay is monitored."""
    traced_packets: int = Field(default=10, ge=0)
    """The first G-PDUs of each tunnel go into the trace."""

    @property
    def end_points(self) -> tuple[str, str]:
        """Of N4 and of N3."""
        return self.n4.replace("//0.0.0.0", f"//{self.host}"), self.n3.replace(
            "//0.0.0.0", f"//{self.host}"
        )
