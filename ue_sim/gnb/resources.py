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
    UEContextReleaseCommand,
    UEContextReleaseComplete,
)

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb
    from ue_sim.gnb.rrc import RrcConnection

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
        case InitialContextSetupRequest(nas_pdu=nas, items=items):
            setup = tuple(_set_up(gnb, ue, i.pdu_session_id, i.transfer) for i in items)
            await ue.send(InitialContextSetupResponse(*ids, setup=setup))
            if nas is not None:
                ue.on_nas(nas)
        case PDUSessionResourceSetupRequest(items=items, nas_pdu=nas):
            setup = tuple(_set_up(gnb, ue, i.pdu_session_id, i.transfer) for i in items)
            await ue.send(PDUSessionResourceSetupResponse(*ids, setup=setup))
            if nas is not None:
                ue.on_nas(nas)
            for item in items:
                if item.nas_pdu is not None:
                    ue.on_nas(item.nas_pdu)
        case PDUSessionResourceModifyRequest(items=modifications):
            modified = tuple(_modify(i.pdu_session_id, i.transfer) for i in modifications)
            await ue.send(PDUSessionResourceModifyResponse(*ids, modified=modified))
            for modification in modifications:
                if modification.nas_pdu is not None:
                    ue.on_nas(modification.nas_pdu)
        case PDUSessionResourceReleaseCommand(items=to_release, nas_pdu=nas):
            transfer = PDUSessionResourceReleaseResponseTransfer().encode()
            released = tuple(PduSessionItem(i.pdu_session_id, transfer) for i in to_release)
            await ue.send(PDUSessionResourceReleaseResponse(*ids, released))
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


async def release_command(gnb: Gnb, amf: AmfConnection, command: UEContextReleaseCommand) -> None:
    """UE Context Release by the AMF (8.3.3), which names the UE by one identifier or two."""
    amf_id, ran_id = command.ids
    ue = next(
        (
            ue
            for ue in gnb.ues.values()
            if ue.amf is amf and (ue.ran_ue_ngap_id == ran_id or ue.amf_ue_ngap_id == amf_id)
        ),
        None,
    )
    if ue is None:
        if ran_id is not None:
            await amf.send(UEContextReleaseComplete(amf_id, ran_id), ran_id)
        return
    await ue.send(UEContextReleaseComplete(amf_id, ue.ran_ue_ngap_id))
    gnb.release(ue)
