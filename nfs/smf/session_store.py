"""SM contexts in the store: a PDU session outlives the SMF that made it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

from nfs.common.identities import Snssai
from nfs.common.store import Store
from nfs.protocols.ngap import GtpTunnel
from nfs.smf.sm_context import Gbr, QosFlow, SmContext, State

SESSIONS = "sm-contexts"


class SessionStore:
    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, session: SmContext) -> None:
        self._store.put(SESSIONS, session.ref, _to_json(session))

    def delete(self, session: SmContext) -> None:
        self._store.delete(SESSIONS, session.ref)

    def load(self) -> Iterator[SmContext]:
        for _, kept in self._store.scan(SESSIONS):
            yield _from_json(kept.value)


def _to_json(session: SmContext) -> dict[str, Any]:
    tunnel = session.downlink_tunnel
    return {
        "ref": session.ref,
        "supi": session.supi,
        "pduSessionId": session.pdu_session_id,
        "dnn": session.dnn,
        "sNssai": str(session.s_nssai),
        "amf": session.amf_instance_id,
        "statusUri": session.status_uri,
        "address": str(session.address),
        "uplinkTunnel": [session.uplink_tunnel.address, session.uplink_tunnel.teid],
        "downlinkTunnel": [tunnel.address, tunnel.teid] if tunnel else None,
        "flows": [
            [f.qfi, f.five_qi, [f.gbr.downlink_kbps, f.gbr.uplink_kbps] if f.gbr else None, until]
            for f, until in ((f, session.ends.get(f.qfi)) for f in session.flows.values())
        ],
    }


def _from_json(kept: dict[str, Any]) -> SmContext:
    tunnel = kept["downlinkTunnel"]
    session = SmContext(
        ref=kept["ref"],
        supi=kept["supi"],
        pdu_session_id=kept["pduSessionId"],
        dnn=kept["dnn"],
        s_nssai=Snssai.parse(kept["sNssai"]),
        amf_instance_id=kept["amf"],
        status_uri=kept["statusUri"],
        address=IPv4Address(kept["address"]),
        uplink_tunnel=GtpTunnel(*kept["uplinkTunnel"]),
        downlink_tunnel=GtpTunnel(*tunnel) if tunnel else None,
        state=State.ACTIVE,
    )
    for qfi, five_qi, gbr, until in kept["flows"]:
        session.flows[qfi] = QosFlow(qfi, five_qi, Gbr(*gbr) if gbr else None)
        if until is not None:
            session.ends[qfi] = until
    return session
