"""What the AMF orders for one UE at the gNB (TS 38.413 clauses 8.2 and 8.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from nfs.common.identities import Snssai
from nfs.protocols.ngap import (
    Cause,
    DownlinkNASTransport,
    InitialContextSetupRequest,
    InitialContextSetupResponse,
    NgapError,
    PduSessionItem,
    PduSessionModifyRequestItem,
    PDUSessionResourceModifyRequest,
    PDUSessionResourceModifyRequestTransfer,
    PDUSessionResourceModifyResponse,
    PDUSessionResourceModifyResponseTransfer,
    PDUSessionResourceModifyUnsuccessfulTransfer,
    PDUSessionResourceReleaseCommand,
    PDUSessionResourceReleaseResponse,
    PDUSessionResourceReleaseResponseTransfer,
    PDUSessionResourceSetupRequest,
    PDUSessionResourceSetupRequestTransfer,
    PDUSessionResourceSetupResponse,
    PDUSessionResourceSetupResponseTransfer,
    PDUSessionResourceSetupUnsuccessfulTransfer,
    PduSessionSetupRequestItem,
    UEContextReleaseCommand,
    UEContextReleaseComplete,
    UERadioCapabilityInfoIndication,
)
from ue_sim.gnb.indications import not_delivered
from ue_sim.gnb.rrc import SessionResources

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb
    from ue_sim.gnb.rrc import RrcConnection

log = structlog.get_logger("gnb")

NOT_UNDERSTOOD = Cause("protocol", "abstract-syntax-error-reject")
UNKNOWN_SESSION = Cause("radioNetwork", "unknown-PDU-session-ID")
RADIO_CAPABILITY = bytes.fromhex("000800")
"""UERadioAccessCapabilityInformation of TS 38.331 without a capability in it."""

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
            if ue in gnb.arriving.values():
                await not_delivered(ue, nas)
            else:
                ue.on_nas(nas)
        case InitialContextSetupRequest(nas_pdu=nas, items=items):
            ue.security_capabilities = order.ue_security_capabilities
            ue.security_key, ue.ambr = order.security_key, order.ue_ambr
            setup, failed = _set_up_all(gnb, ue, items)
            await ue.send(InitialContextSetupResponse(*ids, setup=setup, failed=failed))
            if order.ue_radio_capability is None:
                await ue.send(UERadioCapabilityInfoIndication(*ids, RADIO_CAPABILITY))
            _pass_on(ue, nas, items)
        case PDUSessionResourceSetupRequest(items=items, nas_pdu=nas):
            setup, failed = _set_up_all(gnb, ue, items)
            await ue.send(PDUSessionResourceSetupResponse(*ids, setup=setup, failed=failed))
            there = {item.pdu_session_id for item in setup}  # NAS of the others stays (8.2.1.2)
            _pass_on(ue, nas, [item for item in items if item.pdu_session_id in there])
        case PDUSessionResourceModifyRequest(items=modifications):
            done = [_modify(ue, i.pdu_session_id, i.transfer) for i in modifications]
            modified = tuple(item for item, ok in done if ok)
            refused = tuple(item for item, ok in done if not ok)
            await ue.send(PDUSessionResourceModifyResponse(*ids, modified, refused))
            _pass_on(ue, None, modifications)
        case PDUSessionResourceReleaseCommand(items=to_release, nas_pdu=nas):
            transfer = PDUSessionResourceReleaseResponseTransfer().encode()
            released = tuple(PduSessionItem(i.pdu_session_id, transfer) for i in to_release)
            gnb.user_plane.release(ue, *(item.pdu_session_id for item in to_release))
            await ue.send(PDUSessionResourceReleaseResponse(*ids, released))
            _pass_on(ue, nas, ())


def _pass_on(
    ue: RrcConnection,
    nas: bytes | None,
    items: Iterable[PduSessionSetupRequestItem | PduSessionModifyRequestItem],
) -> None:
    for octets in (nas, *(item.nas_pdu for item in items)):
        if octets is not None:
            ue.on_nas(octets)


def set_up(
    gnb: Gnb, ue: RrcConnection, session_id: int, s_nssai: Snssai, transfer: bytes
) -> SessionResources:
    """Resources for a session, in place of those it had here; raises NgapError."""
    request = PDUSessionResourceSetupRequestTransfer.decode(transfer)
    downlink = gnb.user_plane.open(ue, session_id)
    qfis = tuple(flow.qfi for flow in request.qos_flows)
    session = SessionResources(s_nssai, request.uplink_tunnel, downlink, qfis)
    ue.sessions[session_id] = session
    return session


def _set_up_all(
    gnb: Gnb, ue: RrcConnection, items: Iterable[PduSessionSetupRequestItem]
) -> tuple[tuple[PduSessionItem, ...], tuple[PduSessionItem, ...]]:
    """What was set up, and what could not be."""
    done, failed = [], []
    for item in items:
        try:
            session = set_up(gnb, ue, item.pdu_session_id, item.s_nssai, item.transfer)
            response = PDUSessionResourceSetupResponseTransfer(session.downlink, session.qfis)
            done.append(PduSessionItem(item.pdu_session_id, response.encode()))
        except NgapError as error:
            log.warning("session not set up", session=item.pdu_session_id, reason=str(error))
            unsuccessful = PDUSessionResourceSetupUnsuccessfulTransfer(NOT_UNDERSTOOD)
            failed.append(PduSessionItem(item.pdu_session_id, unsuccessful.encode()))
    return tuple(done), tuple(failed)


def _modify(ue: RrcConnection, session_id: int, transfer: bytes) -> tuple[PduSessionItem, bool]:
    """The answer for one session, and whether it has been modified."""
    session = ue.sessions.get(session_id)
    cause = UNKNOWN_SESSION
    if session is not None:
        try:
            request = PDUSessionResourceModifyRequestTransfer.decode(transfer)
        except NgapError as error:
            log.warning("session not modified", session=session_id, reason=str(error))
            cause = NOT_UNDERSTOOD
        else:
            changed = tuple(flow.qfi for flow in request.add_or_modify)
            gone = {qfi for qfi, _ in request.release}
            qfis = tuple(sorted((set(session.qfis) | set(changed)) - gone))
            ue.sessions[session_id] = replace(session, qfis=qfis)
            response = PDUSessionResourceModifyResponseTransfer(changed)
            return PduSessionItem(session_id, response.encode()), True
    unsuccessful = PDUSessionResourceModifyUnsuccessfulTransfer(cause)
    return PduSessionItem(session_id, unsuccessful.encode()), False


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
