"""The semantic layer: profile, rules, versions, alignment, glossary."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intent_documents import intents
from jsonschema import Draft202012Validator

from nfs.semantics.exchange.camara_qod import PROFILES as QOS_PROFILES
from nfs.semantics.intent import OperatorIntent, RefusalClass, Slots
from nfs.semantics.ontology import alignment
from nfs.semantics.ontology.alignment import CONFIDENCE, Relation, align, alignments
from nfs.semantics.ontology.glossary import UnknownTerm, look_up, terms
from nfs.semantics.ontology.profile import profile
from nfs.semantics.ontology.reading import IntentError, read_intent, understand
from nfs.semantics.ontology.rules import Rule, contradictions, violations
from nfs.semantics.ontology.versions import VersionNotUnderstood, negotiate, written_for
from nfs.semantics.vocabulary import (
    MEASURED,
    PROFILE_VERSION,
    PROFILES,
    VERSION,
    VERSION_ADDS,
    Kind,
)


def test_the_profile_tells_kinds_slots_and_ranges() -> None:
    told = profile()
    assert told["version"] == PROFILE_VERSION
    assert set(told["kinds"]) == set(Kind)
    assert set(told["slots"]) == {field.alias for field in Slots.model_fields.values()}
    latency = told["slots"]["latency"]
    assert (latency["unit"], latency["condition"]) == ("ms", "IS_EQUAL_TO_OR_LESS_THAN")
    assert not Draft202012Validator(latency["schema"]).is_valid(0)
    assert told["slots"]["trigger"]["schema"]["enum"] == ["ENTER", "LEAVE", "BOTH"]
    assert told["alignments"]["ts28312"]["DlThptPerUE"]["factor"] == 0.001


def test_all_targets_that_are_measured_are_slots() -> None:
    assert MEASURED.keys() <= profile()["slots"].keys()
    assert all(targets.keys() <= MEASURED.keys() for targets in QOS_PROFILES.values())


@pytest.mark.parametrize(
    ("slots", "rule", "path"),
    [
        ({"latency": 5, "jitter": 20}, Rule.OUT_OF_ORDER, "/slots/jitter"),
        ({"packetLoss": 5, "reliability": 99.9}, Rule.SUM_TOO_LARGE, "/slots/packetLoss"),
    ],
)
def test_contradictions_are_typed(slots: dict[str, Any], rule: Rule, path: str) -> None:
    intent = read_intent({"kind": "qos.assure", "slots": slots})
    assert [(v.rule, v.path) for v in contradictions(intent)] == [(rule, path)]


@pytest.mark.parametrize(
    "slots",
    [
        {"latency": 5, "jitter": 5},
        {"packetLoss": 0.1, "reliability": 99.9},
        {"jitter": 20},
        {"reliability": 100},
    ],
)
def test_what_can_be_true_together(slots: dict[str, Any]) -> None:
    assert not list(contradictions(read_intent({"kind": "qos.assure", "slots": slots})))


def test_what_is_needed_is_asked_for_when_reading_is_to_complete() -> None:
    document = {"kind": "location.geofence", "subIntents": [{"kind": "agent.invoke"}]}
    with pytest.raises(IntentError):
        read_intent(document)
    completed = read_intent(document, complete=True)
    assert completed.ambiguity == ["area", "capability"]
    assert not list(violations(completed))
    assert read_intent({"kind": "task.collaborate"}, complete=True).ambiguity == ["subIntents"]


def test_history_ends_with_this_version() -> None:
    assert list(VERSION_ADDS)[-1] == VERSION
    known = {field.alias for field in OperatorIntent.model_fields.values()}
    assert {name for names in VERSION_ADDS.values() for name in names} <= known


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [(["1.0"], "1.0"), (["1.9"], VERSION), (["2.0", "1.0", "1.1"], "1.1"), (["0.9", "1.0"], "1.0")],
)
def test_negotiation(offered: list[str], agreed: str) -> None:
    assert negotiate(offered) == agreed


@pytest.mark.parametrize("offered", [[], ["2.0"], ["0.1", "3.1"], ["one"], ["1.x"], ["1"], ["1.²"]])
def test_no_common_version_is_told_with_those_that_are(offered: list[str]) -> None:
    with pytest.raises(VersionNotUnderstood) as refused:
        negotiate(offered)
    assert refused.value.understood == ("1.0", "1.1")


NEWER = {
    "version": "1.7",
    "kind": "location.get",
    "slots": {"target": "bike", "floor": 3, "latency": 5},
    "subIntents": [{"kind": "reachability.get", "slots": {"target": "bike", "~/": 1}, "why": "x"}],
    "mood": {"a/b": [1]},
}


def test_a_newer_minor_version_is_read_and_what_it_adds_is_named() -> None:
    found = understand(NEWER)
    assert found.intent.slots.to_json() == {"target": "bike"}
    assert found.intent.sub_intents[0].slots.to_json() == {"target": "bike"}
    assert set(found.ignored) == {
        "/slots/floor",
        "/slots/latency",
        "/subIntents/0/slots/~0~1",
        "/subIntents/0/why",
        "/mood",
    }


@pytest.mark.parametrize(
    ("change", "rule", "path"),
    [
        ({"version": "1.1"}, Rule.ATTRIBUTE_UNKNOWN, "/slots/floor"),
        ({"version": "2.0"}, Rule.VERSION_NOT_UNDERSTOOD, "/version"),
        ({"version": "0.9"}, Rule.VERSION_NOT_UNDERSTOOD, "/version"),
        ({"version": 1}, Rule.VERSION_NOT_UNDERSTOOD, "/version"),
        ({"version": "1.12345"}, Rule.VERSION_NOT_UNDERSTOOD, "/version"),
        ({"kind": "pizza.order"}, Rule.VALUE_MALFORMED, "/kind"),
        ({"slots": {"latency": -1}}, Rule.VALUE_MALFORMED, "/slots/latency"),
    ],
)
def test_other_versions_and_values_are_refused(
    change: dict[str, Any], rule: Rule, path: str
) -> None:
    with pytest.raises(IntentError) as refused:
        understand(NEWER | change)
    assert (rule, path) in [(v.rule, v.path) for v in refused.value.violations]


@pytest.mark.parametrize("document", [None, 3, "x", [], [{}]])
def test_what_is_no_intent(document: Any) -> None:
    with pytest.raises(IntentError):
        understand(document)


@settings(max_examples=60)
@given(intents(), st.sampled_from([*VERSION_ADDS, "1.9"]))
def test_what_is_written_for_a_version_is_read_there(
    document: dict[str, Any], version: str
) -> None:
    intent = read_intent(document)
    written, lost = written_for(intent, version)
    newer = version == "1.0" and intent.priority is not None
    assert lost == ({"priority": intent.priority} if newer else {})
    again = read_intent(written)
    changes: dict[str, Any] = {"version": again.version}
    assert again == intent.model_copy(update=changes | ({"priority": None} if lost else {}))


def test_no_reader_of_another_major_version() -> None:
    with pytest.raises(VersionNotUnderstood, match=r"1\.0, 1\.1"):
        written_for(OperatorIntent(kind=Kind.LOCATION_GET), "2.0")


def test_alignments_lead_to_slots_with_a_confidence() -> None:
    slots = {field.alias for field in Slots.model_fields.values()}
    for terms_of in alignments().values():
        assert all(found.slot in slots and 0 < found.confidence <= 1 for found in terms_of.values())
        inexact = [a for a in terms_of.values() if a.relation is not Relation.EXACT]
        assert all(found.why for found in inexact)
    assert set(CONFIDENCE) == set(Relation)


def test_alignment_of_a_foreign_target() -> None:
    found = align("ts28312", "DlThptPerUE")
    assert (found.slot, found.relation) == ("downlinkThroughput", Relation.CLOSE)
    assert 20_000 * found.factor == 20


@pytest.mark.parametrize(("vocabulary", "term"), [("ts28312", "WeakRSRPRatio"), ("etsi", "x")])
def test_an_unknown_term_is_told(vocabulary: str, term: str) -> None:
    with pytest.raises(alignment.UnknownTerm):
        align(vocabulary, term)


def test_every_code_of_a_refusal_has_a_remedy() -> None:
    for cause in RefusalClass:
        assert look_up(cause)["remedy"]


def test_the_glossary_names_its_sources() -> None:
    assert all({"name", "meaning", "source"} <= entry.keys() for entry in terms().values())
    assert look_up(" agw ")["name"] == "Agent Gateway"
    with pytest.raises(UnknownTerm):
        look_up("MME")


def test_needs_are_among_what_is_carried() -> None:
    for found in PROFILES.values():
        assert {slot for group in found.to_be_said for slot in group} <= found.carries
