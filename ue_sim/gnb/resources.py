"""What the AMF orders for one UE at the gNB (TS 38.413 clauses 8.2 and 8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.protocols.ngap import (
    DownlinkNASTransport,
    GtpTunnel,
    InitialContextSetupRequest,
    InitialContextSetupResponse,
    PduSessionItem,
    PDUSessionResourceModifyRequest,
    PDUSessionResourceModifyRequestTransfer,
    PDUSessionResourceModifyResponse,
    PDUSessionResourceModifyResponseTransfer,
    PDUSessionResourceReleaseCommand,
    PDUSessionResourceReleaseResponse,
    PDUSessionResourceReleaseResponseTransfer,
    PDUSessionResourceSetupRequest,
    PDUSessionResourceSetupRequestTransfer,
    PDUSessionResourceSetupResponse,
    PDUSessionResourceSetupResponseTransfer,
    UEContextReleaseComplete,
)

if TYPE_CHECKING:
    from ue_sim.gnb.gnb import Gnb, RrcConnection

Order = (
    DownlinkNASTransport
    | InitialContextSetupRequest
    | PDUSessionResourceSetupRequest
    | PDUSessionResourceModifyRequest
    | PDUSessionResourceReleaseCommand
)


async def carry_out(gnb: Gnb, ue: RrcConnection, order: Order) -> None:
    """Do what is ordered, answer, and hand the NAS messages in it to the UE."""
    ids = order.amf_ue_ngap_id, order.ran_ue_ngap_id
    match order:
        case DownlinkNASTransport(nas_pdu=nas):
            ue.on_nas(nas)
        case InitialContextSetupRequest(nas_pdu=nas):
            await gnb.send(InitialContextSetupResponse(*ids))
            if nas is not None:
                ue.on_nas(nas)
        case PDUSessionResourceSetupRequest(items=items):
            setup = tuple(_set_up(gnb, ue, i.pdu_session_id, i.transfer) for i in items)
            await gnb.send(PDUSessionResourceSetupResponse(*ids, setup=setup))
            for item in items:
                if item.nas_pdu is not None:
                    ue.on_nas(item.nas_pdu)
        case PDUSessionResourceModifyRequest(items=modifications):
            modified = tuple(_modify(i.pdu_session_id, i.transfer) for i in modifications)
            await gnb.send(PDUSessionResourceModifyResponse(*ids, modified=modified))
            for modification in modifications:
                if modification.nas_pdu is not None:
                    ue.on_nas(modification.nas_pdu)
        case PDUSessionResourceReleaseCommand(items=to_release, nas_pdu=nas):
            transfer = PDUSessionResourceReleaseResponseTransfer().encode()
            released = tuple(PduSessionItem(i.pdu_session_id, transfer) for i in to_release)
            await gnb.send(PDUSessionResourceReleaseResponse(*ids, released))
            if nas is not None:
                ue.on_nas(nas)


def _set_up(gnb: Gnb, ue: RrcConnection, session_id: int, transfer: bytes) -> PduSessionItem:
    request = PDUSessionResourceSetupRequestTransfer.decode(transfer)
    teid = ue.teids[session_id] = gnb.new_teid()
    tunnel = GtpTunnel(gnb.config.n3_address, teid)
    qfis = tuple(flow.qfi for flow in request.qos_flows)
    response = PDUSessionResourceSetupResponseTransfer(tunnel, qfis)
    return PduSessionItem(session_id, response.encode())


def _modify(session_id: int, transfer: bytes) -> PduSessionItem:
    request = PDUSessionResourceModifyRequestTransfer.decode(transfer)
    qfis = tuple(flow.qfi for flow in request.add_or_modify)
    return PduSessionItem(session_id, PDUSessionResourceModifyResponseTransfer(qfis).encode())


async def release_context(gnb: Gnb, ue: RrcConnection | None) -> None:
    if ue is None or ue.amf_ue_ngap_id is None:
        return
    await gnb.send(UEContextReleaseComplete(ue.amf_ue_ngap_id, ue.ran_ue_ngap_id))
    gnb.forget(ue)
    ue.on_nas(None)
