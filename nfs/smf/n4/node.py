"""One UPF as the SMF knows it: association and heartbeat (TS 29.244 clauses 6.2.2 and 6.2.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from nfs.common.identities import Snssai
from nfs.common.pfcp import PfcpEntity, PfcpNoAnswer
from nfs.protocols.pfcp import (
    PORT,
    AssociationReleaseRequest,
    AssociationReleaseResponse,
    AssociationSetupRequest,
    AssociationSetupResponse,
    CpFunctionFeatures,
    HeartbeatRequest,
    HeartbeatResponse,
    NodeId,
    UpFunctionFeatures,
)
from nfs.smf.config import UpfSelection
from nfs.transports.datagram import Address, resolve

log = structlog.get_logger("smf")

RETRY = 2.0
"""Seconds from a failed association to the next attempt."""


class UpfNode:
    """``on_associated`` is awaited after each association: the UPF has no sessions of ours then."""

    def __init__(
        self,
        selection: UpfSelection,
        entity: PfcpEntity,
        recovery_time_stamp: int,
        on_associated: Callable[[UpfNode], Awaitable[None]],
    ) -> None:
        self.name = selection.n4
        self.selection = selection
        self.address: Address = ("", 0)
        self.associated = asyncio.Event()
        self.features = UpFunctionFeatures(0)
        self.sessions = 0
        self._entity = entity
        self._own_recovery = recovery_time_stamp
        self._recovery: int | None = None
        self._on_associated = on_associated
        self._restarted = asyncio.Event()

    @property
    def node_id(self) -> NodeId:
        """The SMF's own."""
        return NodeId(self._entity.address[0])

    @property
    def own_tunnel_address(self) -> str | None:
        """Where the SMF chooses the tunnel end points of the UPF (TS 29.244 clause 5.5.1)."""
        chooses = bool(self.features & UpFunctionFeatures.FTUP)
        return None if chooses else self.selection.n3_address

    def serves(self, dnn: str, s_nssai: Snssai) -> bool:
        wanted = self.selection
        return (not wanted.dnns or dnn in wanted.dnns) and (
            not wanted.slices or any(Snssai.parse(s) == s_nssai for s in wanted.slices)
        )

    async def keep_associated(self, heartbeat_seconds: float) -> None:
        """Associate, and again whenever the UPF is gone or was started again; for ever."""
        warned = False
        while True:
            try:
                await self._associate()
            except (PfcpNoAnswer, OSError) as error:
                if not warned:
                    log.warning("no association with the UPF", upf=self.name, reason=str(error))
                warned = True
                await asyncio.sleep(RETRY)
                continue
            warned = False
            self.associated.set()
            log.info("associated with the UPF", upf=self.name)
            await self._on_associated(self)
            await self._watch(heartbeat_seconds)
            self.associated.clear()

    async def _associate(self) -> None:
        self.address = await resolve(self.name, PORT)
        self._restarted.clear()
        answer = await self._entity.request(
            self.address,
            AssociationSetupRequest(
                node_id=self.node_id,
                recovery_time_stamp=self._own_recovery,
                cp_function_features=CpFunctionFeatures(0),
            ),
            AssociationSetupResponse,
        )
        if not answer.cause.accepted:
            raise PfcpNoAnswer(f"{self.name} refuses the association: {answer.cause.name}")
        self.features = answer.up_function_features or UpFunctionFeatures(0)
        if self.own_tunnel_address is None and not self.features & UpFunctionFeatures.FTUP:
            log.warning("the UPF chooses no F-TEIDs, and `n3_address` is not set", upf=self.name)
        self._recovery = answer.recovery_time_stamp

    async def _watch(self, heartbeat_seconds: float) -> None:
        """Until the UPF does not answer, or answers with another recovery time stamp."""
        heartbeat = HeartbeatRequest(recovery_time_stamp=self._own_recovery)
        while True:
            try:
                await asyncio.wait_for(self._restarted.wait(), heartbeat_seconds)
            except TimeoutError:
                pass
            else:
                log.warning("the UPF was started again", upf=self.name)
                return
            try:
                answer = await self._entity.request(self.address, heartbeat, HeartbeatResponse)
            except PfcpNoAnswer as error:
                log.warning("the UPF is gone", upf=self.name, reason=str(error))
                return
            self.heard(answer.recovery_time_stamp)

    def heard(self, recovery_time_stamp: int) -> None:
        """From a heartbeat of either direction."""
        if self._recovery is not None and recovery_time_stamp != self._recovery:
            self._restarted.set()

    def lost(self) -> None:
        """The UPF says that there is no association."""
        self._restarted.set()

    async def release(self) -> None:
        if self.associated.is_set():
            self.associated.clear()
            request = AssociationReleaseRequest(node_id=self.node_id)
            await self._entity.request(self.address, request, AssociationReleaseResponse)
