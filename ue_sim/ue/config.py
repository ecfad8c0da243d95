"""Configuration of a simulated UE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from nfs.common.identities import Plmn, Suci
from nfs.protocols.crypto.aka import AuthenticationFunctions
from nfs.protocols.crypto.authentication_functions import functions_of
from nfs.protocols.crypto.suci import conceal

PduType = Literal["IPv4", "IPv6", "IPv4v6", "Ethernet", "Unstructured"]


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """A PDU session to establish; without DNN or slice the network chooses."""

    type: PduType = "IPv4"
    dnn: str | None = None
    s_nssai: str | None = None


@dataclass(frozen=True, slots=True)
class UeConfig:
    """``opc`` or ``op`` as hex; the defaults are the usual test subscriber of Open5GS labs."""

    supi: str = "imsi-999700000000001"
    mnc_digits: int = 2
    key: str = "465B5CE8B199B49FAA5F0A2EE238A6BC"
    opc: str | None = "E8ED289DEBA952E4283B54E88E6183CA"
    op: str | None = None
    topc: str | None = None
    """With it or ``top``, the USIM has TUAK (TS 35.231) in place of MILENAGE."""
    top: str | None = None
    imeisv: str = "4370816125816151"
    dnn: str = "internet"
    s_nssai: str = "1"
    requested_nssai: tuple[str, ...] = ()
    """What registration asks for; ``s_nssai`` if empty."""
    sessions: tuple[SessionConfig, ...] = ()
    """What `agentnf ue attach` establishes."""
    routing_indicator: str = "0000"
    protection_scheme: int = 0
    """Of the SUCI: 0 null, 1 profile A, 2 profile B (TS 33.501 annex C)."""
    home_network_public_key: str | None = None
    """Hex: X25519 for profile A, P-256 for profile B."""
    home_network_public_key_id: int = 0
    integrity: tuple[int, ...] = (0, 1, 2, 3)
    """Numbers of the algorithms that the UE offers."""
    ciphering: tuple[int, ...] = (0, 1, 2, 3)
    integrity_full_rate: tuple[bool, bool] = (True, True)
    """Integrity protection of user data at full rate, uplink and downlink, or at 64 kbps."""
    stage1: bool = True
    """The OS agent analyses the user's words itself before they go to the network (L1)."""
    language: str | None = None
    agent_template: str = "ue.assistant"
    agent_scope: tuple[str, ...] = (
        "/capability/translation",
        "/capability/summarisation",
        "/capability/qos-assurance",
        "/capability/location",
        "/capability/ocr",
        "/capability/anomaly-detection",
        "/capability/model-training",
    )
    agent_container_type: int = 13
    timers: Mapping[str, float] = field(default_factory=dict)
    """Seconds of timers that are not to have the value of TS 24.501 table 10.2.1: {T3517: 5}."""

    @property
    def digits(self) -> str:
        return self.supi.removeprefix("imsi-")

    @property
    def home(self) -> Plmn:
        return Plmn(self.digits[:3], self.digits[3 : 3 + self.mnc_digits])

    def conceal(self) -> Suci:
        """Raises UnsupportedScheme and InvalidKey."""
        return conceal(
            self.digits[3 + self.mnc_digits :],
            self.home,
            routing_indicator=self.routing_indicator,
            scheme=self.protection_scheme,
            key_id=self.home_network_public_key_id,
            public_key=bytes.fromhex(self.home_network_public_key or ""),
        )

    @property
    def functions(self) -> AuthenticationFunctions:
        return functions_of(self.key, opc=self.opc, op=self.op, topc=self.topc, top=self.top)
