"""The choice of a 5QI (TS 23.501 table 5.7.4-1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.smf.five_qi import (
    MINIMUM_GUARANTEED,
    STANDARDISED,
    Choice,
    Infeasible,
    QosDemand,
    ResourceType,
    Use,
    choose_five_qi,
)
from nfs.smf.sm_context import Gbr


def test_the_table_is_whole() -> None:
    values = [row.value for row in STANDARDISED]
    assert sorted(values) == [
        *range(1, 11), *range(65, 68), 69, 70, *range(71, 75), 76, 79, 80, *range(82, 91),
    ]  # fmt: skip
    for row in STANDARDISED:
        non_gbr = row.resource_type is ResourceType.NON_GBR
        assert (row.averaging_window is None) == non_gbr
    by_value = {row.value: row for row in STANDARDISED}
    assert by_value[80].packet_delay_budget == 10
    assert (by_value[85].priority, by_value[85].packet_error_rate) == (21, 1e-5)
    assert (by_value[2].priority, by_value[2].packet_delay_budget) == (40, 150)


@pytest.mark.parametrize(
    ("demand", "five_qi"),
    [
        ({"latency": 20}, 80),
        ({"latency": 10}, 80),
        ({"latency": 100}, 7),
        ({"latency": 300}, 9),
        ({"jitter": 20}, 80),
        ({"latency": 100, "jitter": 7}, 87),
        ({}, 7),
        ({"reliability": 99.9}, 9),
        ({"packet_loss": 0.0001}, 9),
        ({"latency": 100, "packet_loss": 0.0001}, 80),
        ({"latency": 5}, 87),
        ({"latency": 7}, 87),
        ({"downlink_throughput": 25}, 4),
        ({"uplink_throughput": 12}, 76),
        ({"latency": 50, "downlink_throughput": 25}, 3),
        ({"latency": 20, "downlink_throughput": 25}, 90),
        ({"latency": 150, "uplink_throughput": 2, "downlink_throughput": 2}, 2),
        ({"latency": 20, "reliability": 99.999}, 85),
        ({"reliability": 99.99, "latency": 10}, 83),
        ({"latency": 20, "instead_of": 80}, 90),
        ({"latency": 300, "instead_of": 9}, 72),
        ({"downlink_throughput": 25, "instead_of": 4}, 84),
    ],
)
def test_the_least_demanding_that_fits(demand: dict[str, float], five_qi: int) -> None:
    choice = choose_five_qi(QosDemand(**demand))
    assert isinstance(choice, Choice)
    assert choice.five_qi.value == five_qi


def test_20_ms_without_throughput_needs_no_guaranteed_bit_rate() -> None:
    choice = choose_five_qi(QosDemand(latency=20))
    assert isinstance(choice, Choice)
    assert choice.five_qi.resource_type is ResourceType.NON_GBR
    assert choice.gbr is None


def test_throughput_is_guaranteed_in_kilobits() -> None:
    choice = choose_five_qi(QosDemand(downlink_throughput=2.5, latency=100))
    assert isinstance(choice, Choice)
    assert choice.gbr == Gbr(downlink_kbps=2500, uplink_kbps=MINIMUM_GUARANTEED)


@pytest.mark.parametrize(
    ("demand", "best", "says"),
    [
        ({"latency": 1}, 85, "5 ms can"),
        ({"latency": 4.9, "downlink_throughput": 1}, 85, "5 ms can"),
        ({"latency": 20, "reliability": 99.99999}, 73, "300 ms can"),
        ({"reliability": 100}, 73, "1e-08 can"),
    ],
)
def test_what_no_5qi_keeps_is_infeasible(demand: dict[str, float], best: int, says: str) -> None:
    choice = choose_five_qi(QosDemand(**demand))
    assert isinstance(choice, Infeasible)
    assert choice.best.value == best
    assert says in choice.reason


_some = st.none() | st.floats(min_value=0.01, max_value=100)


@given(st.none() | st.floats(min_value=0.1, max_value=1000), _some, _some, _some, _some)
def test_a_choice_keeps_what_is_asked(
    latency: float | None,
    downlink: float | None,
    uplink: float | None,
    reliability: float | None,
    loss: float | None,
) -> None:
    demand = QosDemand(
        latency=latency,
        downlink_throughput=downlink,
        uplink_throughput=uplink,
        reliability=reliability,
        packet_loss=loss,
    )
    choice = choose_five_qi(demand)
    if isinstance(choice, Infeasible):
        return
    row = choice.five_qi
    assert latency is None or row.packet_delay_budget <= latency
    assert loss is None or row.packet_error_rate <= loss / 100
    assert reliability is None or row.packet_error_rate <= 1 - reliability / 100 + 1e-12
    assert row.use is not Use.DEDICATED
    assert (choice.gbr is None) == (row.resource_type is ResourceType.NON_GBR)
    if downlink or uplink:
        assert choice.gbr is not None


def test_nothing_goes_before_what_is_first() -> None:
    choice = choose_five_qi(QosDemand(latency=20, instead_of=90))
    assert isinstance(choice, Infeasible)
    assert choice.reason == "nothing goes before flows of 5QI 90"


def test_maximum_rates_are_at_least_the_guaranteed_ones() -> None:
    assert Gbr(10, 20) == Gbr(10, 20, 10, 20)
    assert Gbr(10, 20).up_to(15_000, 15_000) == Gbr(10, 20, 15, 20)
