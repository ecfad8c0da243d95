"""ARP for agents of third parties: what they are is said in an A2A Agent Card."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from nfs.agw.agent_cards.card import AgentCard, invalid_card, read_card
from nfs.agw.agent_cards.mapping import capabilities_of, task_end_point, with_card
from nfs.agw.agent_cards.signature import is_signed_by, signed_octets
from nfs.agw.arp.binding import Registered
from nfs.agw.arp.registration import Registration
from nfs.agw.arp.validation import check_end_point, names_subscriber
from nfs.agw.directory import Agent, Directory
from nfs.common.audit import AuditTrail
from nfs.common.models.agent_card import AgentCardRegistration
from nfs.common.models.agw import RegistrationRequest
from nfs.common.sbi.problem import SbiProblem
from nfs.common.signing import p256_key


class AgentCardImport:
    def __init__(self, registration: Registration, directory: Directory, audit: AuditTrail) -> None:
        self._registration = registration
        self._directory = directory
        self._audit = audit

    async def register(self, request: AgentCardRegistration) -> Registered:
        """Check the card, register the agent, and have its ACS say what the card says.

        Raises SbiProblem: 400 INVALID_AGENT_CARD, 403 CARD_SIGNATURE_INVALID, and what
        ``Registration.register`` raises.
        """
        actor, target = f"account:{request.registrant.account}", f"template:{request.template}"
        with self._audit.action("agent-card.import", actor=actor, target=target) as entry:
            card = checked(request)
            registered = await self._registration.register(_registration(request, card))
            entry.aic = registered.bind.aic
            return self._described(registered, card)

    def _described(self, registered: Registered, card: AgentCard) -> Registered:
        bind = registered.bind

        def described(agent: Agent) -> Agent:
            acs = with_card(agent.acs, card, bind.capability_ids)
            return agent.model_copy(update={"acs": acs})

        agent = self._directory.update(bind.aic, described)
        bind = bind.model_copy(update={"acs": agent.acs.to_json()})
        return Registered(bind, registered.created)


def checked(request: AgentCardRegistration) -> AgentCard:
    """The card, when it is one, names no subscriber (C8), and is signed with the agent's key.

    That the sender has this key is proven to the AMC, by ``proof``. Raises SbiProblem.
    """
    card = read_card(request.agent_card)
    if names_subscriber(signed_octets(request.agent_card).decode()):
        raise invalid_card("an agent is described without the identifier of its subscriber")
    for interface in card.supported_interfaces:
        if interface.protocol_binding != "GRPC":  # there it is host:port
            check_end_point(interface.url)
    if not is_signed_by(request.agent_card, card, _key(request.public_key)):
        detail = "no signature of the card is of the agent's key (ES256 over its RFC 8785 form)"
        raise SbiProblem(403, "CARD_SIGNATURE_INVALID", detail)
    return card


def _registration(request: AgentCardRegistration, card: AgentCard) -> RegistrationRequest:
    """Raises SbiProblem 400 INVALID_AGENT_CARD."""
    offered = capabilities_of(card)
    body: dict[str, Any] = {
        "template": request.template,
        "instance": request.instance,
        "name": card.name,
        "description": card.description or None,
        "capabilities": offered,
        "requestedScope": [*offered, *request.requested_scope],
        "publicKey": request.public_key,
        "proof": request.proof,
        "endPoint": task_end_point(card),
        "registrant": request.registrant,
    }
    try:
        return RegistrationRequest.model_validate(body)
    except ValueError as error:
        raise invalid_card(f"more capabilities than one agent has: {error}"[:500]) from None


def _key(text: str) -> ec.EllipticCurvePublicKey:
    try:
        return p256_key(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise SbiProblem(403, "CREDENTIAL_INVALID", f"publicKey: {error}") from None
