"""A gNB's configuration file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nfs.transports.probe import choose_n2, probe
from ue_sim.config.document import Document, Section
from ue_sim.config.values import Address, Mcc, Mnc, Number, Slice
from ue_sim.gnb import GnbConfig

NCI_BITS = 36


class AmfAddress(Section):
    """``transport`` is ours: ``sctp`` or ``tcp`` (framed); if absent, what the machine has."""

    address: Address
    port: Annotated[Number, Field(ge=1, le=65535)] = 38412
    transport: Literal["sctp", "tcp"] | None = None


class GnbFile(Document):
    mcc: Mcc
    mnc: Mnc
    nci: Annotated[Number, Field(ge=0, lt=1 << NCI_BITS)]
    id_length: Annotated[Number, Field(alias="idLength", ge=22, le=32)]
    tac: Annotated[Number, Field(ge=0, le=0xFFFFFF)]
    link_ip: Address = Field(alias="linkIp")
    ngap_ip: Address = Field(alias="ngapIp")
    gtp_ip: Address = Field(alias="gtpIp")
    gtp_advertise_ip: Address | None = Field(default=None, alias="gtpAdvertiseIp")
    amf_configs: Annotated[tuple[AmfAddress, ...], Field(alias="amfConfigs", min_length=1)]
    slices: Annotated[tuple[Slice, ...], Field(min_length=1, max_length=1024)]
    ignore_stream_ids: bool = Field(default=True, alias="ignoreStreamIds")
    cell_access_type: Literal["nr", "nr-leo", "nr-meo", "nr-geo", "nr-othersat"] = Field(
        default="nr", alias="cellAccessType"
    )
    name: str | None = None
    """Ours."""

    @property
    def without_effect(self) -> list[str]:
        advertised = self.gtp_advertise_ip not in (None, self.gtp_ip)
        return super().without_effect + ([self.where("gtpAdvertiseIp")] if advertised else [])

    @property
    def plmn(self) -> str:
        return f"{self.mcc}/{self.mnc}"

    def to_config(self) -> GnbConfig:
        cell_bits = NCI_BITS - self.id_length
        gnb_id = self.nci >> cell_bits
        return GnbConfig(
            plmn=self.plmn,
            tac=self.tac,
            slices=tuple(each.s_nssai for each in self.slices),
            gnb_id=gnb_id,
            gnb_id_bits=self.id_length,
            cell=self.nci & (1 << cell_bits) - 1,
            name=self.name or f"agentnf-gnb-{self.mcc}-{self.mnc}-{gnb_id}",
            n3_address=self.gtp_ip,
        )

    def n2(self) -> list[str]:
        """End points of the AMFs, from ``ngapIp``, over what this machine has where the file does
        not say."""
        usual, _ = choose_n2(probe())
        return [
            f"{amf.transport or usual}://{_host(amf.address)}:{amf.port}"
            f"?local={_host(self.ngap_ip)}"
            for amf in self.amf_configs
        ]


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
