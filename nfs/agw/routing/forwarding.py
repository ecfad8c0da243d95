"""Semantic resolution hop by hop: a gateway that has nobody asks the next (MACP 5.3, H1 to H3).

The answer comes back on the same way. It is signed by the gateway that found the agent, so that
none in between can put in another.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from nfs.agw.cdsp.process import Cdsp
from nfs.agw.directory import Agent
from nfs.agw.gateway_identity import GatewayIdentity, GatewayVerifier
from nfs.agw.routing.forward_chain import check_chain, loop, signed_part
from nfs.agw.routing.matching import Matching
from nfs.agw.routing.next_hops import NextHops
from nfs.common.audit import AuditTrail
from nfs.common.models.agw_forwarding import (
    ForwardAnswer,
    ForwardedQuery,
    FoundAgent,
    Query,
    RouteStatus,
    SignedAnswer,
)
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.vocabulary import matches


@dataclass(frozen=True, slots=True)
class Answer:
    """Agents behind another gateway. ``route``: from this gateway to that one."""

    agents: list[FoundAgent]
    route: list[str]
    reverse_path: list[str]


@dataclass(slots=True)
class Asked:
    """What became of a query."""

    answer: Answer | None
    branches: list[RouteStatus]


class Forwarding:
    def __init__(
        self,
        nf: NetworkFunction,
        identity: GatewayIdentity,
        verifier: GatewayVerifier,
        cdsp: Cdsp,
        matching: Matching,
        *,
        audit: AuditTrail,
    ) -> None:
        self._audit = audit
        self._identity = identity
        self._verifier = verifier
        self._cdsp = cdsp
        self._next_hops = NextHops(nf, identity, cdsp)
        self._matching = matching
        self._own = identity.gateway_id

    async def ask(self, query: Query, depth: int = 3, fanout: int = 1) -> Asked:
        """As the first gateway. It trusts those only that are on the ways it knows (O5)."""
        routes = self._cdsp.towards(query.capability)
        trusted = sorted({gateway for route in routes for gateway in route.path})
        if not routes:
            return Asked(None, [])
        begun = ForwardedQuery(
            request_id=str(uuid.uuid4()),
            query=query,
            forward_depth_limit=depth,
            forward_fanout_limit=fanout,
            forward_chain=[],
            forward_trusted_servers=trusted,
            forward_signatures=[],
            credentials={},
        )
        passed, branches = await self._next_hops.ask(begun)
        if passed is None:
            return Asked(None, branches)
        signed = await self._checked(begun, passed)
        reverse_path = [*passed.reverse_path, self._own]
        return Asked(Answer(signed.agents, signed.route, reverse_path), branches)

    async def answer(self, forwarded: ForwardedQuery, peer: str | None) -> ForwardAnswer:
        """As a later gateway. ``peer``: the gateway that asks, when its access token tells.

        Raises SbiProblem: see check_chain and check_can_go_on, 404 CAPABILITY_NOT_FOUND.
        """
        with self._audit.refusals("query.forward", target=forwarded.query.capability):
            check_chain(forwarded, self._own, peer)
            await self._check_signatures(forwarded)
        agents = await self._exported(forwarded.query, to=forwarded.forward_chain[-1])
        if agents:
            return await self._found(forwarded, agents)
        passed, _ = await self._next_hops.ask(forwarded)
        if passed is None:
            raise not_found(forwarded.query.capability)
        await self._checked(forwarded, passed)
        return passed.model_copy(update={"reverse_path": [*passed.reverse_path, self._own]})

    async def domain(self) -> str:
        """That of this gateway's AMC."""
        return await self._identity.domain()

    async def here(self, query: Query) -> list[FoundAgent]:
        """Agents of this gateway that fit, the best first."""
        found = self._matching.candidates(query.capability, query.constraints, query.excluded)
        if not found:
            return []
        domain = await self._identity.domain()
        return [_found_agent(agent, domain) for agent in found[: query.limit]]

    async def _exported(self, query: Query, to: str) -> list[FoundAgent]:
        """What the peer may not know of by CDSP, it does not find either (G6)."""
        return [
            agent
            for agent in await self.here(query)
            if self._cdsp.exports(offered_of(agent.capability_ids, query.capability), to)
        ]

    async def _found(self, forwarded: ForwardedQuery, agents: list[FoundAgent]) -> ForwardAnswer:
        answer = SignedAnswer(
            request_id=forwarded.request_id,
            capability_id=forwarded.query.capability,
            route=[*forwarded.forward_chain, self._own],
            agents=agents,
        )
        return ForwardAnswer(
            answer=self._identity.sign(answer.to_json()),
            credential=await self._identity.credential(),
            reverse_path=[self._own],
        )

    async def _check_signatures(self, forwarded: ForwardedQuery) -> None:
        pairs = zip(forwarded.forward_chain, forwarded.forward_signatures, strict=True)
        for hop, (gateway, signature) in enumerate(pairs):
            credential = forwarded.credentials.get(gateway, "")
            try:
                payload = await self._verifier.signed_by(gateway, signature, credential)
            except SbiProblem as problem:
                detail = f"{gateway}: {problem.cause}"
                raise loop(50805, "CHAIN_SIGNATURE_INVALID", detail) from problem
            if payload != signed_part(forwarded, hop):
                detail = f"{gateway} signed another query or another chain"
                raise loop(50805, "CHAIN_SIGNATURE_INVALID", detail)

    async def _checked(self, asked: ForwardedQuery, passed: ForwardAnswer) -> SignedAnswer:
        """The answer is to this query, came this way, and is signed by where it ends.

        Raises SbiProblem 502 ANSWER_INVALID.
        """
        try:
            claimed = passed.reverse_path[0] if passed.reverse_path else ""
            payload = await self._verifier.signed_by(claimed, passed.answer, passed.credential)
            domain = (await self._verifier.gateway(passed.credential)).domain
            answer = SignedAnswer.model_validate(payload)
        except (SbiProblem, ValidationError) as error:
            raise answer_invalid("it is not signed by the gateway that it is from") from error
        way = [*asked.forward_chain, self._own]
        if answer.request_id != asked.request_id or answer.route[: len(way)] != way:
            raise answer_invalid("it is to another query, or went another way")
        if passed.reverse_path != list(reversed(answer.route[len(way) :])):
            raise answer_invalid("it did not come back the way that the query went")
        if answer.capability_id != asked.query.capability or any(
            (agent.gateway_id, agent.domain) != (answer.route[-1], domain)
            or agent.aic in asked.query.excluded
            for agent in answer.agents
        ):
            raise answer_invalid("it names agents that were not asked for")
        if not answer.agents:
            raise answer_invalid("it names no agent")
        return answer


def offered_of(capability_ids: Iterable[str], capability: str) -> str:
    """Of what an agent offers, what is nearest to the capability that was asked for."""
    fitting = (c for c in capability_ids if matches(capability, c))
    return min(fitting, key=len, default=capability)


def _found_agent(agent: Agent, domain: str) -> FoundAgent:
    assert agent.end_point is not None  # noqa: S101 - a candidate has one
    return FoundAgent(
        aic=agent.aic,
        name=agent.acs.name,
        capability_ids=agent.capability_ids,
        end_point=agent.end_point,
        gateway_id=agent.gateway_id,
        domain=domain,
    )


def not_found(capability: str) -> SbiProblem:
    return SbiProblem(404, "CAPABILITY_NOT_FOUND", f"no agent here offers {capability}")


def answer_invalid(detail: str) -> SbiProblem:
    return SbiProblem(502, "ANSWER_INVALID", f"the answer of another gateway is refused: {detail}")
