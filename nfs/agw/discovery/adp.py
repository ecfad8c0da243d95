"""POST /discover: by words, by filter, or looking around. ACPs-spec-ADP v02.01 (H10 to H13).

A discovery looks at no more than ``MAX_EXAMINED`` agents and answers with at most 200, without
paging: whoever wants more must say more precisely what is wanted (O9).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from itertools import islice, pairwise
from typing import Any

from nfs.agw.directory import Directory
from nfs.agw.directory.index import CAPABILITY
from nfs.agw.directory.text_index import words
from nfs.agw.discovery.filter import Filter, read_filter
from nfs.agw.discovery.plan import candidates
from nfs.agw.taxonomy import capability_identifier
from nfs.common.aic import Aic, AicError
from nfs.common.models.agw import CmState
from nfs.common.models.discovery import (
    AgentGroup,
    AgentSkill,
    DiscoveryAnswer,
    DiscoveryRequest,
    DiscoveryRoute,
)
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.vocabulary import CAPABILITY_ROOT

MAX_EXAMINED = 2000
MAX_CONTEXT = 2048
"""Octets of the context, as JSON."""
FEW = 500
"""Agents left by a filter of which those are sought that the words mean, and not the other way
round."""
OF_EACH = 3
"""Agents of each capability that an exploratory discovery without words shows."""
LARGEST_FORWARD_LIMIT = 5
_AT_ONCE = 50
"""Agents that are looked at before other work of the gateway has its turn."""

_Found = list[dict[str, Any]]
"""Documents of agents."""


class Discovery:
    def __init__(self, directory: Directory, gateway_id: str) -> None:
        self._directory = directory
        self._gateway_id = gateway_id

    async def discover(self, request: DiscoveryRequest) -> DiscoveryAnswer:
        """Raises SbiProblem 400: MISSING_QUERY, FILTER_INVALID, CONTEXT_TOO_LARGE,
        FORWARD_DEPTH_LIMIT_INVALID, FORWARD_FANOUT_LIMIT_INVALID, FORWARD_CHAIN_INVALID."""
        began = time.monotonic()
        _check(request)
        query = "" if request.type == "filtered" else (request.query or "").strip()
        wanted = read_filter(request.filter) if request.filter is not None else None
        acs_map: dict[str, dict[str, Any]] = {}
        groups: list[AgentGroup] = []
        complete = True
        for name, found in self._searches(query, wanted, explore=request.type == "exploratory"):
            aics = list(islice(found, MAX_EXAMINED + 1))
            limit = min(request.limit - len(acs_map), OF_EACH if name != query else request.limit)
            matches = await self._matches(aics[:MAX_EXAMINED], wanted, request, limit)
            complete = complete and (len(aics) <= MAX_EXAMINED or len(matches) == limit)
            if matches:
                acs_map |= {document["acs"]["aic"]: document["acs"] for document in matches}
                groups.append(AgentGroup(group=name, agent_skills=_skills(matches, query)))
        route = DiscoveryRoute(
            forward_chain=[*request.forward_chain, self._gateway_id],
            agent_groups=groups,
            status="ok",
            duration_ms=int((time.monotonic() - began) * 1000),
        )
        return DiscoveryAnswer(acs_map=acs_map, agents=groups, routes=[route], complete=complete)

    def _searches(
        self, query: str, wanted: Filter | None, *, explore: bool
    ) -> Iterable[tuple[str, Iterable[str]]]:
        """Names of groups, and the AICs that may be in them, best first."""
        index = self._directory.index
        if query:
            yield query, self._by_words(expanded(query), wanted)
        elif wanted is None and explore:
            for capability in index.values(CAPABILITY):
                yield capability, index.group(CAPABILITY, capability)
        else:
            yield "", candidates(index, wanted)

    def _by_words(self, query: str, wanted: Filter | None) -> Iterable[str]:
        """AICs, best first: of the few that the filter leaves, or of all."""
        index = self._directory.index
        if wanted is not None:
            few = list(islice(candidates(index, wanted), FEW + 1))
            if len(few) <= FEW:
                documents = [d for aic in few if (d := self._directory.document(aic))]
                return [each["acs"]["aic"] for each in index.ranked(query, documents)]
        return (aic for aic, _ in index.search(query))

    async def _matches(
        self, aics: list[str], wanted: Filter | None, request: DiscoveryRequest, limit: int
    ) -> _Found:
        """At most ``limit``, in the given order, those that are reached by paging last."""
        reachable: _Found = []
        idle: _Found = []
        for number, aic in enumerate(aics, 1):
            if len(reachable) >= limit:
                break
            document = self._directory.document(aic)
            if document is not None and (wanted is None or wanted.matches(document["acs"])):
                (idle if _is_idle(document) else reachable).append(document)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        return (reachable if request.connected_only else reachable + idle)[:limit]


def expanded(query: str) -> str:
    """The query, and the names of capabilities whose aliases are in it: ``translate``."""
    said = query.split()
    pairs = [" ".join(pair) for pair in pairwise(said)]
    identifiers = [capability_identifier(word) for word in dict.fromkeys(said + pairs)]
    names = (name.removeprefix(CAPABILITY_ROOT) for name in identifiers if name)
    return " ".join((query, *names))


def _check(request: DiscoveryRequest) -> None:
    if request.type == "explicit" and not (request.query or "").strip():
        raise SbiProblem(400, "MISSING_QUERY", "40001: an explicit discovery has a query")
    if request.type == "filtered" and request.filter is None:
        raise SbiProblem(400, "FILTER_INVALID", "40004: a filtered discovery has a filter")
    if request.context and len(json.dumps(request.context)) > MAX_CONTEXT:
        raise SbiProblem(400, "CONTEXT_TOO_LARGE", f"a context has at most {MAX_CONTEXT} octets")
    if not 1 <= request.forward_depth_limit <= LARGEST_FORWARD_LIMIT:
        detail = f"40002: forwardDepthLimit is 1 to {LARGEST_FORWARD_LIMIT}"
        raise SbiProblem(400, "FORWARD_DEPTH_LIMIT_INVALID", detail)
    if not 1 <= request.forward_fanout_limit <= LARGEST_FORWARD_LIMIT:
        detail = f"40005: forwardFanoutLimit is 1 to {LARGEST_FORWARD_LIMIT}"
        raise SbiProblem(400, "FORWARD_FANOUT_LIMIT_INVALID", detail)
    try:
        for aic in request.forward_chain:
            Aic.parse(aic)
    except AicError:
        detail = "40003: forwardChain is of AICs"
        raise SbiProblem(400, "FORWARD_CHAIN_INVALID", detail) from None


def _is_idle(document: dict[str, Any]) -> bool:
    return document.get("cmState") == CmState.IDLE


def _skills(found: _Found, query: str) -> list[AgentSkill]:
    asked = set(words(expanded(query)))
    return [
        AgentSkill(
            aic=document["acs"]["aic"],
            skill_id=_best_skill(document["acs"]["skills"], asked),
            ranking=ranking,
            memo="reachable by paging" if _is_idle(document) else None,
        )
        for ranking, document in enumerate(found, 1)
    ]


def _best_skill(skills: list[dict[str, Any]], asked: set[str]) -> str:
    """The one with most of the words that were asked for; the first of several."""

    def hits(skill: dict[str, Any]) -> int:
        text = " ".join((skill["name"], skill["description"], *skill.get("tags", ())))
        return len(asked.intersection(words(text)))

    return str(max(skills, key=hits)["id"]) if skills else ""
