"""Conversations: answers to questions, corrections, and what became of earlier requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
from one_nf import Instance, Killed, World, forget_leases
from structlog.testing import capture_logs

from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import SqliteStore
from nfs.semantics.analyser.fragments import read_fragment
from nfs.semantics.intent import OperatorIntent, OperatorResult, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow import plan
from nfs.workflow.dialogue.answer import answered
from nfs.workflow.dialogue.questions import QUESTIONS, OpenQuestion, Questions
from nfs.workflow.execution import Execution, Step
from nfs.workflow.refusal import Refusal

MakeRequest = Callable[..., IntentSubmission]

GAME = "keep my cloud game below 20 ms for half an hour"
CALL = "keep my video call below 50 ms"


def one_change(execution: Execution) -> list[Step]:
    """What is asked for is there, named after it, until it is removed."""
    slots = execution.intent.slots.to_json()
    if slots.get("latency", 100) < 5:
        raise Refusal(RefusalClass.INFEASIBLE, "not that short", offer={"latency": 5})
    name = " ".join(f"{key}={value}" for key, value in sorted(slots.items()))

    async def make() -> None:
        execution.undo_with("remove", name=name)
        await execution.tool("make", name=name)

    return [Step("make", "making", make)]


def look_only(execution: Execution) -> list[Step]:
    async def look() -> None:
        execution.output["target"] = execution.intent.slots.target or "this device"

    return [Step("look", "looking", look)]


class Talk:
    """One subscriber at an instance of an NF."""

    def __init__(self, instance: Instance, make_request: MakeRequest) -> None:
        self.instance = instance
        self.world = instance.world
        self._make_request = make_request

    async def say(self, text: str, language: str | None = None) -> OperatorResult:
        request = self._make_request(text=text, language=language)
        intent_id = self.instance.intents.create(request).intent_id
        return await self.result_of(intent_id)

    async def result_of(self, intent_id: str) -> OperatorResult:
        found: list[OperatorResult] = []

        def told() -> bool:
            found[:] = [r for _, r in self.world.told if r.intent_id == intent_id]
            return bool(found) and self.instance.record(intent_id).pending is None

        await self.instance.until(told)
        return found[0]

    def intent_of(self, result: OperatorResult) -> OperatorIntent:
        intent = self.instance.record(result.intent_id).intent
        assert intent is not None
        return intent


@pytest.fixture(autouse=True)
def plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(plan.PLANNERS, Kind.QOS_ASSURE, one_change)  # type: ignore[misc]
    monkeypatch.delitem(plan.ASSURED, Kind.QOS_ASSURE)  # type: ignore[attr-defined]
    monkeypatch.setitem(plan.PLANNERS, Kind.LOCATION_GET, look_only)  # type: ignore[misc]
    monkeypatch.setattr("nfs.workflow.execution.compensation.FIRST_PAUSE", 0.0)


@pytest.fixture
async def talk(make_request: MakeRequest) -> AsyncIterator[Talk]:
    instance = Instance(SqliteStore(), World())
    yield Talk(instance, make_request)
    await instance.stop()


# Questions and answers


async def test_the_answer_continues_the_intent(talk: Talk) -> None:
    asked = await talk.say("where is it")
    assert (asked.status, asked.question) == ("NEEDS_INPUT", "Which device or person do you mean?")
    told = await talk.say("the robot")
    assert (told.status, told.kind, told.output["target"]) == (
        "FULFILLED",
        "location.get",
        "robot",
    )


async def test_the_answer_is_heard_by_another_instance(
    talk: Talk, make_request: MakeRequest
) -> None:
    await talk.say("make my connection better")
    other = Instance(talk.instance.store, talk.world)
    told = await Talk(other, make_request).say("20 ms")
    assert (told.status, talk.world.there) == ("FULFILLED", {"latency=20"})
    await other.stop()


@pytest.mark.parametrize(
    ("language", "answer", "target"),
    [
        ("en", "the drone", "drone"),
        ("de", "die Drohne", "Drohne"),
        ("fr", "le drone", "drone"),
        ("es", "el dron", "dron"),
        ("zh", "无人机", "无人机"),
        ("ja", "ドローンです", "ドローン"),
        ("ar", "الطائرة", "الطائرة"),
        ("hi", "ड्रोन", "ड्रोन"),
    ],
)
async def test_answers_in_every_language(
    talk: Talk, language: str, answer: str, target: str
) -> None:
    half = OperatorIntent(kind=Kind.LOCATION_GET, ambiguity=["target"], language=language)
    asked = OpenQuestion(question="?", intent=half, slot="target")
    Questions(talk.instance.store).keep("imsi-999700000000001", asked)
    told = await talk.say(answer, language)
    assert told.status == "FULFILLED"
    assert (talk.intent_of(told).slots.target or "").endswith(target)  # with its article or without


async def test_an_answer_may_be_in_another_language_than_what_it_answers(talk: Talk) -> None:
    await talk.say("keep my game under -5 ms")
    asked = await talk.say("Garde mon jeu sous 1 ms")
    assert asked.question == "Le mieux que je puisse offrir est 5 ms de latence. Dois-je le faire ?"
    assert (await talk.say("oui")).status == "FULFILLED"


async def test_a_wish_of_its_own_drops_the_question(talk: Talk) -> None:
    await talk.say("where is it")
    assert (await talk.say(GAME)).status == "FULFILLED"
    assert (await talk.say("the robot")).status != "FULFILLED"


async def test_a_useless_answer_is_asked_again_once(talk: Talk) -> None:
    await talk.say("make my connection better")
    again = await talk.say("what a lovely day it is")
    assert again.status == "NEEDS_INPUT"
    ended = await talk.say("why should I know that")
    assert (ended.status, ended.cause) == ("REJECTED", RefusalClass.NOT_UNDERSTOOD)
    assert (await talk.say("why should I know that")).cause is RefusalClass.OUT_OF_SCOPE


@pytest.mark.parametrize("text", ["no", "no thanks", "never mind", "stop that"])
async def test_who_is_asked_may_give_it_up(talk: Talk, text: str) -> None:
    await talk.say("where is it")
    told = await talk.say(text)
    assert (told.status, told.kind) == ("FULFILLED", "intent.cancel")
    assert talk.instance.store.get(QUESTIONS, "imsi-999700000000001") is None


async def test_a_question_is_one_subscribers(talk: Talk, make_request: MakeRequest) -> None:
    await talk.say("where is it")
    request = make_request(text="the robot", supi="imsi-999700000000002")
    intent_id = talk.instance.intents.create(request).intent_id
    assert (await talk.result_of(intent_id)).status != "FULFILLED"
    assert (await talk.say("the robot")).status == "FULFILLED"


async def test_a_question_that_cannot_be_read_is_none(talk: Talk) -> None:
    talk.instance.store.put(QUESTIONS, "imsi-999700000000001", {"question": 1})
    assert (await talk.say(GAME)).status == "FULFILLED"


def test_the_answer_goes_to_the_wish_that_leaves_it_open() -> None:
    body: dict[str, Any] = {
        "kind": "task.collaborate",
        "ambiguity": ["target"],
        "subIntents": [
            {"kind": "location.get", "slots": {"target": "robot"}},
            {"kind": "reachability.get"},
        ],
    }
    question = OpenQuestion(question="?", intent=OperatorIntent.model_validate(body), slot="target")
    nothing = OperatorIntent(kind=Kind.NONE)
    meant = answered(question, read_fragment("the drone"), nothing)
    assert meant is not None
    assert [part.slots.target for part in meant.sub_intents] == ["robot", "drone"]
    assert meant.ambiguity == []


# An offer of less


async def test_yes_to_an_offer(talk: Talk) -> None:
    refused = await talk.say("keep my cloud game below 1 ms")
    assert (refused.status, refused.cause) == ("REJECTED", RefusalClass.INFEASIBLE)
    assert refused.question == "The best I can offer is 5 ms latency. Shall I do that?"
    assert (await talk.say("yes please, for an hour")).status == "FULFILLED"
    assert talk.world.there == {"application=cloud game durationSeconds=3600 latency=5"}


@pytest.mark.parametrize(
    ("language", "wish", "agreed"),
    [
        ("de", "mein Cloud-Spiel braucht unter 1 ms Latenz", "ja"),
        ("fr", "je veux moins de 1 ms de latence pour mon jeu", "oui"),
        ("es", "quiero menos de 1 ms de latencia para mi juego", "sí"),
        ("zh", "我的游戏延迟要低于1毫秒", "好的"),
        ("ja", "ゲームの遅延を1ミリ秒以下にして", "はい"),
        ("ar", "أريد تأخيرا أقل من 1 ميلي ثانية للعبة", "نعم"),
        ("hi", "मेरे गेम की लेटेंसी 1 मिलीसेकंड से कम रखो", "हाँ"),
    ],
)
async def test_an_offer_in_every_language(
    talk: Talk, language: str, wish: str, agreed: str
) -> None:
    refused = await talk.say(wish, language)
    assert refused.cause is RefusalClass.INFEASIBLE
    assert refused.question is not None
    assert "5" in refused.question
    assert (await talk.say(agreed, language)).status == "FULFILLED"
    assert any("latency=5" in name for name in talk.world.there)


async def test_no_to_an_offer(talk: Talk) -> None:
    await talk.say("keep my cloud game below 1 ms")
    assert (await talk.say("no thanks")).kind == "intent.cancel"
    assert (await talk.say("yes")).cause is RefusalClass.OUT_OF_SCOPE
    assert talk.world.made == []


# Corrections


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("make it an hour instead", "application=cloud game durationSeconds=3600 latency=20"),
        ("no, 10 ms", "application=cloud game durationSeconds=1800 latency=10"),
        ("10 ms", "application=cloud game durationSeconds=1800 latency=10"),
        ("until 6 pm", "application=cloud game endTime=T18:00 latency=20"),
        ("not the game, the video call", "application=video call durationSeconds=1800 latency=20"),
        (
            "I meant the drone",
            "application=cloud game durationSeconds=1800 latency=20 target=drone",
        ),
    ],
)
async def test_the_last_request_is_undone_and_done_again(talk: Talk, text: str, name: str) -> None:
    first = await talk.say(GAME)
    told = await talk.say(text)
    assert (told.status, told.kind) == ("FULFILLED", "qos.assure")
    assert talk.world.there == {name}
    assert talk.instance.record(first.intent_id).status == "CANCELLED"
    assert [how for how, _ in talk.world.told] == ["result", "result"]
    assert GAME in talk.intent_of(told).description


@pytest.mark.parametrize(
    ("language", "wish", "text"),
    [
        ("de", "halte mein Spiel unter 20 ms", "mach eine Stunde daraus"),
        ("fr", "je veux moins de 20 ms de latence pour mon jeu", "plutôt une heure"),
        ("es", "quiero menos de 20 ms de latencia para mi juego", "mejor una hora"),
        ("zh", "我的游戏延迟要低于20毫秒", "改成一个小时"),
        ("ja", "ゲームの遅延を20ミリ秒以下にして", "1時間にしてください"),
        ("ar", "أريد تأخيرا أقل من 20 ميلي ثانية للعبة", "اجعلها ساعة واحدة"),
        ("hi", "मेरे गेम की लेटेंसी 20 मिलीसेकंड से कम रखो", "इसे एक घंटा कर दो"),
    ],
)
async def test_corrections_in_every_language(
    talk: Talk, language: str, wish: str, text: str
) -> None:
    assert (await talk.say(wish, language)).status == "FULFILLED"
    assert (await talk.say(text, language)).status == "FULFILLED"
    (left,) = talk.world.there
    assert "durationSeconds=3600" in left
    assert "latency=20" in left


async def test_a_question_that_was_answered_can_be_asked_otherwise(talk: Talk) -> None:
    assert (await talk.say("where is the robot")).output["target"] == "robot"
    assert (await talk.say("I meant the drone")).output["target"] == "drone"


async def test_what_was_refused_can_be_corrected(talk: Talk) -> None:
    await talk.say("keep my cloud game below 1 ms")
    assert (await talk.say("make it 20 ms")).status == "FULFILLED"
    assert talk.world.there == {"application=cloud game latency=20"}


async def test_a_correction_that_is_not_feasible_changes_nothing(talk: Talk) -> None:
    first = await talk.say(GAME)
    refused = await talk.say("make it 1 ms")
    assert refused.cause is RefusalClass.INFEASIBLE
    assert talk.instance.record(first.intent_id).holds
    assert talk.world.removed == []
    assert (await talk.say("yes")).status == "FULFILLED"
    assert talk.world.there == {"application=cloud game durationSeconds=1800 latency=5"}


@pytest.fixture
def ten_ms_fails(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its only step."""
    name = "application=cloud game durationSeconds=1800 latency=10"
    use = talk.world.use

    def fail_once(tool: str, given: dict[str, Any]) -> dict[str, Any]:
        return use("fail" if (tool, given.get("name")) == ("make", name) else tool, given)

    talk.world.fails.add("fail")
    monkeypatch.setattr(talk.world, "use", fail_once)


