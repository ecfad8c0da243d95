"""A UE's configuration file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from nfs.protocols.crypto.errors import CryptoError
from ue_sim.config.document import Document, Section
from ue_sim.config.values import Address, AmfField, Key, Mcc, Mnc, Number, Octet, PublicKey, Slice
from ue_sim.ue.config import PduType, SessionConfig, UeConfig

Rate = Literal["full", "64kbps"]


class SessionSection(Section):
    type: PduType = "IPv4"
    apn: str | None = Field(default=None, max_length=100)
    slice: Slice | None = None


class Integrity(Section):
    ia1: bool = Field(default=True, alias="IA1")
    ia2: bool = Field(default=True, alias="IA2")
    ia3: bool = Field(default=True, alias="IA3")


class Ciphering(Section):
    ea1: bool = Field(default=True, alias="EA1")
    ea2: bool = Field(default=True, alias="EA2")
    ea3: bool = Field(default=True, alias="EA3")


class IntegrityMaxRate(Section):
    uplink: Rate = "full"
    downlink: Rate = "full"


class UacAic(Section):
    """Access identities (TS 24.501 clause 4.5.2); the simulated cells bar nobody."""

    mps: bool = False
    mcs: bool = False


class UacAcc(Section):
    normal_class: Annotated[Number, Field(alias="normalClass", ge=0, le=9)] = 0
    class11: bool = False
    class12: bool = False
    class13: bool = False
    class14: bool = False
    class15: bool = False


class UeFile(Document):
    supi: Annotated[str, Field(pattern=r"^imsi-[0-9]{14,15}$")]
    mcc: Mcc
    mnc: Mnc
    key: Key
    op: Key
    op_type: Literal["OP", "OPC"] = Field(alias="opType")
    amf: AmfField = "8000"
    routing_indicator: Annotated[str, Field(alias="routingIndicator", pattern=r"^[0-9]{1,4}$")] = (
        "0000"
    )
    protection_scheme: Annotated[Number, Field(alias="protectionScheme", ge=0, le=15)] = 0
    home_network_public_key: PublicKey | None = Field(default=None, alias="homeNetworkPublicKey")
    home_network_public_key_id: Octet = Field(default=0, alias="homeNetworkPublicKeyId")
    imei: Annotated[str, Field(pattern=r"^[0-9]{14,15}$")] | None = None
    imeisv: Annotated[str, Field(alias="imeiSv", pattern=r"^[0-9]{16}$")] = "4370816125816151"
    gnb_search_list: tuple[Address, ...] = Field(default=(), alias="gnbSearchList")
    uac_aic: UacAic = Field(default=UacAic(), alias="uacAic")
    uac_acc: UacAcc = Field(default=UacAcc(), alias="uacAcc")
    sessions: Annotated[tuple[SessionSection, ...], Field(max_length=15)] = ()
    configured_nssai: Annotated[
        tuple[Slice, ...], Field(alias="configured-nssai", max_length=16)
    ] = ()
    default_nssai: Annotated[tuple[Slice, ...], Field(alias="default-nssai", max_length=16)] = ()
    integrity: Integrity = Integrity()
    ciphering: Ciphering = Ciphering()
    integrity_max_rate: IntegrityMaxRate = Field(
        default=IntegrityMaxRate(), alias="integrityMaxRate"
    )
    tun_name: Annotated[str, Field(max_length=12)] | None = Field(default=None, alias="tunName")
    tun_netmask: Address | None = Field(default=None, alias="tunNetmask")
    use_namespace: bool = Field(default=False, alias="useNamespace")
    ns_name_prefix: str = Field(default="ueransim", alias="nsNamePrefix", max_length=64)

    @model_validator(mode="after")
    def _of_one_mind(self) -> UeFile:
        if not self.supi.startswith(f"imsi-{self.mcc}{self.mnc}"):
            raise ValueError(
                f"supi {self.supi} does not begin with mcc {self.mcc} and mnc {self.mnc}"
            )
        if self.protection_scheme in (1, 2) and self.home_network_public_key is None:
            raise ValueError("protectionScheme 1 and 2 need homeNetworkPublicKey")
        try:
            self.to_config().conceal()
        except CryptoError as error:
            raise ValueError(f"homeNetworkPublicKey: {error.reason}") from None
        return self

    @property
    def without_effect(self) -> list[str]:
        """The TUN devices of all UEs are in one network namespace."""
        namespaces = [self.where("useNamespace")] if self.use_namespace else []
        return super().without_effect + namespaces

    @property
    def plmn(self) -> str:
        return f"{self.mcc}/{self.mnc}"

    @property
    def requested_nssai(self) -> tuple[str, ...]:
        """The configured NSSAI, in its absence the default configured one."""
        return tuple(each.s_nssai for each in self.configured_nssai or self.default_nssai)

    def to_config(self, number: int = 0) -> UeConfig:
        """The UE whose IMSI is ``number`` higher than the file's."""
        digits = self.supi.removeprefix("imsi-")
        sessions = tuple(
            SessionConfig(s.type, s.apn, s.slice.s_nssai if s.slice else None)
            for s in self.sessions
        )
        first = sessions[0] if sessions else SessionConfig()
        requested = self.requested_nssai
        return UeConfig(
            supi=f"imsi-{int(digits) + number:0{len(digits)}d}",
            mnc_digits=len(self.mnc),
            key=self.key,
            opc=self.op if self.op_type == "OPC" else None,
            op=self.op if self.op_type == "OP" else None,
            imeisv=self.imeisv,
            dnn=first.dnn or "internet",
            s_nssai=first.s_nssai or (requested[0] if requested else "1"),
            requested_nssai=requested,
            sessions=sessions,
            routing_indicator=self.routing_indicator,
            protection_scheme=self.protection_scheme,
            home_network_public_key=self.home_network_public_key,
            home_network_public_key_id=self.home_network_public_key_id,
            integrity=_set(self.integrity.ia1, self.integrity.ia2, self.integrity.ia3),
            ciphering=_set(self.ciphering.ea1, self.ciphering.ea2, self.ciphering.ea3),
            integrity_full_rate=(
                self.integrity_max_rate.uplink == "full",
                self.integrity_max_rate.downlink == "full",
            ),
        )


def _set(*supported: bool) -> tuple[int, ...]:
    """Numbers of the algorithms; the null one is always supported (TS 33.501 clause 5.5)."""
    return (0, *(number for number, given in enumerate(supported, 1) if given))
