"""The rules of a PDU session at its UPF (TS 29.244 clause 5.2, TS 23.501 clause 5.8.2.11).

Each QoS flow has a PDR and a FAR for each direction and one QER; all share the URR and the BAR.
Flows without guaranteed rates share the session's AMBR: their QERs have one correlation identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.protocols.ngap import GtpTunnel
from nfs.protocols.pfcp import (
    ApplyAction,
    BitRate,
    ChooseFTeid,
    CreateBar,
    CreateFar,
    CreatePdr,
    CreateQer,
    ForwardingParameters,
    FTeid,
    GateStatus,
    InterfaceType,
    OuterHeaderCreation,
    Pdi,
    PdnType,
    SessionModificationFlags,
    SourceInterface,
    UeIpAddress,
    UpdateFar,
    UpdateForwardingParameters,
    UpdatePdr,
    UpdateQer,
)
from nfs.smf.marking import dscp
from nfs.smf.n4 import usage

if TYPE_CHECKING:
    from nfs.smf.n4.sdf import DetectedFlow
    from nfs.smf.sm_context import QosFlow, SmContext

BUFFERING = 1
"""Identity of the BAR."""
SESSION_AMBR = 1
"""QER correlation identity."""
_CHOOSE_ID = 5
_GTP_U_UDP_IPV4 = 0


def downlink_id(flow: QosFlow) -> int:
    """Of the flow's PDR, and of its FAR."""
    return 2 * flow.qfi - 1


def uplink_id(flow: QosFlow) -> int:
    return 2 * flow.qfi


def pdrs(session: SmContext, detected: DetectedFlow) -> tuple[CreatePdr, CreatePdr]:
    """Downlink and uplink; the UPF chooses the tunnel end point while the session has none."""
    tunnel = session.uplink_tunnel
    end = FTeid(tunnel.teid, tunnel.address) if tunnel else ChooseFTeid(choose_id=_CHOOSE_ID)
    flow, precedence = detected.flow, detected.precedence
    downlink = CreatePdr(
        pdr_id=downlink_id(flow),
        precedence=precedence,
        pdi=Pdi(
            source_interface=SourceInterface.CORE,
            network_instance=session.dnn,
            ue_ip_addresses=(ue_ip_address(session),),
            sdf_filters=detected.downlink,
            interface_type=InterfaceType.N6,
        ),
        far_id=downlink_id(flow),
        urr_ids=_urr_ids(session, flow),
        qer_ids=(flow.qfi,),
    )
    uplink = CreatePdr(
        pdr_id=uplink_id(flow),
        precedence=precedence,
        pdi=Pdi(
            source_interface=SourceInterface.ACCESS,
            f_teid=end,
            network_instance=session.dnn,
            sdf_filters=detected.uplink,
            qfis=(flow.qfi,),
            interface_type=InterfaceType.N3_3GPP_ACCESS,
        ),
        outer_header_removal=_GTP_U_UDP_IPV4,
        far_id=uplink_id(flow),
        urr_ids=_urr_ids(session, flow),
        qer_ids=(flow.qfi,),
    )
    return downlink, uplink


def _urr_ids(session: SmContext, flow: QosFlow) -> tuple[int, ...]:
    measured = session.pfcp is not None and session.pfcp.measured
    return (usage.SESSION, *(usage.flow_urr_ids(flow.qfi) if measured else ()))


def changed_pdrs(session: SmContext, detected: DetectedFlow) -> tuple[UpdatePdr, ...]:
    """Other packets are the flow's by now."""
    return tuple(
        UpdatePdr(pdr_id=pdr.pdr_id, precedence=pdr.precedence, pdi=pdr.pdi)
        for pdr in pdrs(session, detected)
    )


def ue_ip_address(session: SmContext) -> UeIpAddress:
    address = session.address
    prefix = address.ipv6_prefix
    return UeIpAddress(
        ipv4=str(address.ipv4) if address.ipv4 else None,
        ipv6=str(prefix.network_address) if prefix else None,
        destination=True,
    )


