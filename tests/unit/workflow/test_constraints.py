"""What users demand of agents, as constraints that a gateway compares."""

from __future__ import annotations

import pytest

from nfs.semantics.intent import RefusalClass
from nfs.workflow.meaning.constraints import demands, required
from nfs.workflow.refusal import Refusal


@pytest.mark.parametrize(
    ("constraint", "meta"),
    [
        (None, {}),
        ("data stays local", {"dataStaysLocal": True}),
        ("数据不出院", {"dataStaysLocal": True}),
        ("Free of charge", {"price": "free"}),
        ("EU only", {"region": "EU"}),
        ("kostenlos, die Daten bleiben vor Ort", {"price": "free", "dataStaysLocal": True}),
    ],
)
def test_known_ones(constraint: str | None, meta: dict[str, object]) -> None:
    assert required(constraint) == meta


def test_one_that_cannot_be_checked_is_refused_not_forgotten() -> None:
    with pytest.raises(Refusal) as caught:
        required("certified by my aunt")
    assert caught.value.cause is RefusalClass.INFEASIBLE
    assert demands("certified by my aunt") == {}