@pytest.mark.usefixtures("ten_ms_fails")
async def test_a_failed_correction_ends_nothing(talk: Talk) -> None:
    first = await talk.say(GAME)
    assert (await talk.say("no, 10 ms")).status == "FAILED"
    assert talk.instance.record(first.intent_id).holds
    assert talk.world.removed == []


async def test_what_is_corrected_goes_on_until_the_correction_holds(talk: Talk) -> None:
    await talk.say(GAME)
    there: list[set[str]] = []
    use = talk.world.use

    def look(tool: str, given: dict[str, Any]) -> dict[str, Any]:
        answer = use(tool, given)
        there.append(set(talk.world.there))
        return answer

    talk.world.use = look  # type: ignore[method-assign]
    assert (await talk.say("no, 10 ms")).status == "FULFILLED"
    assert [len(names) for names in there] == [2, 1]


@pytest.mark.usefixtures("ten_ms_fails")
async def test_what_a_failed_correction_ended_is_done_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nfs.workflow.workflow.MADE_BEFORE_BREAK", frozenset())
    await talk.say(GAME)
    assert (await talk.say("no, 10 ms")).status == "FAILED"

    def restored() -> bool:
        return ("report", "FULFILLED") in talk.world.statuses()

    await talk.instance.until(restored)
    (left,) = talk.world.there
    assert left.startswith("application=cloud game durationSeconds=")
    assert left.endswith("latency=20")


