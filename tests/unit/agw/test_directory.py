"""The directory (requirements B6, B11, E8, E10, L13): what is found, and that nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documents import SALT, agent, aic
from hypothesis import given
from hypothesis import strategies as st

from nfs.agw.directory import CANDIDATES, Agent, Directory
from nfs.agw.directory.groups import Groups
from nfs.agw.directory.index import AgentIndex
from nfs.agw.directory.packer import Packer
from nfs.agw.directory.sorted_keys import SortedKeys
from nfs.common.models.agw import AgentState, CmState
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import SqliteStore

OCR, TRANSLATION = "/capability/ocr", "/capability/translation"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agw.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path)
    yield store
    store.close()


@pytest.fixture
def directory(store: SqliteStore) -> Directory:
    return Directory(store, SALT)


def offered(directory: Directory, capability: str) -> list[str]:
    return [agent.aic for agent in directory.offering(capability)]


def starting(directory: Directory, prefix: str) -> list[str]:
    return list(directory.index.starting(prefix))


def found(directory: Directory, query: str) -> list[str]:
    return [code for code, _ in directory.index.search(query)]


def test_an_agent_comes_back_as_it_was(directory: Directory) -> None:
    put = agent(1, OCR, meta={"xVendor": {"a": [1, None, "ü"]}}, end_point="http://a/")
    directory.put(put)
    assert directory.get(put.aic) == put
    assert directory.find(put.aic.lower()) == put
    assert directory.document(put.aic) == put.to_json()
    assert list(directory) == [put]


def test_ways_to_find(directory: Directory) -> None:
    one, two = agent(1, OCR, meta={"tai": "A"}), agent(2, OCR, TRANSLATION, template="2")
    directory.put(one)
    directory.put(two)
    assert offered(directory, OCR) == [one.aic, two.aic]
    assert offered(directory, TRANSLATION) == [two.aic]
    assert starting(directory, "1.2.156.3088.1.1.UE.2.") == [two.aic]
    assert starting(directory, "1.2.156.3088.1.1.UE.") == sorted([one.aic, two.aic])
    assert list(directory.index.group("entityMeta.tai", "a")) == [one.aic]
    assert found(directory, "translation") == [two.aic]
    assert directory.index.values("skills.tags") == [OCR, TRANSLATION]


def test_only_live_agents_are_found(directory: Directory) -> None:
    put = agent(1, OCR)
    directory.put(put)
    directory.put(put.model_copy(update={"state": AgentState.SUSPENDED}))
    assert (offered(directory, OCR), starting(directory, ""), found(directory, "ocr")) == ([],) * 3
    assert directory.get(put.aic) is not None
    directory.put(put)
    assert offered(directory, OCR) == starting(directory, "") == found(directory, "ocr") != []
    directory.remove(put.aic)
    assert (offered(directory, OCR), starting(directory, ""), found(directory, "ocr")) == ([],) * 3
    with pytest.raises(SbiProblem, match="404 AGENT_NOT_FOUND"):
        directory.find(put.aic)


def test_what_changes_is_found_by_what_it_is(directory: Directory) -> None:
    directory.put(agent(1, OCR, name="Reader"))
    directory.put(agent(1, TRANSLATION, name="Speaker"))
    assert offered(directory, OCR) == found(directory, "reader") == []
    assert offered(directory, TRANSLATION) == found(directory, "speaker") == [aic(1)]


def test_a_renewal_keeps_the_order(directory: Directory) -> None:
    for number in (1, 2):
        directory.put(agent(number, OCR))
    directory.put(agent(1, OCR, valid_until=2_100_000_000))
    assert offered(directory, OCR) == [aic(1), aic(2)]


def test_agents_that_are_paged_come_last(directory: Directory) -> None:
    """L13."""
    for number, state in enumerate((CmState.IDLE, CmState.CONNECTED, None)):
        directory.put(agent(number, OCR, cm_state=state))
    assert offered(directory, OCR) == [aic(1), aic(2), aic(0)]
    assert [a.aic for a in directory.offering(OCR, 2)] == [aic(1), aic(2)]


def test_a_capability_of_many_agents_is_not_read_to_its_end(directory: Directory) -> None:
    for number in range(CANDIDATES + 50):
        directory.put(agent(number, OCR, meta={"area": "all" if number else "one"}))
    directory.put(agent(CANDIDATES + 40, OCR, meta={"area": "last"}))
    assert offered(directory, OCR) == [aic(number) for number in range(CANDIDATES)]
    (last,) = directory.offering(OCR, meta={"area": "last", "x": 1})
    assert last.aic == aic(CANDIDATES + 40)
    assert list(directory.offering(TRANSLATION, meta={"area": "last"})) == []
    assert len(list(directory.page(100, 60))) == 60


def test_agents_may_change_while_candidates_are_looked_at(directory: Directory) -> None:
    for number in range(3):
        directory.put(agent(number, OCR))
    candidates = directory.offering(OCR)
    next(candidates)
    directory.remove(aic(1))
    directory.put(agent(7, OCR))
    assert [candidate.aic for candidate in candidates] == [aic(2)]


def test_a_restart_finds_all(directory: Directory, path: Path) -> None:
    for number in range(1200):
        directory.put(agent(number, OCR, meta={"tai": str(number % 7)}))
    directory.put(agent(5, OCR, state=AgentState.SUSPENDED))
    again = Directory(SqliteStore(path), SALT)
    assert len(again) == 1200
    assert starting(again, "") == starting(directory, "")
    sevens = set(again.index.group("entityMeta.tai", "0"))
    assert sevens == {aic(number) for number in range(0, 1200, 7)}
    assert again.get(aic(5)) == directory.get(aic(5))


async def test_instances_follow_each_other(directory: Directory, path: Path) -> None:
    directory.put(agent(3, OCR))
    other = Directory(SqliteStore(path), SALT)
    directory.remove(aic(3))
    directory.put(agent(3, TRANSLATION))
    following = asyncio.create_task(other.follow())
    directory.put(agent(1, OCR))
    directory.put(agent(2, OCR))
    directory.remove(aic(1))
    directory.put(agent(2, TRANSLATION))
    async with asyncio.timeout(30):
        while set(offered(other, TRANSLATION)) != {aic(2), aic(3)} or offered(other, OCR):
            await asyncio.sleep(0.02)
    following.cancel()


def test_no_change_of_another_instance_is_lost(directory: Directory, path: Path) -> None:
    other = Directory(SqliteStore(path), SALT)
    directory.put(agent(1, OCR))
    calls = []

    def suspend(known: Agent) -> Agent:
        if not calls:
            other.update(aic(1), lambda a: a.model_copy(update={"end_point": "http://new/"}))
        calls.append(known)
        return known.model_copy(update={"state": AgentState.SUSPENDED})

    changed = directory.update(aic(1), suspend)
    assert (changed.end_point, changed.state) == ("http://new/", AgentState.SUSPENDED)
    assert len(calls) == 2
    assert directory.get(aic(1)) == changed


def test_what_another_instance_removed_is_not_updated(directory: Directory, path: Path) -> None:
    directory.put(agent(1, OCR))
    Directory(SqliteStore(path), SALT).remove(aic(1))
    with pytest.raises(SbiProblem, match="404 AGENT_NOT_FOUND"):
        directory.update(aic(1), lambda known: known)
    assert offered(directory, OCR) == []


def test_words_are_ranked() -> None:
    """H10: rare words and names count most; letters of either case, plurals too."""
    index = AgentIndex()
    texts = {
        1: ("Reader", "It reads letters and bills."),
        2: ("Letters", "It writes them."),
        3: ("Clerk", "It sorts things. " * 5 + "Letters, for example."),
        4: ("Assistant", "It does nothing."),
    }
    for number, (name, description) in texts.items():
        index.change(aic(number), None, agent(number, name=name, description=description).to_json())
    ranked = [code for code, _ in index.search("LETTER")]
    assert ranked == [aic(2), aic(1), aic(3)]
    assert next(code for code, _ in index.search("letters or bills")) == aic(1)
    assert list(index.search("unheard of")) == []
    assert list(index.search("")) == []


def test_a_common_word_is_not_followed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many say it: the rarest words come first."""
    monkeypatch.setattr("nfs.agw.directory.text_index.MAX_POSTINGS", 3)
    index = AgentIndex()
    for number in range(10):
        description = f"Common{' rare' * (number == 7)} number {number}."
        index.change(aic(number), None, agent(number, description=description).to_json())
    ranked = [code for code, _ in index.search("common rare")]
    assert ranked[0] == aic(7)
    assert len(ranked) == 3


