"""Users of the core, for Locust: consumers of its services, and phones.

Run: locust -f load/locustfile.py   (then http://localhost:8089; host is taken from the options)
End points are those of `agentnf up`; options or environment variables name others.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar

from gevent.event import AsyncResult
from locust import between, events, task

from load.access_tokens import AccessTokens, Service
from load.agent_requests import SCOPE, LoadAgent
from load.http2_connection import Http2Response
from load.http2_user import Http2Client, Http2User
from load.n2_user import FIRST_SUPI, SUBSCRIBERS, N2User
from load.notifications import NotificationSink
from load.testbed_process import END_POINTS

GAME = "I need my cloud game below 20 ms for the next half hour"
TRANSLATION = "translate 'where is the station' into German"
INTENT_SECONDS = 20.0
REGISTRATION = (
    ("AMF", "AGW", "nagw-registration"),
    "POST",
    "/nagw-registration/v1/agents",
    "agent registration",
)


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def _add_options(parser: Any) -> None:
    group = parser.add_argument_group("AgentNF")
    for name, end_point in END_POINTS.items():
        named = f"End point of {name.upper()} [{end_point}]"
        group.add_argument(
            f"--{name}", help=named, env_var=f"LOAD_{name.upper()}", default=end_point
        )
    group.add_argument("--first-supi", env_var="LOAD_FIRST_SUPI", default=FIRST_SUPI)
    group.add_argument(
        "--subscribers",
        type=int,
        env_var="LOAD_SUBSCRIBERS",
        default=SUBSCRIBERS,
        help="How many SUPIs each worker uses; worker n takes the nth block of them",
    )
    group.add_argument(
        "--callback-host",
        env_var="LOAD_CALLBACK_HOST",
        default="127.0.0.1",
        help="Address of this machine, to which the IAF sends results",
    )


@events.init.add_listener  # type: ignore[untyped-decorator]
def _configure(environment: Any, **_: Any) -> None:
    options = environment.parsed_options
    if options is None:
        return
    for user in (NrfDiscovery, AmcAuthentication, AgwRegistration, AgwDiscovery, IntentOverSbi):
        user.host = getattr(options, user.producer)
    Phone.host = Phone.n2 = options.n2
    Phone.first_supi, Phone.subscribers = options.first_supi, options.subscribers
    IntentOverSbi.callback_host = options.callback_host
    IntentOverSbi.agw = options.agw
    SbiUser.tokens = AccessTokens(options.nrf)


class SbiUser(Http2User):
    """Sends requests of one service, with the token that the NRF gives for it, if it does."""

    abstract = True
    wait_time = between(0.01, 0.05)
    producer: ClassVar[str]
    tokens = AccessTokens(END_POINTS["nrf"])

    def call(
        self,
        service: Service,
        method: str,
        path: str,
        name: str,
        json: Any = None,
        *,
        client: Http2Client | None = None,
    ) -> Http2Response | None:
        try:
            headers = self.tokens.headers(service)
        except OSError as error:
            self.report("POST", "access token", 0.0, error)
            return None
        client = client or self.client
        return client.request(method, path, name=name, json=json, headers=headers)

    def report(self, kind: str, name: str, elapsed: float, failure: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=elapsed,
            response_length=0,
            response=None,
            context=self.context(),
            exception=failure,
            start_time=time.time() - elapsed / 1000,
            url=self.host,
        )


class NrfDiscovery(SbiUser):
    weight = 2
    producer = "nrf"
    host = END_POINTS["nrf"]

    @task
    def discover(self) -> None:
        query = "target-nf-type=AMC&requester-nf-type=AGW&service-names=namc-auth"
        path = f"/nnrf-disc/v1/nf-instances?{query}"
        self.call(("AGW", "NRF", "nnrf-disc"), "GET", path, "NRF discovery")


class AmcAuthentication(SbiUser):
    weight = 2
    producer = "amc"
    host = END_POINTS["amc"]

    def on_start(self) -> None:
        self.agent = LoadAgent()

    @task
    def authenticate(self) -> None:
        body = self.agent.authorization()
        path = "/namc-auth/v1/authorizations"
        self.call(("AGW", "AMC", "namc-auth"), "POST", path, "AAAP authentication", body)


class AgwRegistration(SbiUser):
    """Registers its agent; what follows the first time renews the agent's credential."""

    weight = 2
    producer = "agw"
    host = END_POINTS["agw"]

    def on_start(self) -> None:
        self.agent = LoadAgent()

    @task
    def register(self) -> None:
        self.call(*REGISTRATION, self.agent.registration())


class AgwDiscovery(SbiUser):
    weight = 2
    producer = "agw"
    host = END_POINTS["agw"]

    @task
    def discover(self) -> None:
        path = "/nagw-discovery/v1/agents?capability=/capability/translation"
        self.call(("IAF", "AGW", "nagw-discovery"), "GET", path, "agent discovery")


class IntentOverSbi(SbiUser):
    """As an AMF without agent: the intent of a registered agent goes to the IAF, which notifies
    of the result. Two requests are reported: the acknowledgement, and the way to the result."""

    producer = "iaf"
    host = END_POINTS["iaf"]
    agw = END_POINTS["agw"]
    callback_host = "127.0.0.1"
    sink: NotificationSink | None = None
    waiting: ClassVar[dict[str, AsyncResult[Any]]] = {}

    def on_start(self) -> None:
        if IntentOverSbi.sink is None:
            IntentOverSbi.sink = NotificationSink(self.callback_host, self.notified)
        self.aic: str | None = None

    @classmethod
    def notified(cls, notification: dict[str, Any]) -> None:
        """It may overtake the acknowledgement, so whoever is first makes the entry."""
        if "result" in notification:
            intent = notification["intentId"]
            cls.waiting.setdefault(intent, AsyncResult()).set(notification["result"])

    @task
    def translate(self) -> None:
        if self.aic is None and not self._register_agent():
            return
        assert self.sink is not None
        submission = {
            "supi": FIRST_SUPI,
            "ueAic": self.aic,
            "text": TRANSLATION,
            "subscription": {"scope": SCOPE},
            "notificationUri": self.sink.uri,
        }
        clock = time.perf_counter()
        service = ("AMF", "IAF", "niaf-intent")
        path = "/niaf-intent/v1/intents"
        answer = self.call(service, "POST", path, "intent (acknowledged)", submission)
        if answer is None or answer.status != 201:
            return
        failure = self._outcome(answer.json()["intentId"])
        elapsed = (time.perf_counter() - clock) * 1000
        self.report("SBI", "intent translate (result)", elapsed, failure)

    def _outcome(self, intent: str) -> Exception | None:
        result = self.waiting.setdefault(intent, AsyncResult()).wait(INTENT_SECONDS)
        self.waiting.pop(intent, None)
        if result is None:
            return TimeoutError(f"no result in {INTENT_SECONDS:g} s")
        if result["status"] != "FULFILLED":
            return RuntimeError(f"{result['status']} {result.get('cause') or ''}".rstrip())
        return None

    def _register_agent(self) -> bool:
        """At the AGW, with a client of its own."""
        client = Http2Client(self, self.agw)
        answer = self.call(*REGISTRATION, LoadAgent().registration(), client=client)
        client.close()
        if answer is None or answer.status not in (200, 201):
            return False
        self.aic = answer.json()["aic"]
        return True


class Phone(N2User):
    wait_time = between(0.2, 0.5)

    @task
    def a_day(self) -> None:
        if self.switch_on():
            for _ in range(3):
                self.wait()  # type: ignore[no-untyped-call]
                self.say("intent qos.assure", GAME)
        self.switch_off()