async def test_another_wish_corrects_nothing(talk: Talk) -> None:
    first = await talk.say(GAME)
    await talk.say(CALL)
    assert len(talk.world.there) == 2
    assert talk.instance.record(first.intent_id).holds


# Earlier requests


async def test_status(talk: Talk) -> None:
    first = await talk.say(GAME)
    for text in ("how is my request", "did it work"):
        told = await talk.say(text)
        assert (told.status, told.kind) == ("FULFILLED", "intent.status")
        assert told.output["reference"] == f"“{GAME}”"
        assert told.output["requestStatus"] == talk.instance.record(first.intent_id).status.value


async def test_status_of_what_was_refused(talk: Talk) -> None:
    await talk.say("keep my cloud game below 1 ms")
    assert (await talk.say("how is my request")).output["requestStatus"] == "REJECTED"


async def test_there_is_nothing_to_speak_of(talk: Talk) -> None:
    for text in ("how is my request", "cancel everything"):
        refused = await talk.say(text)
        assert refused.cause is RefusalClass.NOT_UNDERSTOOD
        assert refused.output["reason"] == "there is no such request"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("stop that", "game"),
        ("forget the game boost", "call"),
        ("cancel the call", "game"),
        ("cancel my first request", "call"),
        ("cancel the last one", "game"),
        ("cancel everything", None),
    ],
)
async def test_cancel(talk: Talk, text: str, left: str | None) -> None:
    await talk.say(GAME)
    await talk.say(CALL)
    told = await talk.say(text)
    assert (told.status, told.kind) == ("FULFILLED", "intent.cancel")
    assert len(talk.world.there) == (0 if left is None else 1)
    assert all(left is not None and left in name for name in talk.world.there)