def pdn_type(session: SmContext) -> PdnType:
    return PdnType(session.address.pdu_session_type.value)


def s_nssai(session: SmContext) -> bytes:
    """Of a slice without SD the SD is all ones (TS 29.244 clause 8.2.176)."""
    return bytes((session.s_nssai.sst,)) + bytes.fromhex(session.s_nssai.sd or "ffffff")


def qer(session: SmContext, flow: QosFlow) -> CreateQer:
    if flow.gbr is not None:
        gbr = flow.gbr
        return CreateQer(
            qer_id=flow.qfi,
            gate_status=GateStatus(0),
            maximum_bit_rate=BitRate(gbr.max_uplink_kbps, gbr.max_downlink_kbps),
            guaranteed_bit_rate=BitRate(gbr.uplink_kbps, gbr.downlink_kbps),
            qfi=flow.qfi,
        )
    downlink, uplink = session.ambr
    return CreateQer(
        qer_id=flow.qfi,
        correlation_id=SESSION_AMBR,
        gate_status=GateStatus(0),
        maximum_bit_rate=BitRate(uplink // 1000, downlink // 1000),
        qfi=flow.qfi,
    )


def changed_qer(session: SmContext, flow: QosFlow) -> UpdateQer:
    rule = qer(session, flow)
    return UpdateQer(
        qer_id=rule.qer_id,
        maximum_bit_rate=rule.maximum_bit_rate,
        guaranteed_bit_rate=rule.guaranteed_bit_rate,
    )


def bar() -> CreateBar:
    return CreateBar(bar_id=BUFFERING)


def fars(session: SmContext, flow: QosFlow) -> tuple[CreateFar, CreateFar]:
    """Downlink and uplink."""
    tunnel = session.downlink_tunnel
    to_gnb = CreateFar(
        far_id=downlink_id(flow),
        apply_action=_downlink_action(tunnel),
        forwarding_parameters=ForwardingParameters(
            destination_interface=SourceInterface.ACCESS,
            outer_header_creation=OuterHeaderCreation(tunnel.teid, tunnel.address),
            transport_level_marking=_marking(flow),
        )
        if tunnel
        else None,
        bar_id=None if tunnel else BUFFERING,
    )
    to_n6 = CreateFar(
        far_id=uplink_id(flow),
        apply_action=ApplyAction.FORW,
        forwarding_parameters=ForwardingParameters(
            destination_interface=SourceInterface.CORE,
            network_instance=session.dnn,
            transport_level_marking=_marking(flow),
            interface_type=InterfaceType.N6,
        ),
    )
    return to_gnb, to_n6


def _marking(flow: QosFlow) -> int | None:
    """Transport level marking: the DSCP in a traffic class, and its mask."""
    marked = dscp(flow.five_qi)
    return marked << 10 | 0xFC if marked else None


def _downlink_action(tunnel: GtpTunnel | None) -> ApplyAction:
    return ApplyAction.FORW if tunnel else ApplyAction.BUFF | ApplyAction.NOCP


def downlink_change(session: SmContext, flow: QosFlow, former: GtpTunnel | None) -> UpdateFar:
    """Activation, deactivation, or another path; the former path ends with an end marker."""
    tunnel = session.downlink_tunnel
    if tunnel is None:
        return UpdateFar(
            far_id=downlink_id(flow), apply_action=_downlink_action(None), bar_id=BUFFERING
        )
    return UpdateFar(
        far_id=downlink_id(flow),
        apply_action=_downlink_action(tunnel),
        forwarding_parameters=UpdateForwardingParameters(
            destination_interface=SourceInterface.ACCESS,
            network_instance=session.dnn,
            outer_header_creation=OuterHeaderCreation(tunnel.teid, tunnel.address),
            transport_level_marking=_marking(flow),
            interface_type=InterfaceType.N3_3GPP_ACCESS,
            flags=SessionModificationFlags.SNDEM if former else None,
        ),
    )
