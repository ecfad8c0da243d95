"""CDSP without I/O: gateways in any graph come to know what each may know, and forget it again."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.agw.cdsp.export import ExportPolicy, Outbound, exports
from nfs.agw.cdsp.inbound import Inbound
from nfs.agw.cdsp.reachability import Reachability, Route
from nfs.common.models.agw_sync import (
    Advertisement,
    CountClass,
    HealthState,
    SyncRoute,
    SyncUpdate,
    Withdrawal,
)

Link = tuple[int, int]


def advertisement(origin: str, capability: str, version: int = 1) -> Advertisement:
    return Advertisement(
        origin=origin,
        epoch=1,
        version=version,
        capability_id=capability,
        count_class=CountClass.ONE,
        health_class=HealthState.UP,
        expires_at=2_000_000_000,
    )


def local(origin: str, capability: str, version: int = 1) -> Route:
    said = advertisement(origin, capability, version)
    return Route(said, said.model_dump_json(), "credential", (origin,), 0)


@dataclass
class Gateway:
    """What a gateway has without keys, sockets and clocks: "signed" is the advertisement itself."""

    name: str
    own: dict[str, Route] = field(default_factory=dict)
    outbound: dict[str, Outbound] = field(default_factory=dict)
    inbound: dict[str, Inbound] = field(default_factory=dict)
    policy: ExportPolicy = field(default_factory=ExportPolicy)

    def __post_init__(self) -> None:
        self.known = Reachability(self.name)

    def offer(self, capability: str, version: int = 1) -> None:
        self.own[capability] = local(self.name, capability, version)

    def tells(self, peer: str) -> SyncUpdate | None:
        outbound = self.outbound.setdefault(peer, Outbound(session=1))
        wanted = exports(self.name, peer, self.policy, self.own.values(), self.known.best())
        if not outbound.has_news(wanted):
            return None
        part = outbound.due(wanted)
        return SyncUpdate(
            sender=self.name,
            receiver=peer,
            session=outbound.session,
            sequence=outbound.sequence,
            complete=part.last,
            hold_seconds=10,
            routes=part.routes,
            withdrawn=part.withdrawals,
            issued_at=0,
        )

    def hears(self, update: SyncUpdate) -> None:
        known = self.inbound.get(update.sender, Inbound())
        self.inbound[update.sender] = known.after(update, now=0)
        for told in update.routes:
            route = self._route(told)
            if self.known.accepts(route):
                self.known.put(route)
        for gone in update.withdrawn:
            self.known.withdraw(update.sender, (gone.origin, gone.capability_id))

    @staticmethod
    def _route(told: SyncRoute) -> Route:
        said = Advertisement.model_validate_json(told.advertisement)
        return Route(said, told.advertisement, "credential", tuple(told.path), 1)

    def reaches(self) -> set[tuple[str, str]]:
        return {route.destination for route in self.known.best()}


def settle(gateways: dict[str, Gateway], links: Iterable[tuple[str, str]]) -> None:
    """Messages go on every link in both directions until nobody has news."""
    both = [(a, b) for link in links for a, b in (link, link[::-1])]
    for _ in range(100):
        told = 0
        for sender, receiver in both:
            update = gateways[sender].tells(receiver)
            if update is not None:
                gateways[receiver].hears(update)
                gateways[sender].outbound[receiver].acknowledged()
                told += 1
        if told == 0:
            return
    raise AssertionError("they never come to rest")


def connected(count: int, links: set[Link]) -> dict[int, set[int]]:
    groups = {n: {n} for n in range(count)}
    for a, b in links:
        if groups[a] is not groups[b]:
            merged = groups[a] | groups[b]
            for n in merged:
                groups[n] = merged
    return groups


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, set[Link]]:
    count = draw(st.integers(2, 7))
    pairs = [(a, b) for a in range(count) for b in range(a)]
    return count, set(draw(st.lists(st.sampled_from(pairs), max_size=12)))


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_g3_g8_all_know_what_is_connected_and_no_path_has_a_loop(
    graph: tuple[int, set[Link]],
) -> None:
    count, links = graph
    gateways = {f"g{n}": Gateway(f"g{n}") for n in range(count)}
    for n in range(count):
        gateways[f"g{n}"].offer(f"/capability/c{n}")
    named = [(f"g{a}", f"g{b}") for a, b in links]
    settle(gateways, named)
    groups = connected(count, links)
    for n in range(count):
        expected = {(f"g{m}", f"/capability/c{m}") for m in groups[n] if m != n}
        gateway = gateways[f"g{n}"]
        assert gateway.reaches() == expected
        for route in gateway.known.best():
            assert len(set(route.path)) == len(route.path)
            hops = [gateway.name, *route.path]
            assert all((a, b) in named or (b, a) in named for a, b in itertools.pairwise(hops))


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_g3_what_is_withdrawn_is_forgotten_everywhere(graph: tuple[int, set[Link]]) -> None:
    """No two gateways keep a route alive by telling it to each other."""
    count, links = graph
    gateways = {f"g{n}": Gateway(f"g{n}") for n in range(count)}
    gateways["g0"].offer("/capability/ocr")
    named = [(f"g{a}", f"g{b}") for a, b in links]
    settle(gateways, named)
    del gateways["g0"].own["/capability/ocr"]
    settle(gateways, named)
    assert all(not gateway.reaches() for gateway in gateways.values())
    gateways["g0"].offer("/capability/ocr", version=2)
    settle(gateways, named)
    reached = {name for name, gateway in gateways.items() if gateway.reaches()}
    assert reached == {f"g{n}" for n in connected(count, links)[0] if n != 0}


def test_g6_a_peer_is_told_only_what_the_policy_exports() -> None:
    gateways = {name: Gateway(name) for name in ("a", "b", "c")}
    gateways["a"].policy = ExportPolicy(("/capability/o*",))
    gateways["b"].policy = ExportPolicy(relay=False)
    gateways["a"].offer("/capability/ocr")
    gateways["a"].offer("/capability/secret")
    settle(gateways, [("a", "b"), ("b", "c")])
    assert gateways["b"].reaches() == {("a", "/capability/ocr")}
    assert gateways["c"].reaches() == set()


def test_g4_an_update_without_acknowledgement_is_sent_again_as_it_was() -> None:
    a = Gateway("a")
    a.offer("/capability/ocr")
    first = a.tells("b")
    a.offer("/capability/translation")
    assert a.tells("b") == first
    a.outbound["b"].acknowledged()
    second = a.tells("b")
    assert second is not None
    assert (second.sequence, len(second.routes)) == (1, 1)


def test_g11_the_newest_version_of_the_origin_holds() -> None:
    known = Reachability("me")
    newest = local("x", "/capability/ocr", version=3)
    known.put(Route(newest.advertisement, newest.signed, "", ("a", "x"), 1))
    older = local("x", "/capability/ocr", version=2)
    assert not known.accepts(Route(older.advertisement, older.signed, "", ("b", "x"), 1))
    known.withdraw("a", ("x", "/capability/ocr"))
    assert not known.accepts(Route(older.advertisement, older.signed, "", ("b", "x"), 1))
    assert known.accepts(Route(newest.advertisement, newest.signed, "", ("b", "x"), 1))


def test_g8_a_path_through_the_gateway_itself_is_no_route() -> None:
    known = Reachability("me")
    said = local("x", "/capability/ocr")
    for path in (("a", "me", "x"), ("a", "b", "a", "x"), ("a", "b")):
        assert not known.accepts(Route(said.advertisement, said.signed, "", path, 1))


def test_a_digest_says_nothing_of_who_and_where() -> None:
    """G1: neither agents, nor end points, nor providers, nor numbers."""
    assert set(Advertisement.model_fields) == {
        "origin",
        "epoch",
        "version",
        "capability_id",
        "count_class",
        "health_class",
        "expires_at",
    }
    assert set(Withdrawal.model_fields) == {"origin", "capability_id"}