@pytest.mark.parametrize(
    ("language", "wish", "cancel"),
    [
        ("de", "halte mein Spiel unter 20 ms", "brich das ab"),
        ("fr", "je veux moins de 20 ms de latence pour mon jeu", "annule ma demande"),
        ("es", "quiero menos de 20 ms de latencia para mi juego", "cancela mi petición"),
        ("zh", "我的游戏延迟要低于20毫秒", "取消"),
        ("ja", "ゲームの遅延を20ミリ秒以下にして", "やめて"),
        ("ar", "أريد تأخيرا أقل من 20 ميلي ثانية للعبة", "الغ طلبي"),
        ("hi", "मेरे गेम की लेटेंसी 20 मिलीसेकंड से कम रखो", "मेरा अनुरोध रद्द करो"),
    ],
)
async def test_cancel_in_every_language(talk: Talk, language: str, wish: str, cancel: str) -> None:
    assert (await talk.say(wish, language)).status == "FULFILLED"
    told = await talk.say(cancel, language)
    assert (told.status, told.kind) == ("FULFILLED", "intent.cancel")
    assert talk.world.there == set()


async def test_several_may_be_meant(talk: Talk) -> None:
    await talk.say(GAME)
    await talk.say(CALL)
    asked = await talk.say("cancel the boost")
    assert (asked.status, asked.question) == ("NEEDS_INPUT", "Which request do you mean?")
    assert len(talk.world.there) == 2
    told = await talk.say("the first one")
    assert (told.status, told.kind) == ("FULFILLED", "intent.cancel")
    assert talk.world.there == {"application=video call latency=50"}


async def test_what_was_acknowledged_survives_a_correction_wherever_the_instance_is_killed(
    make_request: MakeRequest,
) -> None:
    """Before and after each write, tool call and notification: the old or the new is in effect."""
    after = 1
    with capture_logs():  # of as many dead instances
        while await _corrected_and_killed(after, make_request):
            after += 1
    assert after > 20


async def _corrected_and_killed(after: int, make_request: MakeRequest) -> bool:
    """Whether there are so many points at which the instance may be killed."""
    store, world = SqliteStore(), World()
    first = Instance(store, world)
    await Talk(first, make_request).say(GAME)
    told = len(world.told)
    first.fate.kill_at = first.fate.points + after
    first.intents.start()
    with suppress(Killed):
        first.intents.create(make_request(text="no, 10 ms"))
        await first.until(first.at_rest)
    await first.stop()
    forget_leases(store)
    second = Instance(store, world)
    second.intents.start()
    await second.until(second.at_rest)
    await second.stop()
    (left,) = world.there
    assert left.startswith("application=cloud game durationSeconds=")
    results = [result.status for how, result in world.told[told:] if how == "result"]
    assert ("latency=10" in left) == ("FULFILLED" in results), (after, left, world.told[told:])
    return first.fate.dead.is_set()
