"""Every requirement has its tests, or says why it has none."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

TESTS = Path(__file__).parents[1]
REQUIREMENTS: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("requirements.yaml").read_text("utf-8")
)
COUNTS = {"A": 16, "B": 18, "C": 11, "D": 14, "E": 10, "F": 11, "G": 11, "H": 16}
NUMBERS: dict[str, Sequence[int]] = {group: range(1, count + 1) for group, count in COUNTS.items()}
NUMBERS |= {"K": [4, 5], "L": [1, 2, 6, 7, 8, 9, 13, 14, 15, 25], "M": [6]}
NUMBERS |= {"N": [1, 2, 4], "O": range(1, 10), "P": range(1, 6), "Q": range(1, 4)}
"""Requirements of each group; of K, L and M those that are about intents."""


def test_none_is_missing() -> None:
    expected = [f"{group}{number}" for group, numbers in NUMBERS.items() for number in numbers]
    assert list(REQUIREMENTS) == expected


@pytest.mark.parametrize("number", REQUIREMENTS)
def test_a_requirement_names_tests_that_are_there(number: str) -> None:
    entry = REQUIREMENTS[number]
    assert entry["about"]
    assert ("tests" in entry) != ("reason" in entry)
    for test in entry.get("tests", ()):
        file, _, name = test.partition("::")
        tree = ast.parse((TESTS / file).read_text("utf-8"))
        defined = {node.name for node in ast.walk(tree) if hasattr(node, "name")}
        assert not name or name in defined, test


def test_the_count(capsys: pytest.CaptureFixture[str]) -> None:
    with_tests = sum("tests" in entry for entry in REQUIREMENTS.values())
    assert with_tests > len(REQUIREMENTS) * 0.9
    with capsys.disabled():
        sys.stdout.write(f"\nrequirements: {len(REQUIREMENTS)}, with tests: {with_tests}\n")
