"""A Locust user that is a phone: NAS over NGAP to the AMF, by the UE simulator.

The simulator is asyncio, Locust is gevent: all phones of a worker share one gNB in one event loop,
which runs in a thread of its own. A greenlet that has something done there waits for an AsyncResult
that the hub of its thread sets.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

import gevent
from gevent import monkey
from gevent.event import AsyncResult
from gevent.lock import RLock
from gevent.threadpool import ThreadPool
from locust import User
from locust.exception import StopUser

from nfs.semantics.analyser import analyse
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment

T = TypeVar("T")

FIRST_SUPI = "imsi-999700000000001"
SUBSCRIBERS = 20
"""Subscribers with agents in nfs/udm/subscribers.yaml, from FIRST_SUPI on."""


_BUILDING = RLock()
"""Held while the first phone makes what all share."""


class LoopThread:
    """An asyncio event loop in a native thread, for callers that are greenlets."""

    def __init__(self) -> None:
        # What gevent has put in its place would wait in a hub and not in the kernel.
        selector = monkey.get_original("selectors", "DefaultSelector")()
        self._loop = asyncio.SelectorEventLoop(selector)
        self._pool = ThreadPool(1)
        self._pool.spawn(self._loop.run_forever)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait, as a greenlet, for ``work`` in the loop; its result or its exception."""
        hub_loop = gevent.get_hub().loop
        outcome: AsyncResult[Any] = AsyncResult()

        def done(task: asyncio.Task[T]) -> None:
            if task.cancelled():
                cancelled = ConnectionError("cancelled")
                hub_loop.run_callback_threadsafe(outcome.set_exception, cancelled)
            elif (error := task.exception()) is not None:
                hub_loop.run_callback_threadsafe(outcome.set_exception, error)
            else:
                hub_loop.run_callback_threadsafe(outcome.set, task.result())

        started: list[asyncio.Task[T]] = []

        def start() -> None:
            task = self._loop.create_task(work)
            task.add_done_callback(done)
            started.append(task)

        self._loop.call_soon_threadsafe(start)
        try:
            result: T = outcome.get()  # type: ignore[assignment]
        except BaseException:
            self._loop.call_soon_threadsafe(lambda: started and started[0].cancel())
            raise
        return result

    def stop(self) -> None:
        """The loop ends, and its thread: at the end of the process neither could log."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._pool.join()


class RadioSite:
    """What the phones of this worker share: the loop, the gNB, the SUPIs not in use."""

    def __init__(self, n2: str, first_supi: str, subscribers: int, worker: int) -> None:
        self._n2 = n2
        self._gnb_config = GnbConfig(gnb_id=1 + worker, name=f"load-{worker}")
        self._gnb: Gnb | None = None
        self._connecting = asyncio.Lock()
        digits = first_supi.removeprefix("imsi-")
        first = int(digits) + worker * subscribers
        self.free = deque(
            f"imsi-{number:0{len(digits)}d}" for number in range(first, first + subscribers)
        )
        self.thread = LoopThread()

    async def gnb(self) -> Gnb:
        """The gNB, connected; raises OSError, NgSetupError."""
        async with self._connecting:
            if self._gnb is None:
                gnb = Gnb(self._gnb_config)
                await gnb.start(self._n2)
                self._gnb = gnb
            return self._gnb

    async def lost(self) -> None:
        """The association has ended: the next phone connects the gNB again."""
        async with self._connecting:
            if self._gnb is not None:
                await self._gnb.stop()
                self._gnb = None


class N2User(User):
    """Subclass it with tasks that switch the phone on, say something and switch it off."""

    abstract = True
    n2 = "tcp://127.0.0.1:38412"
    first_supi = FIRST_SUPI
    subscribers = SUBSCRIBERS
    """Of each worker; worker n takes the nth block of this size."""
    site: RadioSite | None = None

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.supi: str | None = None
        self.ue: UserEquipment | None = None

    def on_start(self) -> None:
        """Take a SUPI; raises StopUser when there are more phones than subscribers."""
        with _BUILDING:
            if N2User.site is None:
                N2User.site = self._build_site()
        if not self._site.free:
            self._fire("registration", 0.0, RuntimeError("more phones than subscribers"))
            raise StopUser
        self.supi = self._site.free.popleft()

    def on_stop(self) -> None:
        self.switch_off()
        if self.supi is not None:
            self._site.free.append(self.supi)
            self.supi = None

    def switch_on(self) -> bool:
        """Registration, a PDU session, and the agent's registration; False if one failed."""
        self.ue = None
        try:
            gnb = self._site.thread.run(self._site.gnb())
        except OSError as error:
            self._fire("registration", 0.0, error)
            return False
        ue = self.ue = UserEquipment(UeConfig(supi=self.supi or ""), gnb)
        return (
            self.procedure("registration", ue.register)
            and self.procedure("PDU session establishment", ue.establish_session)
            and self.procedure("agent registration", ue.register_agent)
        )

    def say(self, name: str, text: str) -> bool:
        """An intent, from the words to the result; anything but FULFILLED is a failure."""
        ue = self.ue
        if ue is None:
            return False

        async def said() -> None:
            result = await ue.say(text)
            if result.status != "FULFILLED":
                raise RuntimeError(f"{result.status} {result.cause or ''}".rstrip())

        return self.procedure(name, said)

    def switch_off(self) -> bool:
        """Deregistration, of a phone that is registered."""
        ue, self.ue = self.ue, None
        if ue is None or ue.modem.security is None or not ue.modem.connected:
            return False
        return self.procedure("deregistration", ue.deregister)

    def procedure(self, name: str, run: Callable[[], Awaitable[Any]]) -> bool:
        """Run one procedure in the loop and report it; the time is taken there."""

        async def timed() -> tuple[float, Exception | None]:
            clock = time.perf_counter()
            failure: Exception | None = None
            try:
                await run()
            except OSError as error:
                failure = error
                await self._site.lost()
            except Exception as error:  # noqa: BLE001 - of whatever kind, it is reported
                failure = error
            return (time.perf_counter() - clock) * 1000, failure

        elapsed, failure = self._site.thread.run(timed())
        self._fire(name, elapsed, failure)
        return failure is None

    def _build_site(self) -> RadioSite:
        worker = max(0, getattr(self.environment.runner, "worker_index", 0))
        analyse("hello")  # reads the lexicon, once for all phones: no part of an intent
        site = RadioSite(_resolved(self.n2), self.first_supi, self.subscribers, worker)
        self.environment.events.quit.add_listener(lambda **_: site.thread.stop())
        return site

    @property
    def _site(self) -> RadioSite:
        assert self.site is not None
        return self.site

    def _fire(self, name: str, elapsed: float, failure: BaseException | None) -> None:
        self.environment.events.request.fire(
            request_type="N1",
            name=name,
            response_time=elapsed,
            response_length=0,
            response=None,
            context=self.context(),
            exception=failure,
            start_time=time.time() - elapsed / 1000,
            url=self.n2,
        )


def _resolved(endpoint: str) -> str:
    """With an address in place of a name: asyncio would resolve in a thread pool that gevent has
    taken over."""
    parts = urlsplit(endpoint)
    if parts.hostname is None:
        return endpoint
    return f"{parts.scheme}://{socket.gethostbyname(parts.hostname)}:{parts.port}"
