"""The capability taxonomy, at the AMC and at gateways (B9, H14)."""

from __future__ import annotations

from typing import Any

import pytest

from nfs.agw.taxonomy import capability_identifier, matches
from nfs.amc.taxonomy.capabilities import Taxonomy
from nfs.common.sbi.problem import SbiProblem


@pytest.mark.parametrize(
    ("requested", "offered", "expected"),
    [
        ("/capability/translation", "/capability/translation", True),
        ("/capability/translation", "/capability/translation/text", True),
        ("/capability/translation/", "/capability/translation/text", True),
        ("/capability/translation", "/capability/translation/text/legal", True),
        ("/capability", "/capability/ocr", True),
        ("/capability/translation/text", "/capability/translation", False),
        ("/capability/trans", "/capability/translation", False),
        ("/capability/translation", "/capability/translations", False),
        ("/capability/translation/text", "/capability/translation/speech", False),
    ],
)
def test_a_request_matches_what_is_below_it(requested: str, offered: str, expected: bool) -> None:
    assert matches(requested, offered) is expected


def test_the_gateway_knows_what_the_amc_knows() -> None:
    taxonomy = Taxonomy.load()
    for capability in taxonomy.all().capabilities:
        for name in (capability.id, *capability.aliases):
            assert capability_identifier(name) == capability.id
            assert taxonomy.find(name) == capability


def test_the_hierarchy() -> None:
    taxonomy = Taxonomy.load()
    assert taxonomy.find("translate").children == [
        "/capability/translation/speech",
        "/capability/translation/text",
    ]
    assert taxonomy.find("text-translation").parent == "/capability/translation"
    below = [c.id for c in taxonomy.all("/capability/translation").capabilities]
    assert below == ["/capability/translation", *taxonomy.find("translation").children]
    assert capability_identifier("/capability/Translation/Text") == "/capability/translation/text"


@pytest.mark.parametrize(
    "name", ["", "/", "capability", "world-domination", "/capability/", "../x"]
)
def test_what_is_not_in_it(name: str) -> None:
    with pytest.raises(SbiProblem, match="CAPABILITY_NOT_FOUND"):
        Taxonomy.load().find(name)


ENTRY = {"version": "1.0.0", "description": "x"}


@pytest.mark.parametrize(
    "capabilities",
    [
        {"a/b": ENTRY},
        {"a": ENTRY | {"aliases": ["x"]}, "b": ENTRY | {"aliases": ["x"]}},
        {"a": ENTRY, "b": ENTRY | {"aliases": ["a"]}},
        {"A b": ENTRY},
        {"a": {"version": "1", "description": "x"}},
    ],
)
def test_a_taxonomy_that_contradicts_itself(capabilities: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(ValueError):
        Taxonomy("1.0.0", capabilities)
