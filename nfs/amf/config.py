"""Configuration of the AMF."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from nfs.common.identities import Guami, Plmn, Snssai
from nfs.common.nf import NfConfig
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm
from nfs.semantics.llm import LlmConfig


class AgentData(BaseModel):
    """What a subscriber's agents may do, and the devices it may ask about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allowed: bool = True
    scope: tuple[str, ...] = ()
    devices: dict[str, str] = {}
    hidden: bool = False
    """Others are not to find the subscriber's agents."""
    intent_class: str = "standard"


class AmfConfig(NfConfig):
    port: int = 7713
    name: str = "agentnf-amf"
    n2: str = "tcp://127.0.0.1:38412"
    region: int = Field(default=2, ge=0, le=255)
    set_id: int = Field(default=1, ge=0, le=1023)
    pointer: int = Field(default=0, ge=0, le=63)
    relative_capacity: int = Field(default=255, ge=0, le=255)
    """Weight of this AMF among those of its set, for gNBs that choose one (TS 38.413 9.3.1.32)."""
    max_connections: int | None = Field(default=None, ge=1)
    """UEs connected at once; with more, gNBs are told of overload. None: no limit of its own."""
    load_sample_seconds: float = Field(default=10, gt=0)
    """Between two samples of the numbers of UEs, for analytics."""
    tacs: tuple[int, ...] = (1, 2, 3, 4)
    registration_areas: tuple[frozenset[int], ...] = (frozenset({1, 2}),)
    """Tracking areas that a UE may roam without registration, by the one it is in; a tracking area
    in none of them is one of its own."""
    slices: tuple[str, ...] = ("1",)
    integrity_order: tuple[IntegrityAlgorithm, ...] = (
        IntegrityAlgorithm.NIA2,
        IntegrityAlgorithm.NIA1,
        IntegrityAlgorithm.NIA3,
    )
    ciphering_order: tuple[CipheringAlgorithm, ...] = (
        CipheringAlgorithm.NEA0,
        CipheringAlgorithm.NEA2,
        CipheringAlgorithm.NEA1,
        CipheringAlgorithm.NEA3,
    )
    """NEA0 first, as labs do: NAS can be read in a capture. Put NEA2 first to cipher it."""
    network_name: str = "AgentNF"
    t3512_seconds: int = 3240
    """Of periodic registration; 0 does without."""
    t3512_saving_seconds: int = Field(default=36_000, ge=1)
    """The same, of UEs that save power."""
    t3346_seconds: int = 10
    """Back-off of UEs that are refused for congestion (#22)."""
    timers: dict[str, float] = Field(default={})
    """Seconds of timers that are not to have the value of TS 24.501 table 10.2.2: {T3513: 4}."""
    agent_enabled: bool = False
    """With agent capability the AMF carries intents out itself, else it forwards them (L2)."""
    llm: LlmConfig | None = None
    """A language model, for an AMF with agent capability; None does without."""
    assurance_period: float = Field(default=1.0, gt=0)
    """Of an AMF with agent capability: seconds between looks at a fulfilled intent's targets."""
    agent_container_type: int = Field(default=13, ge=13, le=14)
    agent_data: AgentData | None = None
    """Of every subscriber, where the UDM is of another make: it keeps none and is not asked."""
    gateway_id: str = "agw-1"
    registrant_account: str = "amf"
    registrant_key: str = "agentnf-lab-key-of-account-amf"
    agent_account_key: str = "agentnf-lab-key-of-account-core.amf"
    pseudonym_key: str = "agentnf-lab-pseudonyms"
    """Keys the pseudonym under which a subscriber's agents are known outside the AMF (C8)."""

    @field_validator("integrity_order")
    @classmethod
    def _no_null_integrity(
        cls, order: tuple[IntegrityAlgorithm, ...]
    ) -> tuple[IntegrityAlgorithm, ...]:
        """TS 33.501 clause 5.5.2: NIA0 is for unauthenticated emergency sessions only."""
        if IntegrityAlgorithm.NIA0 in order or not order:
            raise ValueError("integrity_order is some of NIA1, NIA2 and NIA3")
        return order

    @property
    def home(self) -> Plmn:
        return Plmn.parse(self.plmn)

    @property
    def guami(self) -> Guami:
        return Guami(self.home, self.region, self.set_id, self.pointer)

    @property
    def nssai(self) -> tuple[Snssai, ...]:
        return tuple(Snssai.parse(s) for s in self.slices)
