"""The agent in the UE's operating system: its identity, and the user's intents (L1, L3)."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from nfs.common.access_proof import access_proof
from nfs.common.identities import Guami
from nfs.common.models.device_order import DeviceOrder
from nfs.protocols.agent import (
    AgentContainerError,
    AgentMessage,
    AgentRegistrationAccept,
    AgentRegistrationReject,
    AgentRegistrationRequest,
    AgentStatus,
    IntentProgress,
    IntentReject,
    IntentReport,
    IntentRequest,
    IntentResult,
    decode,
    encode,
    proof_input,
)
from nfs.protocols.nas import DlNasTransport, MmStatus
from nfs.semantics.analyser import TextError, analyse
from nfs.semantics.analyser.language import guess_language
from nfs.semantics.intent import OperatorIntent, OperatorResult
from nfs.semantics.render import refusal, render, sentence
from nfs.semantics.resources import DEFAULT_LANGUAGE
from ue_sim.ue.errors import AgentsNotSupported, NoAnswer, ProcedureRejected
from ue_sim.ue.modem import Modem

log = structlog.get_logger("ue")

REGISTRATION_TIMEOUT = 10.0
INTENT_TIMEOUT = 60.0
Refusal = MmStatus | DlNasTransport
_MAX_PTI = 254
_MAX_REPORTS = 64


@dataclass(frozen=True, slots=True)
class SayResult:
    """What became of one utterance; ``cause`` is set when it was refused."""

    text: str
    kind: str | None
    status: str
    result_text: str
    latency_ms: float
    cause: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    output: dict[str, Any] = field(default_factory=dict)
    intent_id: str | None = None
    """Under which the network reports on it later."""


class OsAgent:
    def __init__(self, modem: Modem) -> None:
        self.aic: str | None = None
        self.acs: dict[str, Any] | None = None
        self.credential: bytes | None = None
        """Certificate, DER."""
        self.token: str | None = None
        self.reports: deque[OperatorResult] = deque(maxlen=_MAX_REPORTS)
        """What the network has said of intents after their results, the newest last."""
        self.on_report: Callable[[OperatorResult], None] = lambda _: None
        self.on_order: Callable[[DeviceOrder], Coroutine[None, None, None]] = _nothing
        """Does what the network asks of the device, for an intent under way."""
        self._modem = modem
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._ptis = itertools.cycle(range(1, _MAX_PTI + 1))
        self._waiting: dict[int, asyncio.Queue[AgentMessage | Refusal]] = {}
        self._spoken = DEFAULT_LANGUAGE
        self._agents_at: Guami | None = None
        """The AMF that has answered an agent container."""
        modem.on_agent_container = self._arrived
        modem.on_agent_refused = self._refused

    async def register(self) -> AgentRegistrationAccept:
        """Ask for an AIC; raises ProcedureRejected, NoAnswer from a network without agents."""
        config = self._modem.config
        public_key = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        instance = f"imei-{config.imeisv[:14]}"
        signed = proof_input(config.agent_template, instance, public_key)
        request = AgentRegistrationRequest(
            pti=next(self._ptis),
            template=config.agent_template,
            instance=instance,
            name="Phone assistant",
            public_key=public_key,
            proof=self._key.sign(signed, ec.ECDSA(hashes.SHA256())),
            capabilities=(),
            scope=config.agent_scope,
            description="Speaks for its user. Offers nothing to others.",
        )
        async for answer in self._exchange(request, REGISTRATION_TIMEOUT):
            if isinstance(answer, AgentRegistrationAccept):
                self.aic = answer.aic
                self.credential, self.token = answer.credential, answer.token
                self.acs = json.loads(answer.acs) if answer.acs else None
                return answer
            if isinstance(answer, AgentRegistrationReject):
                cause, text = answer.cause.name, answer.text or ""
                raise ProcedureRejected("agent registration", cause, text)
            if isinstance(answer, AgentStatus):
                raise ProcedureRejected("agent registration", answer.cause.name)
        raise AgentsNotSupported("agent registration", f"no answer in {REGISTRATION_TIMEOUT:g} s")

    def access_proof(self, gateway_id: str, path: str) -> str:
        """For one request to a gateway over an access that authenticates nobody."""
        assert self.credential is not None  # noqa: S101 - registered
        return access_proof(self._key, self.credential, gateway_id, path)

    async def say(
        self,
        text: str,
        language: str | None = None,
        on_progress: Callable[[int, str], None] | None = None,
    ) -> SayResult:
        """One utterance of the user, to the network and back as text."""
        began = time.perf_counter()
        language = language or self._modem.config.language
        read, intent = self._first_stage(text, language)
        kind = str(read.kind) if read else None
        slots = read.to_json().get("slots", {}) if read else {}
        spoken = language or guess_language(text, default=self._spoken)
        self._spoken = spoken
        request = IntentRequest(next(self._ptis), text=text, intent=intent, language=language)

        def done(status: str, result_text: str, **more: Any) -> SayResult:
            latency = (time.perf_counter() - began) * 1000
            facts: dict[str, Any] = {"kind": kind, "slots": slots} | more
            return SayResult(
                text=text, status=status, result_text=result_text, latency_ms=latency, **facts
            )

        try:
            encode(request)
        except ValueError as error:
            unsaid = str(getattr(error, "reason", error))
            return done("REJECTED", sentence(unsaid), cause="INTENT_TOO_LONG")
        async for answer in self._exchange(request, INTENT_TIMEOUT):
            match answer:
                case IntentProgress(percent=percent, text=report, order=order):
                    if on_progress is not None:
                        on_progress(percent or 0, report or "")
                    if order is not None:
                        self._obey(order)
                case IntentResult():
                    result = OperatorResult.model_validate_json(answer.result)
                    more: dict[str, Any] = {"kind": str(result.kind), "output": dict(result.output)}
                    more["intent_id"] = result.intent_id
                    more["cause"] = result.cause and result.cause.value
                    return done(str(result.status), render(result, spoken), **more)
                case IntentReject(cause=cause, text=why):
                    # The network says why in English, and more exactly.
                    said = refusal(cause.name, spoken) if spoken != DEFAULT_LANGUAGE else None
                    return done("REJECTED", said or sentence(why or cause.text), cause=cause.name)
                case AgentStatus(cause=cause):
                    return done("REJECTED", cause.text, cause=cause.name)
        raise NoAnswer("intent", "TIMER_EXPIRED", "the network does not say what became of it")

    def _obey(self, octets: bytes) -> None:
        try:
            order = DeviceOrder.model_validate_json(octets)
        except ValidationError as error:
            log.warning("order cannot be read", reason=error.errors()[0]["msg"])
            return
        self._modem.spawn(self.on_order(order))

    def tell(self, report: OperatorResult) -> str:
        """A report as text, in the language that the user spoke last."""
        return render(report, self._spoken)

    def _first_stage(
        self, text: str, language: str | None
    ) -> tuple[OperatorIntent | None, bytes | None]:
        """Stage 1 of L1: words to operator-defined intent, if this UE does that."""
        try:
            intent = analyse(text, language)
        except TextError:
            return None, None
        stage1 = self._modem.config.stage1
        return intent, json.dumps(intent.to_json()).encode() if stage1 else None

    async def _exchange(self, request: AgentMessage, seconds: float) -> Any:
        """Send a container and yield what comes back for it, until ``seconds`` have passed."""
        answers: asyncio.Queue[AgentMessage | Refusal] = asyncio.Queue()
        self._waiting[request.pti] = answers
        try:
            await self._modem.send_agent_container(encode(request))
            while True:
                try:
                    answer = await asyncio.wait_for(answers.get(), seconds)
                except TimeoutError:
                    return
                if isinstance(answer, Refusal):
                    raise AgentsNotSupported("agent message", _how(answer))
                yield answer
        finally:
            self._waiting.pop(request.pti, None)

    def _arrived(self, octets: bytes) -> None:
        try:
            message = decode(octets)
        except AgentContainerError as error:
            log.warning("agent container refused", reason=error.reason)
            return
        self._agents_at = self._serving
        if isinstance(message, IntentReport):
            self._reported(message)
            return
        answers = self._waiting.get(message.pti)
        if answers is not None:
            answers.put_nowait(message)

    def _reported(self, message: IntentReport) -> None:
        try:
            report = OperatorResult.model_validate_json(message.result)
        except ValidationError as error:
            log.warning("intent report cannot be read", reason=error.errors()[0]["msg"])
            return
        if (order := report.output.get("order")) is not None:
            self._obey(json.dumps(order).encode())
            return
        self.reports.append(report)
        self.on_report(report)

    def _refused(self, refusal: Refusal) -> None:
        """5GMM STATUS does not say to what: an AMF that has answered a container before knows
        them, from any other it means that it does not (TS 24.501 clause 7)."""
        if isinstance(refusal, MmStatus) and self._agents_at == self._serving:
            return
        for answers in self._waiting.values():
            answers.put_nowait(refusal)

    @property
    def _serving(self) -> Guami | None:
        return self._modem.guti.guami if self._modem.guti else None


async def _nothing(_order: DeviceOrder) -> None:
    """By default nothing is done."""


def _how(refusal: Refusal) -> str:
    cause = refusal.cause.name if refusal.cause else "no cause"
    if isinstance(refusal, MmStatus):
        return f"5GMM STATUS, {cause}"
    return f"it gives the container back, {cause}"