def test_agents_that_say_the_same_are_found_in_order(directory: Directory) -> None:
    for number in range(5):
        directory.put(agent(number, OCR))
    directory.remove(aic(2))
    assert found(directory, "ocr") == [aic(0), aic(1), aic(3), aic(4)]


steps = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["Reader", "Clerk", None]), st.integers(0, 2))
)


@given(steps)
def test_an_index_has_what_is_there_and_nothing_else(steps: list[tuple[int, Any, int]]) -> None:
    index = AgentIndex()
    there: dict[str, dict[str, Any]] = {}
    for number, name, area in steps:
        code = aic(number)
        document = None
        if name is not None:
            document = agent(number, OCR, name=name, meta={"area": area}).to_json()
        index.change(code, there.pop(code, None), document)
        if document is not None:
            there[code] = document
    assert list(index.starting("")) == sorted(there)
    for name in ("Reader", "Clerk"):
        assert {code for code, _ in index.search(name)} == {
            code for code, document in there.items() if document["acs"]["name"] == name
        }
    for area in range(3):
        assert set(index.group("entityMeta.area", area)) == {
            code for code, d in there.items() if d["acs"]["entityMeta"]["area"] == area
        }
    assert len(index.group("skills.tags", OCR)) == len(there)


@given(
    st.sets(st.text("AB.", max_size=6)),
    st.sets(st.text("AB.", max_size=6)),
    st.text("AB.", max_size=3),
)
def test_sorted_keys(added: set[str], removed: set[str], prefix: str) -> None:
    keys = SortedKeys(longest=4)
    for key in added:
        keys.add(key)
    for key in removed & added:
        keys.discard(key)
    for key in removed - added:
        with pytest.raises(ValueError):
            keys.discard(key)
    left = sorted(added - removed)
    assert len(keys) == len(left)
    assert list(keys.starting("")) == left
    assert list(keys.starting(prefix)) == [key for key in left if key.startswith(prefix)]


def test_groups() -> None:
    groups: Groups[str] = Groups()
    for member in ("b", "a", "b", "c"):
        groups.add("k", member)
    groups.discard("k", "x")
    groups.discard("other", "a")
    assert list(groups.of("k")) == ["b", "a", "c"]
    for member in ("a", "b", "c"):
        groups.discard("k", member)
    assert "k" not in groups
    assert list(groups.of("k")) == []
    groups.add("one", "a")
    groups.discard("one", "b")
    assert list(groups.of("one")) == ["a"]


def test_what_agents_of_a_template_say_alike_is_kept_once() -> None:
    packer = Packer()
    documents = [agent(number, OCR).to_json() for number in range(50)]
    packed = [packer.pack("t", document) for document in documents]
    assert [packer.unpack("t", each) for each in packed] == documents
    assert sum(map(len, packed[1:])) < 49 * 100
