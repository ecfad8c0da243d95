"""Semantic routing: a task for ``/capability/...`` goes through the gateway to an instance that can
do it; when one fails, to another within the same request (H4 to H6).

An agent that dies may have begun with its task: what is routed is done at least once.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from nfs.agw.directory import Directory
from nfs.agw.health.table import HealthTable
from nfs.agw.routing.resolution import Resolver, scope_not_allowed
from nfs.agw.routing.under_way import UnderWay
from nfs.common.agents.credentials import Credential
from nfs.common.agents.delivery import TASK_TIMEOUT, check_result, post_task
from nfs.common.agents.task import Task, TaskResult
from nfs.common.models.agw import AgentState, Resolution, ResolutionRequest
from nfs.common.models.agw_forwarding import Invocation, InvocationRequest, RelayedTask
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.vocabulary import matches

ATTEMPTS = 4
SERVER_ERROR = 500

log = structlog.get_logger("agw")

Deliver = Callable[[], Coroutine[Any, Any, TaskResult]]


class Invoker:
    def __init__(
        self,
        nf: NetworkFunction,
        gateway_id: str,
        directory: Directory,
        health: HealthTable,
        resolver: Resolver,
    ) -> None:
        self._nf = nf
        self._gateway_id = gateway_id
        self._directory = directory
        self._health = health
        self._resolver = resolver
        self._under_way = UnderWay()

    def end(self, aic: str) -> None:
        """The agent's identity is no longer active: what is under way for it, or at it, ends."""
        self._under_way.end(aic)

    async def invoke(self, request: InvocationRequest, token: str) -> Invocation:
        """Raises SbiProblem: what Resolver.resolve raises, 403 SENDER_MISMATCH or
        IDENTITY_NOT_ACTIVE, 503 AGENT_NOT_REACHABLE when no instance is left, and what an agent
        refuses with."""
        requester = await self._resolver.requester(token)
        if request.task.sender_id != requester.aic:
            raise SbiProblem(403, "SENDER_MISMATCH", "senderId is not the agent that authenticated")
        agents = {requester.aic, (request.on_behalf_of or requester.aic).upper()}
        return await self._under_way.run(agents, self._invoke(request, requester))

    async def _invoke(self, request: InvocationRequest, requester: Credential) -> Invocation:
        wanted = ResolutionRequest(
            capability=request.capability,
            on_behalf_of=request.on_behalf_of,
            constraints=request.constraints,
        )
        attempts: list[str] = []
        while len(attempts) < ATTEMPTS:
            try:
                resolution = await self._resolver.resolve(wanted, requester, attempts)
            except SbiProblem as problem:
                if problem.cause != "CAPABILITY_NOT_FOUND" or not attempts:
                    raise
                break
            if not matches(request.task.capability, resolution.capability_id):
                raise scope_not_allowed(request.task.capability)
            task = request.task.model_copy(update={"capability": resolution.capability_id})
            attempts.append(resolution.target.aic)
            try:
                result = await self._attempt(resolution, task)
            except SbiProblem as problem:
                if problem.status < SERVER_ERROR:
                    raise
                log.warning("agent failed", aic=attempts[-1], reason=str(problem))
                continue
            return Invocation(result=result, route=resolution.route, attempts=attempts)
        detail = f"none of the instances that were asked answered: {len(attempts)}"
        raise SbiProblem(503, "AGENT_NOT_REACHABLE", detail)

    async def relay(self, relayed: RelayedTask) -> TaskResult:
        """As a later gateway of the route: on to the next, or to the agent.

        Raises SbiProblem: 400 INVALID_ROUTE, 404 AGENT_NOT_FOUND, what the agent refuses with, 503
        and 504 when it is not reached.
        """
        if relayed.route[0] != self._gateway_id or len(set(relayed.route)) < len(relayed.route):
            raise SbiProblem(400, "INVALID_ROUTE", "the route does not lead through this gateway")
        if len(relayed.route) > 1:
            return await self._relay_on(relayed)
        agent = self._directory.get(relayed.target)
        if (
            agent is None
            or agent.state is not AgentState.REGISTERED
            or agent.hidden
            or agent.end_point is None
        ):
            raise SbiProblem(404, "AGENT_NOT_FOUND", "no such agent can be reached here")
        end_point, aic, token = agent.end_point, agent.aic, relayed.access_token
        return await self._watched(
            aic, lambda: post_task(self._nf, end_point, aic, token, relayed.task)
        )

    async def _attempt(self, resolution: Resolution, task: Task) -> TaskResult:
        target, token = resolution.target, resolution.access_token
        if resolution.route == [self._gateway_id]:
            return await self._watched(
                target.aic, lambda: post_task(self._nf, target.end_point, target.aic, token, task)
            )
        relayed = RelayedTask(
            route=resolution.route, target=target.aic, access_token=token, task=task
        )
        return await self._relay_on(relayed)

    async def _relay_on(self, relayed: RelayedTask) -> TaskResult:
        onward = relayed.model_copy(update={"route": relayed.route[1:]})
        answer = await self._nf.call(
            "AGW",
            "nagw-routing",
            "POST",
            "/nagw-routing/v1/relayed-tasks",
            json=onward.to_json(),
            custom_info={"gatewayId": onward.route[0]},
            timeout=TASK_TIMEOUT,
        )
        result = answer.model(TaskResult)
        check_result(result, relayed.target, relayed.task)
        return result

    async def _watched(self, aic: str, deliver: Deliver) -> TaskResult:
        """What becomes of it counts for the agent's health."""
        self._health.began(aic)
        try:
            result = await self._under_way.run([aic], deliver())
        except SbiProblem as problem:
            self._health.ended(aic, failed=problem.status >= SERVER_ERROR)
            raise
        except BaseException:
            self._health.ended(aic, failed=False)
            raise
        self._health.ended(aic, failed=False)
        return result
