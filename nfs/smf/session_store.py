"""SM contexts in the store: a PDU session outlives the SMF that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from typing import Any

from nfs.common.identities import Snssai
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Conflict, Document, Leases, Store, follow
from nfs.protocols.nas.qos_rules import RULES
from nfs.protocols.ngap import GtpTunnel
from nfs.smf.address_pool import UeAddress
from nfs.smf.n4.pfcp_session import PfcpSession
from nfs.smf.n4.sdf import detected_flows
from nfs.smf.sm_context import Gbr, QosFlow, SmContext, State, UpCnxState

SESSIONS = "sm-contexts"


class SessionStore:
    """``owner``: API root of the SMF instance that saves here."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self.owner = owner
        self.leases = Leases(store, owner)

    def save(self, session: SmContext) -> None:
        """Raises SbiProblem 409 when another instance has saved the session meanwhile."""
        document = _to_json(session) | {"owner": self.owner}
        try:
            session.version = self._store.put(
                SESSIONS, session.ref, document, expect=session.version
            )
        except Conflict as error:
            detail = f"SM context {session.ref} is another SMF instance's by now"
            raise SbiProblem(409, "CONTEXT_TRANSFERRED", detail) from error
        session.owner = self.owner

    def delete(self, ref: str) -> None:
        self._store.delete(SESSIONS, ref)

    def has(self, session: SmContext) -> bool:
        """Whether nobody else has saved the session since."""
        kept = self._store.get(SESSIONS, session.ref)
        return kept is not None and kept.version == session.version

    def load(self, ref: str) -> SmContext | None:
        kept = self._store.get(SESSIONS, ref)
        return _from_json(kept) if kept else None

    def load_all(self) -> Iterator[SmContext]:
        for _, kept in self._store.scan(SESSIONS):
            yield _from_json(kept)

    async def follow(
        self,
        known: Callable[[], Iterable[str]],
        take_over: Callable[[str, Document | None], None],
    ) -> None:
        await follow(self._store, SESSIONS, known, take_over)


def _to_json(session: SmContext) -> dict[str, Any]:
    uplink, tunnel = session.uplink_tunnel, session.downlink_tunnel
    return {
        "ref": session.ref,
        "supi": session.supi,
        "pduSessionId": session.pdu_session_id,
        "dnn": session.dnn,
        "sNssai": str(session.s_nssai),
        "amf": session.amf_instance_id,
        "statusUri": session.status_uri,
        "address": session.address.to_json(),
        "uplinkTunnel": [uplink.address, uplink.teid] if uplink else None,
        "downlinkTunnel": [tunnel.address, tunnel.teid] if tunnel else None,
        "upCnxState": session.up_cnx_state,
        "ambr": list(session.ambr),
        "sscMode": session.ssc_mode,
        "alwaysOn": session.always_on,
        "maxPacketFilters": session.max_packet_filters,
        "rules": RULES.encode(tuple(session.rules.values())).hex(),
        "pfcp": session.pfcp.to_json() if session.pfcp else None,
        "flows": [
            [*_flow_to_json(flow), session.ends.get(flow.qfi)] for flow in session.flows.values()
        ],
    }


def _flow_to_json(flow: QosFlow) -> list[Any]:
    gbr = astuple(flow.gbr) if flow.gbr else None
    return [flow.qfi, flow.five_qi, gbr, flow.requested, flow.intent_id]


def _from_json(document: Document) -> SmContext:
    kept = document.value
    uplink, tunnel = kept["uplinkTunnel"], kept["downlinkTunnel"]
    session = SmContext(
        ref=kept["ref"],
        supi=kept["supi"],
        pdu_session_id=kept["pduSessionId"],
        dnn=kept["dnn"],
        s_nssai=Snssai.parse(kept["sNssai"]),
        amf_instance_id=kept["amf"],
        status_uri=kept["statusUri"],
        address=UeAddress.from_json(kept["address"]),
        uplink_tunnel=GtpTunnel(*uplink) if uplink else None,
        downlink_tunnel=GtpTunnel(*tunnel) if tunnel else None,
        ambr=(kept["ambr"][0], kept["ambr"][1]),
        ssc_mode=kept["sscMode"],
        always_on=kept["alwaysOn"],
        max_packet_filters=kept["maxPacketFilters"],
        rules={rule.id: rule for rule in RULES.decode(bytes.fromhex(kept["rules"]))},
        state=State.ACTIVE,
        up_cnx_state=UpCnxState(kept.get("upCnxState", UpCnxState.ACTIVATED)),
        owner=kept.get("owner"),
        version=document.version,
    )
    for qfi, five_qi, gbr, requested, intent_id, until in kept["flows"]:
        rates = Gbr(*gbr) if gbr else None
        session.flows[qfi] = QosFlow(qfi, five_qi, rates, requested, intent_id)
        if until is not None:
            session.ends[qfi] = until
    if kept["pfcp"] is not None:
        flows, downlink = detected_flows(session), session.downlink_tunnel
        session.pfcp = PfcpSession.from_json(kept["pfcp"], flows, downlink)
    return session
