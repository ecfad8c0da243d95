"""N2 SM information of handover, path switch and indications (TS 38.413 clause 9.3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from nfs.protocols.ngap.transfers import CauseTransfer, EmptyTransfer, Transfer
from nfs.protocols.ngap.values import GtpTunnel, dump_tunnel, load_tunnel

__all__ = [
    "HandoverCommandTransfer",
    "HandoverPreparationUnsuccessfulTransfer",
    "HandoverRequestAcknowledgeTransfer",
    "HandoverRequiredTransfer",
    "HandoverResourceAllocationUnsuccessfulTransfer",
    "PDUSessionResourceModifyConfirmTransfer",
    "PDUSessionResourceModifyIndicationTransfer",
    "PDUSessionResourceModifyIndicationUnsuccessfulTransfer",
    "PDUSessionResourceNotifyReleasedTransfer",
    "PDUSessionResourceNotifyTransfer",
    "PathSwitchRequestAcknowledgeTransfer",
    "PathSwitchRequestSetupFailedTransfer",
    "PathSwitchRequestTransfer",
    "PathSwitchRequestUnsuccessfulTransfer",
]


def _dump_qfis(qfis: tuple[int, ...]) -> Any:
    return [{"qosFlowIdentifier": q} for q in qfis]


def _load_qfis(value: Any) -> tuple[int, ...]:
    return tuple(flow["qosFlowIdentifier"] for flow in value)


class HandoverRequiredTransfer(EmptyTransfer):
    """No path for direct forwarding of data."""

    NAME = "HandoverRequiredTransfer"


class HandoverCommandTransfer(EmptyTransfer):
    """No tunnel for indirect forwarding of data."""

    NAME = "HandoverCommandTransfer"


@dataclass(frozen=True)
class _Tunnelled(Transfer):
    """A tunnel of the gNB, and the QoS flows that it takes."""

    _TUNNEL: ClassVar[str] = "dL-NGU-UP-TNLInformation"
    _FLOWS: ClassVar[str]

    downlink_tunnel: GtpTunnel
    qfis: tuple[int, ...]

    def _dump(self) -> Any:
        return {self._TUNNEL: dump_tunnel(self.downlink_tunnel), self._FLOWS: _dump_qfis(self.qfis)}

    @classmethod
    def _load(cls, value: Any) -> Self:
        return cls(load_tunnel(value[cls._TUNNEL]), _load_qfis(value[cls._FLOWS]))


class HandoverRequestAcknowledgeTransfer(_Tunnelled):
    NAME = "HandoverRequestAcknowledgeTransfer"
    _FLOWS = "qosFlowSetupResponseList"


class PathSwitchRequestTransfer(_Tunnelled):
    NAME = "PathSwitchRequestTransfer"
    _FLOWS = "qosFlowAcceptedList"


@dataclass(frozen=True)
class PathSwitchRequestAcknowledgeTransfer(Transfer):
    NAME: ClassVar[str] = "PathSwitchRequestAcknowledgeTransfer"

    uplink_tunnel: GtpTunnel | None = None
    """Where the gNB sends to from now on, when that has changed."""

    def _dump(self) -> Any:
        if self.uplink_tunnel is None:
            return {}
        return {"uL-NGU-UP-TNLInformation": dump_tunnel(self.uplink_tunnel)}

    @classmethod
    def _load(cls, value: Any) -> Self:
        tunnel = value.get("uL-NGU-UP-TNLInformation")
        return cls(None if tunnel is None else load_tunnel(tunnel))


@dataclass(frozen=True)
class PDUSessionResourceNotifyTransfer(Transfer):
    """QoS flows whose guaranteed bit rate is kept again, or not any more."""

    NAME: ClassVar[str] = "PDUSessionResourceNotifyTransfer"

    fulfilled: tuple[int, ...] = ()
    not_fulfilled: tuple[int, ...] = ()

    def _dump(self) -> Any:
        causes = [(q, "fulfilled") for q in self.fulfilled]
        causes += [(q, "not-fulfilled") for q in self.not_fulfilled]
        if not causes:
            return {}
        flows = [{"qosFlowIdentifier": q, "notificationCause": cause} for q, cause in causes]
        return {"qosFlowNotifyList": flows}

    @classmethod
    def _load(cls, value: Any) -> Self:
        flows = value.get("qosFlowNotifyList", ())

        def notified(cause: str) -> tuple[int, ...]:
            return _load_qfis(f for f in flows if f["notificationCause"] == cause)

        return cls(notified("fulfilled"), notified("not-fulfilled"))


@dataclass(frozen=True)
class PDUSessionResourceModifyIndicationTransfer(Transfer):
    """The gNB has moved its end of the tunnel."""

    NAME: ClassVar[str] = "PDUSessionResourceModifyIndicationTransfer"

    downlink_tunnel: GtpTunnel
    qfis: tuple[int, ...]

    def _dump(self) -> Any:
        information = {
            "uPTransportLayerInformation": dump_tunnel(self.downlink_tunnel),
            "associatedQosFlowList": _dump_qfis(self.qfis),
        }
        return {"dLQosFlowPerTNLInformation": information}

    @classmethod
    def _load(cls, value: Any) -> Self:
        information = value["dLQosFlowPerTNLInformation"]
        tunnel = load_tunnel(information["uPTransportLayerInformation"])
        return cls(tunnel, _load_qfis(information["associatedQosFlowList"]))


@dataclass(frozen=True)
class PDUSessionResourceModifyConfirmTransfer(Transfer):
    NAME: ClassVar[str] = "PDUSessionResourceModifyConfirmTransfer"

    qfis: tuple[int, ...]
    uplink_tunnel: GtpTunnel

    def _dump(self) -> Any:
        return {
            "qosFlowModifyConfirmList": _dump_qfis(self.qfis),
            "uLNGU-UP-TNLInformation": dump_tunnel(self.uplink_tunnel),
        }

    @classmethod
    def _load(cls, value: Any) -> Self:
        tunnel = load_tunnel(value["uLNGU-UP-TNLInformation"])
        return cls(_load_qfis(value["qosFlowModifyConfirmList"]), tunnel)


class HandoverPreparationUnsuccessfulTransfer(CauseTransfer):
    NAME = "HandoverPreparationUnsuccessfulTransfer"


class HandoverResourceAllocationUnsuccessfulTransfer(CauseTransfer):
    NAME = "HandoverResourceAllocationUnsuccessfulTransfer"


class PathSwitchRequestSetupFailedTransfer(CauseTransfer):
    NAME = "PathSwitchRequestSetupFailedTransfer"


class PathSwitchRequestUnsuccessfulTransfer(CauseTransfer):
    NAME = "PathSwitchRequestUnsuccessfulTransfer"


class PDUSessionResourceNotifyReleasedTransfer(CauseTransfer):
    NAME = "PDUSessionResourceNotifyReleasedTransfer"


class PDUSessionResourceModifyIndicationUnsuccessfulTransfer(CauseTransfer):
    NAME = "PDUSessionResourceModifyIndicationUnsuccessfulTransfer"
