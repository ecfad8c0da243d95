"""ARP: an ontology registers its entities (C7; ACPs-spec-ATR v02.01 clauses 3.1 and 3.3).

An ontology is an agent template with an AIC of its own, whose entity serial is 0; its entities are
the agents that run. With the ontology's credential the gateway registers an entity without another
word of the registrant; what the entity offers is what the ontology does.
"""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from nfs.agw.acs import OWN_META, Description
from nfs.agw.amc import AmcConsumer
from nfs.agw.arp.binding import Binding, Registered
from nfs.agw.arp.validation import check_end_point, check_octets, check_texts
from nfs.agw.directory import Agent, Directory
from nfs.common.agents.credentials import TokenVerifier
from nfs.common.aic import Aic, AicError
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import AgentState
from nfs.common.models.amc import ONTOLOGY, ClaimedAgent, EntityAuthorizationRequest
from nfs.common.models.arp import EntityAnswer, EntityRequest, EntityResult
from nfs.common.sbi.problem import SbiProblem


class EntityRegistration:
    def __init__(
        self,
        gateway_id: str,
        amc: AmcConsumer,
        directory: Directory,
        binding: Binding,
        *,
        tokens: TokenVerifier,
        audit: AuditTrail,
    ) -> None:
        self._gateway_id = gateway_id
        self._amc = amc
        self._directory = directory
        self._binding = binding
        self._tokens = tokens
        self._audit = audit
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def register(self, request: EntityRequest, token: str) -> EntityAnswer:
        """``token``: the ontology's credential.

        Raises SbiProblem: 400 INVALID_AIC, NOT_AN_ONTOLOGY, INVALID_AGENT_DESCRIPTION, 401
        CREDENTIAL_INVALID, 403 CREDENTIAL_MISMATCH, ONTOLOGY_NOT_ACTIVE or with the AMC's cause
        (QUOTA_EXCEEDED), 404 ONTOLOGY_NOT_FOUND, 409 END_POINT_IN_USE, 503 AMC_UNAVAILABLE.
        """
        target = f"agent:{request.ontology_aic}"
        with self._audit.action("entity.register", target=target) as entry:
            registered = await self._register(request, token)
            entry.aic = registered.bind.aic
        result = EntityResult(
            ontology_aic=request.ontology_aic,
            entity_aic=registered.bind.aic,
            end_points=registered.bind.acs["endPoints"],
            entity_meta=registered.bind.acs["entityMeta"],
        )
        return EntityAnswer(
            status="created" if registered.created else "renewed",
            result=result,
            bind=registered.bind,
        )

    async def _register(self, request: EntityRequest, token: str) -> Registered:
        ontology = await self._ontology(request.ontology_aic, token)
        _check(request)
        async with self._locks.setdefault(ontology.aic, asyncio.Lock()):
            grant = await self._amc.authorize_entity(
                EntityAuthorizationRequest(
                    ontology_token=token,
                    gateway_id=self._gateway_id,
                    agent=_claim(ontology, request),
                )
            )
            self._check_free(request.end_points, grant.aic)
            described = _described(ontology, request)
            return await self._binding.bind(described, ontology.template, request.instance, grant)

    async def _ontology(self, aic: str, token: str) -> Agent:
        try:
            code = Aic.parse(aic)
        except AicError as error:
            raise SbiProblem(400, "INVALID_AIC", str(error)) from None
        if not code.ontology:
            raise SbiProblem(400, "NOT_AN_ONTOLOGY", "the AIC is of an entity, not of an ontology")
        if (await self._tokens.credential(token)).aic != str(code):
            detail = "the credential is not that of the ontology"
            raise SbiProblem(403, "CREDENTIAL_MISMATCH", detail)
        ontology = self._directory.get(str(code))
        if ontology is None:
            raise SbiProblem(404, "ONTOLOGY_NOT_FOUND", "the ontology is not registered here")
        if ontology.state is not AgentState.REGISTERED:
            raise SbiProblem(403, "ONTOLOGY_NOT_ACTIVE", "the ontology is suspended")
        return ontology

    def _check_free(self, end_points: list[str], aic: str | None) -> None:
        for url in end_points:
            if any(user != aic for user in self._directory.index.group("endPoints.url", url)):
                raise SbiProblem(409, "END_POINT_IN_USE", "another agent has that end point")


def _check(request: EntityRequest) -> None:
    check_octets(request.public_key, "publicKey")
    check_octets(request.proof, "proof")
    for url in request.end_points:
        check_end_point(url)
    if request.instance == ONTOLOGY:
        raise SbiProblem(400, "NOT_AN_ENTITY", f"the instance {ONTOLOGY} is the ontology itself")
    check_texts((request.instance,), (request.instance,), request.entity_meta)


def _claim(ontology: Agent, request: EntityRequest) -> ClaimedAgent:
    return ClaimedAgent(
        template=ontology.template,
        instance=request.instance,
        name=ontology.acs.name,
        public_key=request.public_key,
        proof=request.proof,
    )


def _described(ontology: Agent, request: EntityRequest) -> Description:
    own: dict[str, Any] = ontology.acs.entity_meta or {}
    meta = {name: value for name, value in own.items() if name not in OWN_META}
    return Description(
        name=ontology.acs.name,
        description=ontology.acs.description,
        capabilities=tuple(ontology.capability_ids),
        end_points=tuple(request.end_points),
        entity_meta=meta | (request.entity_meta or {}) | {"ontologyAic": ontology.aic},
    )
