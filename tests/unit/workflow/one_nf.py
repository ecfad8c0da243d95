"""Instances of an NF that carry out intents with tools of a world outside, and may be killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.agents.task import DataItem, TaskResult, TaskState
from nfs.common.models.device_order import DeviceOrder
from nfs.common.models.iaf import IntentNotification, IntentSubmission
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Change, Document, Store
from nfs.common.store.leases import LEASES
from nfs.semantics.intent import OperatorResult
from nfs.workflow import Intents, IntentWorkflow
from nfs.workflow.execution import Execution, Step
from nfs.workflow.lives.records import IntentRecord


class Killed(BaseException):
    """The process ends here."""


class Fate:
    """Counts the points at which an instance may be killed; at one of them it is."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.kill_at = kill_at
        self.points = 0
        self.dead = asyncio.Event()

    def point(self) -> None:
        self.points += 1
        if self.points == self.kill_at:
            self.dead.set()
        self.check()

    def check(self) -> None:
        if self.dead.is_set():
            raise Killed


class MortalStore:
    """A store that survives its user."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    def get(self, collection: str, key: str) -> Document | None:
        self._fate.check()
        return self._store.get(collection, key)

    def put(self, collection: str, key: str, value: dict[str, Any], **options: Any) -> int:
        self._fate.point()
        version = self._store.put(collection, key, value, **options)
        self._fate.point()
        return version

    def delete(self, collection: str, key: str) -> bool:
        self._fate.point()
        return self._store.delete(collection, key)

    def scan(self, *place: Any, **options: Any) -> Iterator[tuple[str, Document]]:
        self._fate.check()
        return self._store.scan(*place, **options)

    def changes(self, collection: str) -> AsyncIterator[Change]:
        return self._store.changes(collection)

    def close(self) -> None:
        pass


class World:
    """What the tools change: names of things that are there."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.made: list[str] = []
        self.removed: list[str] = []
        self.fails: set[str] = set()
        self.told: list[tuple[str, OperatorResult]] = []
        self.takes_results = True

    def use(self, tool: str, given: dict[str, Any]) -> dict[str, Any]:
        name = given.get("name", "")
        if tool in self.fails:
            raise SbiProblem(503, "NF_CONGESTION", f"{tool} is busy")
        if tool == "look":
            return {}
        if tool == "make":
            self.there.add(name)
            self.made.append(name)
        elif name in self.there:
            self.there.remove(name)
            self.removed.append(name)
        else:
            raise SbiProblem(404, "NOT_THERE", name)
        return {"name": name}

    def obey(self, order: DeviceOrder) -> None:
        """As the OS agent of the device that asks."""

    def statuses(self) -> list[tuple[str, str]]:
        return [(how, result.status.value) for how, result in self.told]


class Instance:
    """One instance of an NF; its intents are those of the ``store``."""

    def __init__(self, store: Store, world: World, fate: Fate | None = None) -> None:
        self.fate = fate or Fate()
        self.world = world
        self.store = MortalStore(store, self.fate)
        self.nf = _Nf()
        workflow = IntentWorkflow(self.nf, _QosAgent(self), tools=self)
        self.intents = Intents(
            self.nf, self.store, workflow, notify=self.notify, report=self.report, period=0.01
        )

    async def call(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        self.fate.point()
        answer = self.world.use(name, given)
        await asyncio.sleep(0)
        self.fate.point()
        return answer

    async def notify(self, _request: IntentSubmission, told: IntentNotification) -> bool:
        self.fate.point()
        if told.result is not None and self.world.takes_results:
            self.world.told.append(("result", OperatorResult.model_validate(told.result)))
        if told.progress is not None and told.progress.order is not None:
            self.world.obey(told.progress.order)
        self.fate.point()
        return self.world.takes_results

    async def report(self, _supi: str, result: OperatorResult) -> bool:
        self.fate.point()
        self.world.told.append(("report", result))
        return True

    async def until(self, reached: Callable[[], object]) -> None:
        """Wait until it is so, or this instance is dead."""
        async with asyncio.timeout(30):
            while not (self.fate.dead.is_set() or reached()):
                await asyncio.sleep(0)

    def record(self, intent_id: str) -> IntentRecord:
        record = self.intents.records.get(intent_id)
        assert record is not None
        return record

    def at_rest(self) -> bool:
        """All intents are this instance's and hold, and the users know."""
        found = list(self.intents.records.abandoned((), ()))
        owner = self.intents.records.owner
        return all(r.owner == owner and r.holds and r.pending is None for r in found)

    async def stop(self) -> None:
        await self.nf.stop()
        with suppress(Killed):
            self.intents.stop()


def forget_leases(store: Store) -> None:
    """Time passes: who was killed is known to be gone."""
    for instance, _ in list(store.scan(LEASES)):
        store.delete(LEASES, instance)


class _Nf(NetworkFunction):
    nf_type = "IAF"

    def __init__(self) -> None:
        super().__init__(NfConfig(port=0), Platform(), title="IAF")
        self.shared_state = True


class _QosAgent(AgentConsumer):
    """The only agent there is: it adds the flow that it is asked for."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    async def invoke(
        self, _capability: str, data_items: Sequence[DataItem], *_args: Any
    ) -> TaskResult:
        demand = data_items[0].data or {}
        flow = await self._instance.call("add-qos-flow", demand)
        return TaskResult(
            task_id="1", sender_id="qos", state=TaskState.COMPLETED, products=[DataItem(data=flow)]
        )


@asynccontextmanager
async def instance(store: Store, world: World, fate: Fate | None = None) -> AsyncIterator[Instance]:
    one = Instance(store, world, fate)
    one.intents.start()
    yield one
    await one.stop()


def make_two(execution: Execution) -> list[Step]:
    """Two changes, one after the other, each with a name that undoes it; then a look."""

    def make(name: str) -> Step:
        async def perform() -> None:
            own = f"{execution.intent_id}/{name}"
            execution.undo_with("remove", name=own)
            await execution.tool("make", name=own)

        needs = frozenset({"first"} if name == "second" else ())
        return Step(name, f"making {name}", perform, needs, frozenset({name}))

    async def look() -> None:
        await execution.tool("look", name="anything")

    return [make("first"), make("second"), Step("look", "looking", look, frozenset({"second"}))]


NEEDED = {
    "sensing.detect": {"object": "people", "area": "yard"},
    "session.establish": {"dnn": "internet"},
}


def several(make_request: Callable[..., IntentSubmission], *kinds: str) -> IntentSubmission:
    subs = [{"kind": kind, "slots": NEEDED.get(kind, {})} for kind in kinds]
    return make_request(text=None, intent={"kind": "task.collaborate", "subIntents": subs})
