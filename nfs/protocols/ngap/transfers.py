"""N2 SM information: octets between SMF and gNB that the AMF only carries (9.3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from nfs.protocols.ngap import asn1
from nfs.protocols.ngap.errors import AbstractSyntaxError
from nfs.protocols.ngap.values import (
    Cause,
    GbrQos,
    GtpTunnel,
    QosFlowSetup,
    dump_tunnel,
    load_tunnel,
    rates,
)

__all__ = [
    "PDUSessionResourceModifyRequestTransfer",
    "PDUSessionResourceModifyResponseTransfer",
    "PDUSessionResourceModifyUnsuccessfulTransfer",
    "PDUSessionResourceReleaseCommandTransfer",
    "PDUSessionResourceReleaseResponseTransfer",
    "PDUSessionResourceSetupRequestTransfer",
    "PDUSessionResourceSetupResponseTransfer",
    "PDUSessionResourceSetupUnsuccessfulTransfer",
]

_LOAD_AMBR, _DUMP_AMBR = rates("pDUSessionAggregateMaximumBitRate")
_AMBR, _TUNNEL, _TYPE, _FLOWS = 130, 139, 134, 136
_ADD_OR_MODIFY, _RELEASE = 135, 137


class Transfer:
    """``encode`` gives the octets; ``decode`` raises NgapError."""

    NAME: ClassVar[str]

    def encode(self) -> bytes:
        return asn1.encode(self.NAME, self._dump())

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        value = asn1.decode(cls.NAME, octets)
        try:
            return cls._load(value)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            reason = f"{cls.NAME}: {error!r}"
            raise AbstractSyntaxError(reason) from None

    def _dump(self) -> Any:
        raise NotImplementedError

    @classmethod
    def _load(cls, value: Any) -> Self:
        raise NotImplementedError


def _ies(value: Any) -> dict[int, Any]:
    return {ie["id"]: ie["value"][1] for ie in value["protocolIEs"]}


def _ie(id_: int, name: str, value: Any, criticality: str = "reject") -> dict[str, Any]:
    return {"id": id_, "criticality": criticality, "value": (name, value)}


_GBR = (
    ("maximumFlowBitRateDL", "mfbr_downlink"),
    ("maximumFlowBitRateUL", "mfbr_uplink"),
    ("guaranteedFlowBitRateDL", "gfbr_downlink"),
    ("guaranteedFlowBitRateUL", "gfbr_uplink"),
)


def _load_flow(item: Any) -> QosFlowSetup:
    qos = item["qosFlowLevelQosParameters"]
    gbr = qos.get("gBR-QosInformation")
    return QosFlowSetup(
        item["qosFlowIdentifier"],
        qos["qosCharacteristics"][1]["fiveQI"],
        qos["allocationAndRetentionPriority"]["priorityLevelARP"],
        GbrQos(**{ours: gbr[theirs] for theirs, ours in _GBR}) if gbr else None,
    )


def _dump_flow(flow: QosFlowSetup) -> Any:
    qos: dict[str, Any] = {
        "qosCharacteristics": ("nonDynamic5QI", {"fiveQI": flow.five_qi}),
        "allocationAndRetentionPriority": {
            "priorityLevelARP": flow.arp_priority,
            "pre-emptionCapability": "shall-not-trigger-pre-emption",
            "pre-emptionVulnerability": "not-pre-emptable",
        },
    }
    if flow.gbr is not None:
        qos["gBR-QosInformation"] = {theirs: getattr(flow.gbr, ours) for theirs, ours in _GBR}
    return {"qosFlowIdentifier": flow.qfi, "qosFlowLevelQosParameters": qos}


@dataclass(frozen=True)
class PDUSessionResourceSetupRequestTransfer(Transfer):
    NAME: ClassVar[str] = "PDUSessionResourceSetupRequestTransfer"

    session_ambr: tuple[int, int] | None
    uplink_tunnel: GtpTunnel
    pdu_session_type: str
    qos_flows: tuple[QosFlowSetup, ...]

    def _dump(self) -> Any:
        ies = []
        if self.session_ambr is not None:
            ambr = _DUMP_AMBR(self.session_ambr)
            ies.append(_ie(_AMBR, "PDUSessionAggregateMaximumBitRate", ambr))
        tunnel = dump_tunnel(self.uplink_tunnel)
        ies.append(_ie(_TUNNEL, "UPTransportLayerInformation", tunnel))
        ies.append(_ie(_TYPE, "PDUSessionType", self.pdu_session_type))
        flows = [_dump_flow(f) for f in self.qos_flows]
        ies.append(_ie(_FLOWS, "QosFlowSetupRequestList", flows))
        return {"protocolIEs": ies}

    @classmethod
    def _load(cls, value: Any) -> Self:
        ies = _ies(value)
        ambr = _LOAD_AMBR(ies[_AMBR]) if _AMBR in ies else None
        flows = tuple(_load_flow(i) for i in ies[_FLOWS])
        return cls(ambr, load_tunnel(ies[_TUNNEL]), ies[_TYPE], flows)


@dataclass(frozen=True)
class PDUSessionResourceSetupResponseTransfer(Transfer):
    NAME: ClassVar[str] = "PDUSessionResourceSetupResponseTransfer"

    downlink_tunnel: GtpTunnel
    qfis: tuple[int, ...]

    def _dump(self) -> Any:
        information = {
            "uPTransportLayerInformation": dump_tunnel(self.downlink_tunnel),
            "associatedQosFlowList": [{"qosFlowIdentifier": q} for q in self.qfis],
        }
        return {"dLQosFlowPerTNLInformation": information}

    @classmethod
    def _load(cls, value: Any) -> Self:
        information = value["dLQosFlowPerTNLInformation"]
        flows = information["associatedQosFlowList"]
        tunnel = load_tunnel(information["uPTransportLayerInformation"])
        return cls(tunnel, tuple(f["qosFlowIdentifier"] for f in flows))


@dataclass(frozen=True)
class PDUSessionResourceModifyRequestTransfer(Transfer):
    NAME: ClassVar[str] = "PDUSessionResourceModifyRequestTransfer"

    add_or_modify: tuple[QosFlowSetup, ...] = ()
    release: tuple[tuple[int, Cause], ...] = ()

    def _dump(self) -> Any:
        ies = []
        if self.add_or_modify:
            flows = [_dump_flow(f) for f in self.add_or_modify]
            ies.append(_ie(_ADD_OR_MODIFY, "QosFlowAddOrModifyRequestList", flows))
        if self.release:
            gone = [
                {"qosFlowIdentifier": qfi, "cause": (cause.group, cause.value)}
                for qfi, cause in self.release
            ]
            ies.append(_ie(_RELEASE, "QosFlowListWithCause", gone))
        return {"protocolIEs": ies}

    @classmethod
    def _load(cls, value: Any) -> Self:
        ies = _ies(value)
        gone = ((i["qosFlowIdentifier"], Cause(*i["cause"])) for i in ies.get(_RELEASE, ()))
        return cls(tuple(_load_flow(i) for i in ies.get(_ADD_OR_MODIFY, ())), tuple(gone))


@dataclass(frozen=True)
class PDUSessionResourceModifyResponseTransfer(Transfer):
    NAME: ClassVar[str] = "PDUSessionResourceModifyResponseTransfer"

    qfis: tuple[int, ...] = ()

    def _dump(self) -> Any:
        if not self.qfis:
            return {}
        flows = [{"qosFlowIdentifier": q} for q in self.qfis]
        return {"qosFlowAddOrModifyResponseList": flows}

    @classmethod
    def _load(cls, value: Any) -> Self:
        flows = value.get("qosFlowAddOrModifyResponseList", ())
        return cls(tuple(f["qosFlowIdentifier"] for f in flows))


class CauseTransfer(Transfer):
    """Why resources are not there, or are to go."""

    cause: Cause

    def __init__(self, cause: Cause) -> None:
        self.cause = cause

    def _dump(self) -> Any:
        return {"cause": (self.cause.group, self.cause.value)}

    @classmethod
    def _load(cls, value: Any) -> Self:
        return cls(Cause(*value["cause"]))


class PDUSessionResourceSetupUnsuccessfulTransfer(CauseTransfer):
    NAME = "PDUSessionResourceSetupUnsuccessfulTransfer"


class PDUSessionResourceModifyUnsuccessfulTransfer(CauseTransfer):
    NAME = "PDUSessionResourceModifyUnsuccessfulTransfer"


class PDUSessionResourceReleaseCommandTransfer(CauseTransfer):
    NAME = "PDUSessionResourceReleaseCommandTransfer"


class EmptyTransfer(Transfer):
    def _dump(self) -> Any:
        return {}

    @classmethod
    def _load(cls, _value: Any) -> Self:
        return cls()


class PDUSessionResourceReleaseResponseTransfer(EmptyTransfer):
    NAME = "PDUSessionResourceReleaseResponseTransfer"
