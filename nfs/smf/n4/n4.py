"""The SMF on N4: which UPF a session has, and that the UPF follows the session."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import structlog

from nfs.common.pfcp import PfcpEntity, PfcpNoAnswer
from nfs.protocols.nas import SmCause
from nfs.protocols.ngap import GtpTunnel
from nfs.protocols.pfcp import Cause, UsageReport
from nfs.smf.n4 import reports, usage
from nfs.smf.n4 import session as procedures
from nfs.smf.n4.node import UpfNode
from nfs.smf.n4.pfcp_session import PfcpSession

if TYPE_CHECKING:
    from nfs.smf.app import Smf
    from nfs.smf.sm_context import SmContext

log = structlog.get_logger("smf")

ASSOCIATION_WAIT = 2.0
"""Seconds that a session waits for a UPF that is not associated."""


class N4Refused(Exception):
    """There is no user plane for a session; ``cause`` is for the UE."""

    def __init__(self, cause: SmCause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


class N4:
    """``establish`` gives a session its uplink tunnel, ``modify`` brings its UPF to what the
    session says by now, ``release`` ends it there."""

    def __init__(self, smf: Smf) -> None:
        self._smf = smf
        self.recovery_time_stamp = int(time.time())
        self.entity = PfcpEntity(
            partial(reports.receive, smf), reports.refuse, trace=(smf.trace, "SMF", "UPF")
        )
        self.nodes = {
            selection.n4: UpfNode(
                selection, self.entity, self.recovery_time_stamp, self._provision_all
            )
            for selection in smf.config.upfs
        }
        prefix = "fivegs_smffunction_n4_"
        self.requests = smf.metrics.counter(
            f"{prefix}sessionreq", "PFCP session requests", "procedure", "outcome"
        )
        self.usage = smf.metrics.counter(
            f"{prefix}usage_octets", "Octets that UPFs reported", "direction"
        )

    async def start(self) -> None:
        """Raises OSError when the end point is taken."""
        config = self._smf.config
        await self.entity.start(config.n4.replace("//0.0.0.0", f"//{config.host}"))
        for node in self.nodes.values():
            self._smf.spawn(node.keep_associated(self._smf.config.heartbeat_seconds))

    async def stop(self) -> None:
        """Sessions that outlive this process stay at their UPFs until it is back."""
        await self.entity.close()

    async def establish(self, session: SmContext) -> GtpTunnel:
        """The uplink tunnel end point at the UPF; raises N4Refused."""
        node = await self._select(session)
        session.pfcp = PfcpSession(node.name)
        if (address := node.own_tunnel_address) is not None:
            session.uplink_tunnel = GtpTunnel(address, secrets.randbelow(1 << 32) or 1)
        try:
            return await self._establish(node, session, session.pfcp)
        except PfcpNoAnswer as error:
            session.pfcp = None
            raise N4Refused(SmCause.NETWORK_FAILURE, str(error)) from error
        except procedures.PfcpRefused as error:
            session.pfcp = None
            exhausted = error.cause is Cause.NO_RESOURCES_AVAILABLE
            cause = SmCause.INSUFFICIENT_RESOURCES if exhausted else SmCause.NETWORK_FAILURE
            raise N4Refused(cause, str(error)) from error

    async def modify(self, session: SmContext) -> None:
        """Whatever fails is made good when the UPF is associated again."""
        pfcp = session.pfcp
        if pfcp is None:
            return
        async with pfcp.procedure:
            node = self.nodes.get(pfcp.upf)
            if node is None or not node.associated.is_set():
                log.warning("UPF not told of a change", supi=session.supi, upf=pfcp.upf)
                return
            try:
                used = await procedures.modify(self.entity, node, session, pfcp)
                self.count(session, pfcp, used)
                _close_accounts(session, pfcp)
                self.requests.labels("modification", "OK").inc()
            except PfcpNoAnswer as error:
                self.requests.labels("modification", "NO_ANSWER").inc()
                log.warning("UPF not told of a change", supi=session.supi, reason=str(error))
            except procedures.PfcpRefused as error:
                self.requests.labels("modification", error.cause.name).inc()
                log.warning("UPF refuses a change", supi=session.supi, reason=str(error))
                if error.cause is Cause.SESSION_CONTEXT_NOT_FOUND:
                    await self._provision(node, session, pfcp)
                elif error.cause is Cause.NO_ESTABLISHED_PFCP_ASSOCIATION:
                    node.lost()

    async def release(self, session: SmContext) -> None:
        pfcp, session.pfcp = session.pfcp, None
        node = self.nodes.get(pfcp.upf) if pfcp else None
        if pfcp is None or node is None:
            return
        node.sessions -= 1
        async with pfcp.procedure:
            if not node.associated.is_set():
                return
            try:
                used = await procedures.delete(self.entity, node, pfcp)
                self.requests.labels("deletion", "OK").inc()
                self.count(session, pfcp, used)
            except PfcpNoAnswer:
                self.requests.labels("deletion", "NO_ANSWER").inc()
            except procedures.PfcpRefused as error:
                self.requests.labels("deletion", error.cause.name).inc()

    async def take_over(self, session: SmContext) -> None:
        """The session came from another instance of the SMF."""
        pfcp = session.pfcp
        node = self.nodes.get(pfcp.upf) if pfcp else None
        if pfcp is None or node is None:
            return
        node.sessions += 1
        if not node.associated.is_set():
            return  # it is provisioned with the association
        async with pfcp.procedure:
            try:
                await procedures.take_over(self.entity, node, pfcp)
            except PfcpNoAnswer as error:
                log.warning("UPF not told of the SMF's change", reason=str(error))
            except procedures.PfcpRefused:
                await self._provision(node, session, pfcp)

    def count(self, session: SmContext, pfcp: PfcpSession, used: Iterable[UsageReport]) -> None:
        """Usage reports of a session."""
        used = tuple(used)
        usage.count_flows(pfcp.flow_usage, used)
        for report in used:
            if report.urr_id != usage.SESSION:
                continue
            volume = report.volume
            uplink = volume.uplink or 0 if volume else 0
            downlink = volume.downlink or 0 if volume else 0
            pfcp.usage[0] += uplink
            pfcp.usage[1] += downlink
            self.usage.labels("uplink").inc(uplink)
            self.usage.labels("downlink").inc(downlink)
            log.debug("usage", supi=session.supi, uplink=uplink, downlink=downlink)

    async def _select(self, session: SmContext) -> UpfNode:
        """Of the UPFs that serve DNN and slice, the associated one with the fewest sessions."""
        serving = [n for n in self.nodes.values() if n.serves(session.dnn, session.s_nssai)]
        if not serving:
            reason = f"no UPF of `upfs` serves DNN {session.dnn} in slice {session.s_nssai}"
            raise N4Refused(SmCause.INSUFFICIENT_RESOURCES, reason)
        if not any(node.associated.is_set() for node in serving):
            await _any_of(node.associated for node in serving)
        associated = [node for node in serving if node.associated.is_set()]
        if not associated:
            names = ", ".join(node.name for node in serving)
            reason = f"no UPF is associated: {names} does not answer"
            raise N4Refused(SmCause.NETWORK_FAILURE, reason)
        return min(associated, key=lambda node: node.sessions)

    async def _establish(self, node: UpfNode, session: SmContext, pfcp: PfcpSession) -> GtpTunnel:
        try:
            config = self._smf.config
            tunnel = await procedures.establish(config, self.entity, node, session, pfcp)
        except PfcpNoAnswer:
            self.requests.labels("establishment", "NO_ANSWER").inc()
            raise
        except procedures.PfcpRefused as error:
            self.requests.labels("establishment", error.cause.name).inc()
            raise
        self.requests.labels("establishment", "OK").inc()
        node.sessions += 1
        return tunnel

    async def _provision_all(self, node: UpfNode) -> None:
        """A UPF that was associated anew has no sessions of this SMF (clause 6.2.6.2.2)."""
        node.sessions = 0
        for session in list(self._smf.sessions):
            pfcp = session.pfcp
            if pfcp is not None and pfcp.upf == node.name:
                async with pfcp.procedure:
                    await self._provision(node, session, pfcp)

    async def _provision(self, node: UpfNode, session: SmContext, pfcp: PfcpSession) -> None:
        try:
            await self._establish(node, session, pfcp)
        except (PfcpNoAnswer, procedures.PfcpRefused) as error:
            log.warning("session not at the UPF again", supi=session.supi, reason=str(error))
        else:
            self._smf.sessions.save(session)


def _close_accounts(session: SmContext, pfcp: PfcpSession) -> None:
    """Flows that are gone have carried what they have: their QFIs are used again."""
    for qfi in pfcp.flow_usage.keys() - pfcp.flows.keys():
        used = pfcp.flow_usage.pop(qfi)
        octets = {"uplink": used.uplink.octets, "downlink": used.downlink.octets}
        log.info("QoS flow metered", supi=session.supi, qfi=qfi, **octets)


async def _any_of(events: Iterable[asyncio.Event]) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    with contextlib.suppress(TimeoutError):
        await asyncio.wait(waiting, timeout=ASSOCIATION_WAIT, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
